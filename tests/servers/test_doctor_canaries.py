"""Words of a teacher's planted everywhere never reach the report, in no encoding."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mel_desktop.app import wiring
from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Secret
from mel_desktop.model.mail import Address, Flags, Marks
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.model.policy import Policy, PolicyTrouble, SendingPolicy, VaultPolicy
from mel_desktop.model.sync import SyncOptions
from tests.journey.program import Canaries
from tests.support.imap_servers import Dovecot, MailUser
from tests.support.ldap_servers import Slapd
from tests.support.submission_servers import USERS, SubmissionServer

pytestmark = pytest.mark.servers

LOGIN = "bruno@ac-exemple.test"
SUBJECT = "Conseil Pelargonium quatrième"
SENDER = "xanthippe.berlioz"
FOLDER = "Dossier-Zythum"
KEYWORD = "Etiquette-Quokka"
TEXT = "punition confidentielle Wisigoth"
RECIPIENT = "refuse@ac-exemple.test"
SOURCE = "Annuaire-Ornithorynque"
PERSON = "Kowalczyk-Dubreuil"
OWNER = "Rectorat-Hippocampe"
PLACE = "/home/chez-Perlimpinpin/lettres"
KEY = "cle_Abracadabrant"
WRONG = "MotDePasse-Fenouillard"
NAME = "Bruno Tarabiscote"
MACHINE_NAMES = (LOGIN, USERS[LOGIN])
WORDS = (
    *MACHINE_NAMES, SUBJECT, "Pelargonium", SENDER, FOLDER, "Zythum", KEYWORD, TEXT, "Wisigoth",
    RECIPIENT, SOURCE, PERSON, OWNER, PLACE, "Perlimpinpin", KEY, WRONG, NAME,
    "Tarabiscote", "cn=lecteur",
)  # fmt: skip


@pytest.fixture
def facade(tmp_path: Path) -> Iterator[Facade]:
    policy = Policy(
        vault=VaultPolicy(escrow_owner=OWNER),
        sending=SendingPolicy(templates_folder=PLACE, undo_s=7),
        ignored=(PolicyTrouble(PLACE, KEY, f"{OWNER} expected"),),
    )
    made = wiring.create_profile(
        tmp_path / "profile", passphrase=Secret("phrase"), use_keyring=False, policy=policy
    )
    yield made
    made.close()


def letter() -> bytes:
    return (
        f"From: {SENDER} <{SENDER}@ac-demo.fr>\r\nTo: {LOGIN}\r\nSubject: {SUBJECT}\r\n"
        f"Message-ID: <{SENDER}@ac-demo.fr>\r\nContent-Type: text/plain; charset=utf-8;"
        f' name="{FOLDER}"\r\n\r\n{TEXT}\r\n'
    ).encode()


def test_nothing_of_a_person_is_in_the_report(
    facade: Facade, dovecot: Dovecot, postfix: SubmissionServer, slapd: Slapd, tmp_path: Path
) -> None:
    user = MailUser(LOGIN, LOGIN, USERS[LOGIN])
    dovecot.register(user)
    for folder in ("INBOX", FOLDER):
        dovecot.deliver_all(user, folder, [(letter(), (KEYWORD,), datetime.now(UTC))])
    new = replace(dovecot.new_account(user, smtp=postfix.endpoint()), name=NAME)
    account = facade.add_account(new, user.secret)
    facade.sync(account.id, SyncOptions())
    inbox = facade.find_folder("inbox")
    ids = facade.message_ids(inbox.id)
    assert len(ids) == 1
    facade.load_body(ids[0])
    facade.find_folder(FOLDER)
    facade.flag(ids, Flags(Marks.FLAGGED, frozenset({KEYWORD})), Flags())
    facade.create_folder(account.id, f"{FOLDER}-deux")
    facade.sync(account.id, SyncOptions())
    facade.flag(ids, Flags(), Flags(Marks.FLAGGED))  # waits
    draft = facade.new_draft(
        account.id, DraftContent(to=(Address(PERSON, RECIPIENT),), subject=SUBJECT, text=TEXT)
    )
    facade._services.drafting.send(draft.id)
    facade.send_now()
    assert facade.outbox()[0].reason == "recipient-refused"
    names = tmp_path / f"{SOURCE}.csv"
    names.write_text(f"nom;prénom;courriel\n{PERSON};Zoé;{SENDER}@ac-demo.fr\n", encoding="utf-8")
    facade.import_directory([names])
    facade.add_ldap(slapd.settings(), slapd.password)
    facade.sync_directory()
    checks = facade.checkup.run()
    facade.set_password(account.id, Secret(WRONG))
    checks += facade.checkup.run()  # a refused password is in the dialogue too
    made = facade.checkup.bundle(checks, "fr")
    text = made.text()
    for told in ("recipient-refused", "undo_s = 7", "escrow_owner = set", "RCPT TO:‹22›"):
        assert told in text, text
    assert "ignored: 1" in text
    told_json = json.dumps([(one.name, one.text) for one in made.parts])
    for octets in (text.encode(), told_json.encode(), text.encode("utf-16-le")):
        assert Canaries(WORDS).found_among(octets, "report") == []
    for check in checks:
        assert Canaries(WORDS).found_among(repr(check).encode(), check.id) == []


def test_the_eyes_see(tmp_path: Path) -> None:
    for word in WORDS:
        assert Canaries([word]).found_among(f"x {word} y".encode(), "report")
