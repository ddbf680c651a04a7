"""A letter to the parents of a class, in the window, through a real Postfix, filed by Dovecot."""

from __future__ import annotations

import email
import email.policy
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mel_desktop.app import wiring
from mel_desktop.model.accounts import Endpoint, NewAccount, Secret, Security
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.model.safety import CheckLevel, WarningCode
from mel_desktop.model.sync import SyncOptions
from mel_desktop.ui import language
from mel_desktop.ui.letters_menu import LettersMenu
from mel_desktop.ui.main_window import MainWindow
from tests.support.imap_servers import Dovecot
from tests.support.quick import unlock_quickly
from tests.support.submission_servers import USERS, SubmissionServer

pytestmark = pytest.mark.servers
PARENTS = 8


def people_file(folder: Path) -> Path:
    lines = ["Nom;Prénom;Courriel;Fonction;Classe"]
    lines += [
        f"Nom{one};Prénom{one};fusion{one}@ac-exemple.test;Responsable de Élève Nom{one};4B"
        for one in range(PARENTS)
    ]
    lines += ["Prof;Paul;paul@ac-exemple.test;Professeur;4B", "Sans;Adresse;;Responsable;4B"]
    file = folder / "gens.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def test_each_parent_gets_one_message_with_only_his_address(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, dovecot: Dovecot, postfix: SubmissionServer
) -> None:
    unlock_quickly()
    language.load(qapp, language.FRENCH)
    login = sorted(USERS)[0]
    user = dovecot.new_user(login=login, password=USERS[login])
    facade = wiring.create_profile(
        tmp_path / "profile", passphrase=Secret("une phrase de passe assez longue"),
        use_keyring=False,
    )  # fmt: skip
    window = None
    try:
        account = facade.add_account(
            NewAccount(
                email=login, login=login, name="Alice",
                imap=Endpoint("127.0.0.1", dovecot.imap_port, Security.TLS),
                smtp=postfix.endpoint(), ca_pem=postfix.ca_pem,
            ),
            Secret(USERS[login]),
        )  # fmt: skip
        facade.import_directory([people_file(tmp_path)])
        facade.safety.set_check(WarningCode.QUIET_HOURS, CheckLevel.OFF)  # at any hour
        facade.sync(account.id, SyncOptions())
        settings = QSettings(str(tmp_path / "w.ini"), QSettings.Format.IniFormat)
        window = MainWindow(facade, settings=settings)
        window.show()
        composer = window.compose(
            DraftContent(subject="Sortie de {élève}", text="Bonjour {prénom} {nom}.")
        )
        assert composer is not None
        file = tmp_path / "programme.txt"
        file.write_bytes(b"huit heures devant la grille\n" * 400)
        composer.attach(file)
        qtbot.waitUntil(lambda: not composer.is_attaching(), timeout=10_000)
        menu = composer.findChild(LettersMenu)
        assert menu is not None
        dialog = menu.send_to_many()
        assert dialog is not None
        assert "Adresse Sans" in dialog.told.text()
        with qtbot.waitSignal(dialog.started, timeout=20_000):
            dialog.send.click()
        report = facade.send_now()
        assert (report.accepted, report.failed, report.waiting) == (PARENTS, 0, 0)
        (merge,) = facade.letters.merges()
        assert (merge.sent, merge.left_out) == (PARENTS, 1)
        facade.send_now()  # nothing is left to be sent again
    finally:
        if window is not None:
            window.writing.close_all()
            window.close()
        facade.close()
    wanted = {f"fusion{one}@ac-exemple.test" for one in range(PARENTS)}
    mine = postfix.wait_for_people(sorted(wanted))
    assert sorted(one.recipient for one in mine) == sorted(wanted)
    for one in mine:
        message = email.message_from_bytes(one.data, policy=email.policy.default)
        assert [to.addr_spec for to in message["To"].addresses] == [one.recipient]
        number = one.recipient.removeprefix("fusion").partition("@")[0]
        assert message["Subject"] == f"Sortie de Élève Nom{number}"
        assert [part.get_filename() for part in message.iter_attachments()] == ["programme.txt"]
        others = wanted - {one.recipient}
        assert not any(other.encode() in one.data for other in others)
    assert len({email.message_from_bytes(one.data)["Message-ID"] for one in mine}) == PARENTS
    with dovecot.observer(user, "Sent") as box:
        assert len(list(box.fetch())) == PARENTS
