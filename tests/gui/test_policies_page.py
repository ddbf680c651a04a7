"""What IT has decided, in the window: the page, the locks of dialogs, an account that is given."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QSettings, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.logic.policy_reading import Source, merge
from mel_desktop.model.links import LinkProfile
from mel_desktop.model.policy import Origin, Policy, SessionNames
from mel_desktop.model.safety import CheckLevel, WarningCode
from mel_desktop.store import escrow
from mel_desktop.ui import application, language
from mel_desktop.ui.check_settings import CheckSettingsDialog
from mel_desktop.ui.fixed import FixedNote
from mel_desktop.ui.interface_choice import PLAIN, THEME, choice
from mel_desktop.ui.line_dialog import LineDialog
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.policies_dialog import PoliciesDialog
from mel_desktop.ui.quiet_hours import QuietHoursDialog
from mel_desktop.ui.screenshots import grab
from mel_desktop.ui.theme import DARK, LIGHT, Theme
from mel_desktop.ui.vault_dialog import VaultDialog
from mel_desktop.ui.wizard import AccountWizard
from tests.support import planted_school

PICTURES = os.environ.get("MEL_PICTURES", "")
MACHINE = {
    "sending": {"pupil_data": "forbid", "undo_s": 20, "first_mail": "of course"},
    "vault": {"max_idle_minutes": 10, "lock_on_sleep": True, "keyring_allowed": "non"},
    "links": {"profile": "frugal", "day_mb": 50, "hours": "07:00-20:00"},
    "retention": {"text_days": 365},
    "interface": {"plain_text": True},
    "updates": {"files_allowed": False},
    "defaults": {"sending": {"no_subject": "hint"}, "interface": {"theme": "dark"}},
}
ACCOUNT = {
    "email": "%USERNAME%@ac-exemple.invalid",
    "login": "%EMAIL_NAME%",
    "imap_host": "imap.ac-exemple.invalid",
    "smtp_host": "smtp.ac-exemple.invalid",
    "smtp_security": "starttls",
    "provider": "exemple",
}


def picture(widget: QWidget, name: str) -> None:
    """For a look at what was built: MEL_PICTURES names a folder."""
    if PICTURES:
        grab(widget, Path(PICTURES) / f"{name}.png")


def policy_of(*raws: dict[str, object]) -> Policy:
    origins = (Origin.MACHINE, Origin.USER)
    sources = [
        Source(origin.value, raw, origin) for origin, raw in zip(origins, raws, strict=False)
    ]
    return merge(sources, escrow.public_from_text)


@pytest.fixture
def policy() -> Policy:
    user = {"sending": {"zone": "C"}}
    return policy_of(MACHINE, user)  # type: ignore[arg-type]


@pytest.fixture
def facade(profile: Path, policy: Policy) -> Iterator[Facade]:
    opened = planted_school.open_profile(profile, policy)
    yield opened
    opened.close()


def page(window: MainWindow, qtbot: QtBot) -> PoliciesDialog:
    window.actions_.policies.trigger()
    dialog = window.findChild(PoliciesDialog)
    assert dialog is not None
    dialog.activateWindow()
    qtbot.waitUntil(dialog.search.hasFocus, timeout=10_000)
    return dialog


def texts(dialog: PoliciesDialog) -> list[list[str]]:
    model = dialog.table.rows
    return [
        [model.index(row, column).data() for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def test_the_page_tells_every_value_and_who_set_it(
    window: MainWindow, facade: Facade, qtbot: QtBot
) -> None:
    facade.safety.set_check(WarningCode.NAMESAKE, CheckLevel.OFF)
    dialog = page(window, qtbot)
    assert QAbstractItemModelTester(dialog.table.rows)
    rows = {row[0]: row for row in texts(dialog)}
    assert rows["Données d’élèves vers l’extérieur"][2:] == ["Interdit", "Établissement (poste)"]
    assert rows["Zone de vacances"][2:] == ["C", "Établissement (session)"]
    assert rows["Homonyme"][2:] == ["Non vérifié", "Vous"]
    assert rows["Thème"][2:] == ["Sombre", "Établissement (poste)"]
    assert rows["Réponse à beaucoup de personnes"][3] == "Le programme"
    assert rows["Verrouillage au plus tard après"][2] == "10\N{NO-BREAK SPACE}min"
    assert len(rows) == len(facade.policies.rows({}))
    picture(dialog, "policies")


def test_it_is_searched_by_keyboard_and_explains(window: MainWindow, qtbot: QtBot) -> None:
    dialog = page(window, qtbot)
    qtbot.keyClicks(dialog.search, "TROUSSEAU")
    assert [row[0] for row in texts(dialog)] == ["Trousseau de session permis"]
    said = dialog.explanation.toPlainText()
    assert "vault.keyring_allowed" in said
    assert "côté sûr" in said
    spoken = dialog.table.rows.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "non" in spoken
    assert "Fixé par votre établissement" in spoken
    assert dialog.table.rows.index(0, 0).data(Qt.ItemDataRole.DecorationRole) is not None
    dialog.search.clear()
    qtbot.keyClicks(dialog.search, "rien de tel")
    assert texts(dialog) == []
    assert dialog.explanation.toPlainText() == "Aucune règle ne s’appelle ainsi."
    dialog.search.clear()
    dialog.only_set.setChecked(True)
    assert 0 < len(texts(dialog)) < 20
    assert all(row[3] != "Le programme" for row in texts(dialog))
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_what_was_ignored_is_told(window: MainWindow, qtbot: QtBot) -> None:
    dialog = page(window, qtbot)
    assert "(2)" in dialog.tabs.tabText(1)
    lines = dialog.problems.toPlainText().splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("machine, sending.first_mail")
    assert "attendu" in lines[0]
    dialog.tabs.setCurrentIndex(1)
    picture(dialog, "policies-problems")


@pytest.mark.parametrize("name", [LIGHT, DARK])
def test_it_fits_a_small_screen(window: MainWindow, theme: Theme, qtbot: QtBot, name: str) -> None:
    theme.apply(name)
    dialog = page(window, qtbot)
    least = dialog.minimumSizeHint()
    assert least.width() <= 683
    assert least.height() <= 384
    picture(dialog, f"policies-{name}")
    dialog.resize(683, 384)
    picture(dialog, f"policies-{name}-small")


def test_in_english(
    facade: Facade, theme: Theme, settings: QSettings, qtbot: QtBot, qapp: QApplication
) -> None:
    language.load(qapp, language.ENGLISH)
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = PoliciesDialog(facade, theme, settings, parent)
    rows = {row[0]: row for row in texts(dialog)}
    assert rows["Pupils’ data to the outside"][2:] == ["Forbidden", "Establishment (PC)"]
    assert "expected" in dialog.problems.toPlainText()
    dialog.show()
    picture(dialog, "policies-english")
    language.load(qapp, language.FRENCH)


# -- locks -----------------------------------------------------------------------------------------


def locks(dialog: QWidget) -> list[str]:
    return [one.text() for one in dialog.findChildren(FixedNote) if not one.isHidden()]


def test_checks_that_are_fixed_show_a_lock(window: MainWindow, facade: Facade) -> None:
    dialog = window.letters.open_checks()
    assert isinstance(dialog, CheckSettingsDialog)
    fixed = dialog.boxes[WarningCode.PUPIL_DATA]
    assert (fixed.currentText(), fixed.isEnabled()) == ("Interdit", False)
    assert fixed.accessibleDescription().endswith(". Fixé par votre établissement")
    assert dialog.boxes[WarningCode.NO_SUBJECT].currentData() is CheckLevel.HINT  # proposed
    assert dialog.boxes[WarningCode.NO_SUBJECT].isEnabled()
    assert (dialog.undo.value(), dialog.undo.isEnabled()) == (20, False)
    assert locks(dialog) == ["Fixé par votre établissement"] * 2
    picture(dialog, "checks-locked")
    dialog.boxes[WarningCode.NO_SUBJECT].setCurrentIndex(0)
    dialog.accept()
    levels = {one.code: one.level for one in facade.safety.settings().checks}
    assert levels[WarningCode.NO_SUBJECT] is CheckLevel.OFF
    assert facade.safety.settings().undo_s == 20


def test_the_lock_of_the_vault(window: MainWindow, facade: Facade, theme: Theme) -> None:
    dialog = VaultDialog(facade, window.bridge, theme, window)
    assert (dialog.on_sleep.isChecked(), dialog.on_sleep.isEnabled()) == (True, False)
    assert dialog.on_screen.isEnabled()
    assert dialog.minutes.maximum() == 10
    assert "10" in dialog.limit.text()
    assert not dialog.keyring.isEnabled()
    dialog.show()
    for at in range(dialog.tabs.count()):
        dialog.tabs.setCurrentIndex(at)
        picture(dialog, f"vault-locked-{at}")
    dialog.on_screen.setChecked(False)
    assert facade.vault.lock_settings().on_screen_lock is False
    assert facade.vault.lock_settings().on_sleep is True


def test_the_ceiling_of_the_line(window: MainWindow, facade: Facade) -> None:
    dialog = LineDialog(facade, window.theme, facade.accounts(), window)
    enabled = {name for name, button in dialog.profiles.items() if button.isEnabled()}
    assert enabled == {LinkProfile.AUTO, LinkProfile.FRUGAL, LinkProfile.OFFLINE}
    said = dialog.ceiling.text().replace("\N{NO-BREAK SPACE}", " ")
    assert "profil « Frugale »" in said
    assert "50 Mo par jour" in said
    assert "de 07:00 à 20:00" in said
    dialog.show()
    dialog.resize(560, 900)
    picture(dialog, "line-ceiling")


def test_the_storage_tells_the_limit(window: MainWindow) -> None:
    dialog = window.storage_desk.open()
    dialog.pages.setCurrentIndex(1)
    assert any("365" in text for text in locks(dialog))
    picture(dialog, "storage-limit")


def test_the_calendar_is_not_the_teachers(window: MainWindow, facade: Facade) -> None:
    dialog = QuietHoursDialog(facade, facade.accounts()[0].id, window)
    assert not dialog.take.isEnabled()
    assert locks(dialog) == ["Fixé par votre établissement"]
    dialog.show()
    picture(dialog, "quiet-hours-locked")


def test_settings_of_the_window(
    window: MainWindow, settings: QSettings, policy: Policy, qtbot: QtBot
) -> None:
    assert window.mail.reader.prefers_plain
    dialog = window.settings_desk.open_settings()
    assert (dialog.plain.isChecked(), dialog.plain.isEnabled()) == (True, False)
    assert dialog.theme.currentData() == LIGHT  # the theme of the window that is open
    assert dialog.theme.isEnabled()
    assert locks(dialog) == ["Fixé par votre établissement"]
    picture(dialog, "settings-locked")
    assert choice(settings, policy, THEME) == DARK
    dialog.theme.setCurrentIndex(dialog.theme.findData(DARK))
    dialog.theme.setCurrentIndex(dialog.theme.findData(LIGHT))
    assert choice(settings, policy, THEME) == LIGHT
    assert not settings.contains(PLAIN)
    assert not settings.contains("language")
    page_ = page(window, qtbot)
    rows = {row[0]: row for row in texts(page_)}
    assert rows["Thème"][2:] == ["Clair", "Vous"]


def test_the_program_starts_as_it_decides(settings: QSettings, qapp: QApplication) -> None:
    settings.setValue("language", "en")
    fixed = policy_of({"interface": {"language": "fr"}})
    application.application(settings, fixed)
    assert language.current() == language.FRENCH
    proposed = policy_of({"defaults": {"interface": {"language": "fr"}}})
    application.application(settings, proposed)
    assert language.current() == language.ENGLISH
    settings.remove("language")
    application.application(settings, proposed)
    assert language.current() == language.FRENCH


# -- an account that is given ----------------------------------------------------------------------


@pytest.fixture
def given(
    profile: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Facade]:
    names = SessionNames("anne.dupont", "", "Anne Dupont")
    monkeypatch.setattr("mel_desktop.app.following.session_names", lambda: names)
    entry = {**ACCOUNT, **getattr(request, "param", {})}
    opened = planted_school.open_profile(profile, policy_of({"accounts": {"1": entry}}))
    yield opened
    opened.close()


def test_only_the_password_is_typed(
    given: Facade, theme: Theme, settings: QSettings, qtbot: QtBot
) -> None:
    window = MainWindow(given, theme=theme, settings=settings)
    qtbot.addWidget(window)
    window.show()
    wizard = window.add_account()
    wizard.activateWindow()
    qtbot.waitUntil(wizard.password.hasFocus, timeout=10_000)
    assert wizard.email.text() == "anne.dupont@ac-exemple.invalid"
    assert wizard.login.text() == "anne.dupont"
    assert not wizard.email.isEnabled()
    assert not wizard.login.isEnabled()
    picture(wizard, "wizard-given")
    qtbot.keyClicks(wizard.password, "secret")
    new = wizard.new_account()
    assert (new.imap.host, new.imap.port) == ("imap.ac-exemple.invalid", 993)
    assert (new.smtp.host, new.smtp.port) == ("smtp.ac-exemple.invalid", 587)
    assert new.provider == "exemple"
    assert wizard.next.isEnabled()
    assert wizard.next.text() == "Essayer les serveurs"
    wizard.next.click()
    assert wizard.progress.isVisible()  # straight to the try
    assert not wizard.gift.isVisible()
    wizard.back.click()
    assert wizard.password.isVisible()
    assert wizard.gift.isVisible()
    wizard.gift.other.click()
    assert wizard.email.isEnabled()
    assert wizard.email.text() == wizard.login.text() == ""
    assert wizard.next.text() == "Suivant"
    assert wizard.new_account().provider == ""
    picture(wizard, "wizard-other")
    wizard.reject()
    window.close()


def test_the_first_start_asks_for_the_password(
    given: Facade, theme: Theme, settings: QSettings, qtbot: QtBot
) -> None:
    for account in given.accounts():
        given.remove_account(account.id)
    window = MainWindow(given, theme=theme, settings=settings)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: window.findChild(AccountWizard) is not None, timeout=10_000)
    wizard = window.findChild(AccountWizard)
    assert wizard is not None
    assert wizard.email.text() == "anne.dupont@ac-exemple.invalid"
    picture(window, "first-start")
    wizard.reject()
    window.close()


def test_without_a_given_account_nothing_opens_by_itself(
    facade: Facade, theme: Theme, settings: QSettings, qtbot: QtBot
) -> None:
    for account in facade.accounts():
        facade.remove_account(account.id)
    window = MainWindow(facade, theme=theme, settings=settings)
    qtbot.addWidget(window)
    window.show()
    QCoreApplication.processEvents()  # what was to come at once has come
    assert window.findChild(AccountWizard) is None
    window.close()


@pytest.mark.parametrize("given", [{"email": ""}], indirect=True)
def test_an_address_that_the_pc_does_not_know_is_typed(
    given: Facade, theme: Theme, settings: QSettings, qtbot: QtBot
) -> None:
    window = MainWindow(given, theme=theme, settings=settings)
    qtbot.addWidget(window)
    window.show()
    wizard = window.add_account()
    wizard.activateWindow()
    qtbot.waitUntil(wizard.email.hasFocus, timeout=10_000)
    qtbot.keyClicks(wizard.email, "claire.petit@ac-exemple.invalid")
    assert wizard.login.text() == "claire.petit"
    wizard.reject()
    window.close()
