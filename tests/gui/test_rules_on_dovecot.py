"""A teacher makes a rule offline, goes online, and the real server runs it; then the absence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from mel_desktop.app import wiring
from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import AccountId, Secret
from mel_desktop.model.rules import Action, BookState, Deed, Match, Rule, Topic
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.rules_dialog import RulesDialog
from mel_desktop.ui.theme import Theme
from tests.support.certificates import Certificates
from tests.support.imap_servers import MailUser
from tests.support.sieve_dovecot import SieveDovecot

pytestmark = pytest.mark.servers

LONG_MS = 60_000


@pytest.fixture(scope="module")
def server(certificates: Certificates) -> Iterator[SieveDovecot]:
    made = SieveDovecot(certificates)
    try:
        made.start()
        yield made
    finally:
        made.remove()


@pytest.fixture
def user(server: SieveDovecot) -> MailUser:
    return server.new_user()


@pytest.fixture
def facade(tmp_path: Path, server: SieveDovecot, user: MailUser) -> Iterator[Facade]:
    made = wiring.create_profile(tmp_path / "p", passphrase=Secret("un secret"), use_keyring=False)
    account = made.add_account(server.new_account(user), user.secret)
    made.rules.set_server(account.id, "", server.sieve_port)
    made.set_offline(True)
    made.start_engine()
    yield made
    made.close()


def test_a_rule_and_an_absence_made_offline_are_at_work_once_online(
    qtbot: QtBot,
    facade: Facade,
    server: SieveDovecot,
    user: MailUser,
    theme: Theme,
    tmp_path: Path,
) -> None:
    account = AccountId(facade.accounts()[0].id)
    settings = QSettings(str(tmp_path / "w.ini"), QSettings.Format.IniFormat)
    window = MainWindow(facade, theme=theme, settings=settings)
    window.show()
    try:
        window.actions_.rules.trigger()
        dialog = window.findChildren(RulesDialog)[-1]
        editor = dialog.write(Rule("Circulaires", (), (Action(Deed.FLAG),)))
        assert editor is not None
        editor.add_condition()
        condition = editor.conditions[0]
        condition.topic.setCurrentIndex(condition.topic.findData(Topic.SUBJECT))
        condition.match.setCurrentIndex(condition.matches.index((Match.BEGINS, False)))
        condition.value.setText("[Rectorat]")
        editor.accept()
        assert "dès que la connexion" in dialog.where.text() or "pas encore" in dialog.where.text()
        absence = window.rules_desk.open_absence(account)
        assert absence is not None
        absence.enabled.setChecked(True)
        absence.text.setPlainText("Je suis absente.")
        absence.save()
        qtbot.waitUntil(lambda: "pas encore" in window.rules_desk.banner.text, timeout=LONG_MS)
        facade.set_offline(False)
        qtbot.waitUntil(
            lambda: (
                facade.rules.book(account).state is BookState.AGREED
                and facade.rules.book(account).is_ours_active
            ),
            timeout=LONG_MS,
        )
        qtbot.waitUntil(lambda: "Serveur" in _runs(dialog), timeout=LONG_MS)
        qtbot.waitUntil(lambda: "répond" in window.rules_desk.banner.text, timeout=LONG_MS)
        head = f"To: {user.email}\r\nFrom: zoe@ac-demo.fr\r\n"
        server.receive(user, f"Subject: [Rectorat] Note\r\n{head}\r\nx\r\n".encode())
        flags = server.seen_flags(user, "INBOX")
        assert list(flags.values()) == [{"\\Flagged"}]
        assert len(server.sent()) == 1
        dialog.reject()
    finally:
        window.close()


def _runs(dialog: RulesDialog) -> str:
    item = dialog.list.topLevelItem(0)
    return "" if item is None else item.text(2)
