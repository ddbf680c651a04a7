"""What people do who write, through the whole program: a process a day, on Dovecot and Postfix."""

from __future__ import annotations

import email
import email.policy
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mel_desktop.app import wiring
from mel_desktop.app.facade import Facade
from mel_desktop.logic.schooldays import public_holidays
from mel_desktop.model.accounts import Endpoint, NewAccount, Secret, Security
from mel_desktop.model.safety import CheckLevel, WarningCode
from tests.journey.program import ROOT
from tests.journey.writing_day import Writing
from tests.support.imap_servers import Dovecot, MailUser
from tests.support.ports import free_port
from tests.support.submission_servers import DOMAIN, USERS, Delivered, SubmissionServer

pytestmark = pytest.mark.servers

ZOE = f"zoe@{DOMAIN}"
PASSPHRASE = "une phrase de passe assez longue"
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(scope="module")
def mailbox(dovecot: Dovecot) -> MailUser:
    return dovecot.new_user(ZOE, password=USERS[ZOE])


class School:
    """A profile, and days at its window."""

    def __init__(
        self, folder: Path, dovecot: Dovecot, postfix: SubmissionServer, user: MailUser
    ) -> None:
        self.folder = folder
        self.dovecot, self.postfix, self.user = dovecot, postfix, user
        self.facts = Writing(
            profile=str(folder / "profile"),
            passphrase=PASSPHRASE,
            report=str(folder / "report.json"),
            imap_port=dovecot.imap_port,
            smtp_port=postfix.tls_port,
            login=user.login,
            password=user.password,
            ca=str(dovecot.certificates.ca),
        )

    @contextmanager
    def profile(self) -> Iterator[Facade]:
        """Made, with its account; open until the end of the block."""
        facts = self.facts
        facade = wiring.create_profile(
            Path(facts.profile), passphrase=Secret(PASSPHRASE), use_keyring=False, offline=True
        )
        try:
            imap = facts.relay_imap or facts.imap_port
            smtp = facts.relay_smtp or facts.smtp_port
            facade.add_account(
                NewAccount(
                    email=ZOE, login=ZOE, name="Zoé Martin",
                    imap=Endpoint("127.0.0.1", imap, Security.TLS),
                    smtp=Endpoint("127.0.0.1", smtp, Security.TLS),
                    ca_pem=self.postfix.ca_pem,
                ),
                Secret(USERS[ZOE]),
            )  # fmt: skip
            facade.safety.set_check(WarningCode.QUIET_HOURS, CheckLevel.OFF)
            yield facade
        finally:
            facade.close()

    def day(self, name: str, **changed: Any) -> dict[str, Any]:
        """One process at the window; what it reports."""
        facts = replace(self.facts, **changed)
        file = self.folder / "facts.json"
        file.write_text(json.dumps(asdict(facts)), encoding="utf-8")
        script = f"{ROOT / 'tests/journey/writing_day.py'}::test_{name}"
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:randomly", script],
            cwd=ROOT,
            env={
                **os.environ,
                "MEL_JOURNEY_FACTS": str(file),
                "QT_QPA_PLATFORM": "offscreen",
                "TZ": "Europe/Paris",
            },
            capture_output=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
        told: dict[str, Any] = json.loads(Path(facts.report).read_text("utf-8"))
        return told

    def filed(self, subject: str) -> list[EmailMessage]:
        """Copies in Sent, as another program reads them."""
        with self.dovecot.observer(self.user, "Sent") as box:
            found = [parsed(one.obj.as_bytes()) for one in box.fetch(mark_seen=False)]
        return [one for one in found if one["Subject"] == subject]

    def arrived(self, subject: str) -> list[Delivered]:
        return [one for one in self.postfix.read() if parsed(one.data)["Subject"] == subject]


def parsed(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    content = body.get_content()
    assert isinstance(content, str)
    return content


@pytest.fixture
def school(
    tmp_path: Path, dovecot: Dovecot, postfix: SubmissionServer, mailbox: MailUser
) -> School:
    return School(tmp_path, dovecot, postfix, mailbox)


def test_a_reply_with_a_quotation_while_the_line_is_cut(school: School) -> None:
    raw = (
        f"From: Bruno <bruno@{DOMAIN}>\r\nTo: {ZOE}\r\nSubject: Conseil de classe\r\n"
        f"Message-ID: <conseil@{DOMAIN}>\r\nContent-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: 8bit\r\n\r\n"
        "Bonjour,\r\n\r\nLe conseil est à 17 heures.\r\n\r\nApportez les bulletins.\r\n"
    )
    school.dovecot.deliver(school.user, "INBOX", raw.encode(), (), datetime.now(UTC))
    school.facts = replace(
        school.facts, relay_imap=free_port(), relay_smtp=free_port(),
        given={
            "quoted": "Le conseil est à 17 heures.",
            "answer": "C’est noté, merci.",
            "subject": "Re: Conseil de classe",
        },
    )  # fmt: skip
    with school.profile():
        pass
    told = school.day("reply_while_the_line_is_cut")
    assert school.postfix.copies(told["message_id"]) == []
    school.day("the_line_is_back")
    (copy,) = school.postfix.wait_for(told["message_id"])
    assert copy.recipient == f"bruno@{DOMAIN}"
    assert len(school.arrived("Re: Conseil de classe")) == 1
    (filed,) = school.filed("Re: Conseil de classe")
    for message in (parsed(copy.data), filed):
        assert message["Message-ID"] == f"<{told['message_id']}>"
        assert message["In-Reply-To"] == f"<conseil@{DOMAIN}>"
        assert message["References"] == f"<conseil@{DOMAIN}>"
        text = text_of(message)
        assert "> Le conseil est à 17 heures." in text
        assert "C’est noté, merci." in text
        assert "bulletins" not in text, "only what was selected"


def test_a_letter_to_a_class_with_its_preview_and_report(school: School) -> None:
    parents = [f"classe{number}@{DOMAIN}" for number in range(5)]
    table = ["Nom;Prénom;Courriel;Fonction;Classe"]
    table += [
        f"Nom{number};Prénom{number};{one};Responsable de Élève Nom{number};5C"
        for number, one in enumerate(parents)
    ]
    table.append("Sans;Adresse;;Responsable de Élève Sans;5C")
    file = school.folder / "gens.csv"
    file.write_text("\n".join(table) + "\n", encoding="utf-8")
    with school.profile() as facade:
        facade.import_directory([file])
    told = school.day("a_letter_to_a_class", given={
        "subject": "Sortie de {élève}", "text": "Bonjour {prénom} {nom},\nà jeudi.",
        "group": "5C", "people": "5", "preview": "Bonjour Prénom0 Nom0,",
        "without": "Adresse Sans",
    })  # fmt: skip
    for one in parents:
        assert one in told["table"]
    assert "Adresse Sans" in told["table"]
    copies = school.postfix.wait_for_people(parents)
    for number, one in enumerate(parents):
        (copy,) = [found for found in copies if found.recipient == one]
        message = parsed(copy.data)
        assert [to.addr_spec for to in message["To"].addresses] == [one]
        assert message["Subject"] == f"Sortie de Élève Nom{number}"
        assert f"Bonjour Prénom{number} Nom{number}," in text_of(message)
        assert not any(other.encode() in copy.data for other in parents if other != one)
        assert len(school.filed(f"Sortie de Élève Nom{number}")) == 1


def test_parents_in_to_go_to_bcc_by_one_key(school: School) -> None:
    parents = [f"famille{number}@parents.test" for number in range(7)]
    colleague = f"bruno@{DOMAIN}"
    with school.profile():
        pass
    told = school.day("parents_go_to_bcc_by_one_key", given={
        "colleague": colleague, "parents": " ".join(parents), "subject": "Réunion de rentrée",
    })  # fmt: skip
    copies = school.postfix.wait_for(told["message_id"], 1 + len(parents))
    assert sorted(one.recipient for one in copies) == sorted([colleague, *parents])
    for copy in copies:
        assert b"parents.test" not in copy.data
        assert parsed(copy.data)["Bcc"] is None


def test_taken_back_within_ten_seconds(school: School) -> None:
    with school.profile():
        pass
    told = school.day("taken_back_in_time", given={
        "to": f"bruno@{DOMAIN}", "subject": "Trop vite", "text": "Bonjour,\nceci ne part pas.",
        "second": "Après coup",
    })  # fmt: skip
    assert len(school.postfix.wait_for(told["second"])) == 1
    assert school.postfix.copies(told["taken_back"]) == []
    assert school.arrived("Trop vite") == []
    assert school.filed("Trop vite") == []


def test_a_draft_that_another_program_replaced_is_joined(school: School) -> None:
    mine = "Bonjour,\n\nDépart à 8 h.\n\nPrévoir un pique-nique.\n\nZoé"
    rival = (
        f"From: {ZOE}\r\nTo: max@exemple.invalid\r\nSubject: Musée\r\n"
        "Message-ID: <webmail@exemple.invalid>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        "Bonjour,\r\n\r\nDépart à 9 h.\r\n\r\nPrévoir un repas.\r\n\r\nZoé\r\n"
    )
    with school.profile():
        pass
    told = school.day("two_programs_one_draft", given={
        "to": "max@exemple.invalid", "subject": "Musée", "mine": mine, "rival": rival,
    })  # fmt: skip
    assert any("8 h" in one and "9 h" in one for one in told["seen"])
    (only,) = told["copies"]
    wanted = ["Bonjour,", "Départ à 9 h.", "Prévoir un pique-nique.", "Prévoir un repas.", "Zoé"]
    for text in (told["made"], only):
        assert [line for line in text.splitlines() if line] == wanted


# -- over the holidays -----------------------------------------------------------------------------


def eve_of_holidays(after: date) -> date:
    """A Friday with two weeks of holidays behind it that end on a Monday with classes."""
    friday = after + timedelta(days=7 + (4 - after.weekday()) % 7)
    while {friday + timedelta(days=days) for days in (17, 18)} & (
        public_holidays(friday.year) | public_holidays(friday.year + 1)
    ):
        friday += timedelta(days=7)
    return friday


def wall(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), PARIS)


def test_send_later_over_the_holidays_with_the_pc_off(school: School) -> None:
    friday = eve_of_holidays(datetime.now(UTC).date())
    monday = friday + timedelta(days=17)
    calendar = school.folder / "calendar.toml"
    known = f"covers_from = {friday - timedelta(60)}\ncovers_until = {monday + timedelta(60)}\n"
    weeks = f"first = {friday + timedelta(1)}, back = {monday}"
    calendar.write_text(
        'as_of = 2026-11-27\nsource = "essai"\n[[zone]]\nname = "C"\n'
        f'{known}breaks = [{{ name = "Essai", {weeks} }}]\n',
        encoding="utf-8",
    )
    policy = school.folder / "policy.toml"
    policy.write_text(f'[sending]\ncalendar_file = "{calendar}"\nzone = "C"\n', encoding="utf-8")
    with school.profile():
        pass
    school.facts = replace(
        school.facts, policy=str(policy),
        given={"to": f"bruno@{DOMAIN}", "subject": "À la rentrée", "second": "Le lendemain"},
    )  # fmt: skip
    written = school.day("written_before_the_holidays", at=wall(friday, 20, 30).isoformat())
    assert datetime.fromisoformat(written["hour"]) == wall(monday, 8), "the first school day"
    assert school.arrived("À la rentrée") == []

    sensible = school.day("started_two_hours_late", at=wall(monday, 10, 15).isoformat())
    assert len(school.postfix.wait_for(sensible["message_id"])) == 1
    assert len(school.filed("À la rentrée")) == 1
    tuesday = datetime.fromisoformat(sensible["hour"])
    assert tuesday == wall(monday + timedelta(days=1), 8)

    late = (tuesday + timedelta(hours=50)).isoformat()
    asked = school.day("started_two_days_late", at=late)
    assert "heure" in asked["asked"]
    assert len(school.postfix.wait_for(asked["message_id"])) == 1
    assert len(school.arrived("Le lendemain")) == 1, "once, and only after a person said so"
