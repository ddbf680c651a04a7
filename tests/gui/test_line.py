"""The line in words, its dialog, its counters: what is in force, why, and what it costs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, time

import pytest
from PySide6.QtCore import Qt, QTime
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.changes import (
    AccountStatus,
    Link,
    PlanLine,
    Refusal,
    Status,
    SyncReport,
)
from mel_desktop.model.errors import Cancelled, ErrorCode
from mel_desktop.model.links import (
    InForce,
    Line,
    LinkProfile,
    LinkReason,
    LinkSettings,
    Phase,
    Price,
    Traffic,
)
from mel_desktop.model.sync import Progress, SyncOptions
from mel_desktop.ui import figures, language, line_words
from mel_desktop.ui.line_dialog import LineDialog
from mel_desktop.ui.main_window import MainWindow

AT = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
SATELLITE = Line(0.9, 1_000_000.0)
SPENT = Traffic(2_300_000, 120_000, 2_300_000, 120_000, 205_000_000, 5_000_000)
DAY = LinkSettings(day_bytes=2_000_000)
MONTH = LinkSettings(month_bytes=210_000_000)
OFFICE = LinkSettings(from_hour=time(8), until_hour=time(18))
P, R = LinkProfile, LinkReason


@pytest.fixture
def french(qapp: QApplication) -> None:
    language.load(qapp, language.FRENCH)


@pytest.fixture(params=[language.FRENCH, language.ENGLISH])
def spoken(qapp: QApplication, request: pytest.FixtureRequest) -> str:
    return language.load(qapp, request.param)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("found", "settings", "expected"),
    [
        (
            InForce(P.THRIFTY, R.MEASURED),
            LinkSettings(),
            "Ligne économe (mesurée : 0,9 s, 1 Mbit/s)",
        ),
        (InForce(P.FULL, R.CHOSEN), LinkSettings(), "Ligne complète (choisie)"),
        (InForce(P.FRUGAL, R.BUDGET), DAY, "Budget du jour atteint (ligne frugale)"),
        (InForce(P.OFFLINE, R.BUDGET), MONTH, "Budget du mois atteint (ligne coupée)"),
        (InForce(P.OFFLINE, R.HOURS), OFFICE, "Hors des heures prévues (08:00–18:00)"),
        (
            InForce(P.FRUGAL, R.METERED),
            LinkSettings(),
            "Ligne frugale (payée au volume, d’après le système)",
        ),
        (
            InForce(P.THRIFTY, R.POLICY),
            LinkSettings(),
            "Ligne économe (fixée par votre établissement ou académie)",
        ),
        (InForce(P.THRIFTY, R.UNKNOWN), LinkSettings(), "Ligne économe (pas encore mesurée)"),
    ],
)
def test_why_a_profile_is_in_force(
    french: None, found: InForce, settings: LinkSettings, expected: str
) -> None:
    assert plain(line_words.state(found, SATELLITE, SPENT, settings)) == expected


def test_every_profile_reason_and_phase_is_worded(spoken: str) -> None:
    for profile in P:
        assert line_words.profile_name(profile)
        assert line_words.profile_explained(profile).endswith(".")
        for reason in R:
            said = line_words.state(InForce(profile, reason), Line(), Traffic(), LinkSettings())
            assert said
            assert "{" not in said
    assert len({line_words.phase(one) for one in Phase}) == len(Phase)


@pytest.mark.parametrize(
    ("price", "expected"),
    [
        (Price(3_200_000, 240.0, True), "3,2 Mo, environ 4 min sur cette ligne"),
        (Price(3_200_000, None, True), "3,2 Mo, ligne pas encore mesurée"),
        (Price(900, 0.2, False), "900 o, moins d’une seconde sur cette ligne"),
        (Price(84_000_000, 5400.0, True), "84 Mo, environ 1 h 30 sur cette ligne"),
    ],
)
def test_prices_in_words(french: None, price: Price, expected: str) -> None:
    assert plain(line_words.price(price)) == expected


def test_a_sum_of_prices_asks_when_one_does(french: None) -> None:
    whole = line_words.total([Price(10, 1.0, False), Price(20, 2.0, True)])
    assert whole == Price(30, 3.0, True)
    assert line_words.total([Price(10, 1.0, False), Price(20, None, False)]).seconds is None


def test_durations_and_speeds_in_french(french: None) -> None:
    spoken = {
        value: plain(figures.duration(value))
        for value in (0.4, 12, 59.7, 90, 3540, 3600, 4800, 100_000, 259_200)
    }
    assert spoken == {
        0.4: "moins d’une seconde",
        12: "12 s",
        59.7: "1 min",
        90: "2 min",
        3540: "59 min",
        3600: "1 h",
        4800: "1 h 20",
        100_000: "27 h 47",
        259_200: "3 jours",
    }
    assert [plain(figures.speed(one)) for one in (384_000, 1e6, 1.5e6, 94e7)] == [
        "384 kbit/s",
        "1 Mbit/s",
        "1,5 Mbit/s",
        "940 Mbit/s",
    ]
    assert plain(figures.amount(300_000)) == "0,3 Mo"
    assert plain(figures.amount(0)) == "0 o"


# -- the status line ---------------------------------------------------------------------------


def working(account: AccountId, **changed: object) -> Status:
    facts: dict[str, object] = {
        "link": Link.WORKING,
        "done": 1240,
        "expected": 3000,
        "phase": Phase.TEXTS,
        "seconds_left": 240.0,
        "in_force": InForce(P.THRIFTY, R.MEASURED),
        "line": SATELLITE,
        "traffic": SPENT,
    } | changed
    return Status(accounts=(AccountStatus(account, **facts),), messages=3000, bodies=1240)  # type: ignore[arg-type]


def test_progress_with_time_left(window: MainWindow, facade: Facade) -> None:
    account = facade.accounts()[0].id
    line = window.status_line
    line.show_status(working(account))
    assert "Textes : 1 240 sur 3 000, environ 4 min" in plain(line.text.text())
    assert line.progress.isVisible()
    assert line.progress.maximum() == 3000
    assert line.progress.value() == 1240
    line.show_status(working(account, phase=Phase.SIGN_IN, done=0, expected=0))
    assert "Connexion…" in line.text.text()
    assert not line.progress.isVisible()
    line.show_status(working(account, seconds_left=None))
    assert "environ" not in line.text.text()


def test_a_line_that_rests_is_paused(window: MainWindow, facade: Facade) -> None:
    status = working(
        facade.accounts()[0].id, link=Link.OFFLINE, in_force=InForce(P.OFFLINE, R.HOURS)
    )
    window.status_line.show_status(status)
    assert window.status_line.text.text().startswith("En pause")
    assert window.status_line.line.words.startswith("Hors des heures prévues")


def test_the_counter_runs_and_leads_to_the_dialog(
    window: MainWindow, facade: Facade, qtbot: QtBot
) -> None:
    account = facade.accounts()[0].id
    facade.set_link_settings(account, LinkSettings(month_bytes=500_000_000))
    window.line_desk.take_accounts(facade.accounts())
    line = window.status_line
    line.show_status(working(account))
    assert plain(line.line.words) == (
        "Ligne économe (mesurée : 0,9 s, 1 Mbit/s) · aujourd’hui : 2,3 Mo reçus, 120 Ko envoyés"
        " · ce mois : 210 Mo sur 500 Mo"
    )
    assert line.line.accessibleName() == line.line.words == line.line.toolTip()
    more = Traffic(2_500_000, 130_000, 2_500_000, 130_000, 205_200_000, 5_010_000)
    line.show_status(working(account, traffic=more))
    assert "2,5 Mo reçus" in plain(line.line.words)
    qtbot.mouseClick(line.line, Qt.MouseButton.LeftButton)
    dialog = window.findChild(LineDialog)
    assert dialog is not None
    assert dialog.isVisible()
    dialog.close()


def test_a_narrow_window_says_it_shorter(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    account = facade.accounts()[0].id
    window.resize(683, 384)
    line = window.status_line
    qtbot.waitUntil(lambda: line.width() <= 683, timeout=2000)
    line.show_status(working(account))
    assert "messages ici" not in line.text.text()
    assert "messages ici" in plain(line.text.toolTip())
    assert "aujourd’hui : 2,4 Mo" in plain(line.line.words)
    assert window.height() == 384


# -- the dialog --------------------------------------------------------------------------------


@pytest.fixture
def dialog(window: MainWindow) -> LineDialog:
    window.actions_.line.trigger()
    found = window.findChild(LineDialog)
    assert found is not None
    return found


def settings(facade: Facade) -> LinkSettings:
    return facade.link_settings(facade.accounts()[0].id)


def test_choices_are_kept_at_once(dialog: LineDialog, facade: Facade) -> None:
    facade.set_offline(False)  # the engine was not started: nothing goes out
    assert dialog.profiles[P.AUTO].isChecked()
    dialog.profiles[P.FRUGAL].click()
    assert settings(facade).profile is P.FRUGAL
    assert "Ligne frugale (choisie)" in plain(dialog.state.text())
    dialog.day.click()
    assert settings(facade).day_bytes == dialog.day_mb.value() * 1_000_000
    dialog.day_mb.setValue(12)
    assert settings(facade).day_bytes == 12_000_000
    dialog.between.click()
    dialog.until_hour.setTime(QTime(17, 30))
    assert (settings(facade).from_hour, settings(facade).until_hour) == (time(8), time(17, 30))
    dialog.between.click()
    dialog.day.click()
    assert settings(facade) == LinkSettings(profile=P.FRUGAL)


def test_what_cannot_be_is_said_and_not_kept(
    dialog: LineDialog, facade: Facade, qtbot: QtBot
) -> None:
    dialog.between.click()
    dialog.until_hour.setFocus()
    before = settings(facade)
    dialog.until_hour.setTime(dialog.from_hour.time())
    assert "deux heures sont les mêmes" in dialog.wrong.text()
    assert dialog.wrong.isVisible()
    field = dialog.until_hour  # stays in view above the words
    qtbot.waitUntil(
        lambda: field.mapTo(dialog, field.rect().bottomLeft()).y() < dialog.wrong.y(), timeout=2000
    )
    assert settings(facade) == before
    dialog.until_hour.setTime(QTime(6, 0))  # over midnight is fine
    assert dialog.wrong.isHidden()
    assert settings(facade).until_hour == time(6)
    dialog.day.click()
    dialog.month.click()
    dialog.month_mb.setValue(5)
    assert "dépasse celui du mois" in dialog.wrong.text()
    assert settings(facade).month_bytes != 5_000_000


def test_counters_run_while_the_dialog_is_open(
    window: MainWindow, dialog: LineDialog, facade: Facade
) -> None:
    dialog.month.click()
    window._on_status(working(facade.accounts()[0].id))
    cells = [[plain(cell.text()) for cell in row] for row in dialog.counters]
    assert cells[1] == ["2,3 Mo", "120 Ko", "2,4 Mo", "–"]
    assert cells[2] == ["205 Mo", "5,0 Mo", "210 Mo", "reste 290 Mo sur 500 Mo"]


def test_a_policy_is_told_as_the_reason(
    window: MainWindow, dialog: LineDialog, facade: Facade
) -> None:
    status = working(facade.accounts()[0].id, in_force=InForce(P.THRIFTY, R.POLICY))
    window._on_status(status)
    assert "établissement" in dialog.state.text()


def test_the_dialog_is_opened_once_and_again(window: MainWindow, dialog: LineDialog) -> None:
    window.actions_.line.trigger()
    assert window.findChildren(LineDialog) == [dialog]
    dialog.close()
    window.actions_.line.trigger()
    assert any(one.isVisible() for one in window.findChildren(LineDialog))


# -- the rest and the plan -----------------------------------------------------------------------


def test_the_rest_tells_its_price_first(
    window: MainWindow, facade: Facade, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[SyncOptions] = []
    go_on = threading.Event()
    ended: list[BaseException | None] = []

    def sync(
        account: AccountId, options: SyncOptions, progress: Callable[[Progress], None]
    ) -> SyncReport:
        asked.append(options)
        try:
            for done in (1, 2, 3):
                progress(Progress(octets_done=done * 1_000_000, octets_expected=84_000_000))
                assert go_on.wait(60)
        except Cancelled as error:
            ended.append(error)
            raise
        return SyncReport(account)

    monkeypatch.setattr(facade, "price_of_rest", lambda _: Price(84_000_000, 5400.0, True))
    monkeypatch.setattr(facade, "sync", sync)
    window.actions_.rest.trigger()
    qtbot.waitUntil(lambda: window.findChild(QMessageBox) is not None, timeout=5000)
    box = window.findChild(QMessageBox)
    assert box is not None
    assert "84 Mo, environ 1 h 30 sur cette ligne" in plain(box.text())
    assert box.defaultButton().text() == "Plus tard"  # a dear one is not begun by Return
    assert asked == []
    next(one for one in box.buttons() if one.text() == "Récupérer maintenant").click()
    qtbot.waitUntil(lambda: "1,0 Mo sur 84 Mo" in plain(window.notice.text), timeout=5000)
    assert asked[0].link is P.FULL
    window.notice._button.click()
    assert "est gardé" in window.notice.text
    go_on.set()
    qtbot.waitUntil(lambda: len(ended) == 1, timeout=5000)
    assert "est gardé" in window.notice.text


def test_a_plan_that_cannot_be_made_says_why(
    window: MainWindow, facade: Facade, qtbot: QtBot
) -> None:
    dialog = window.line_desk.show_plan(facade.accounts()[0].id)  # offline
    qtbot.waitUntil(lambda: "consulté" not in dialog.lines.toPlainText(), timeout=5000)
    assert "hors ligne" in dialog.lines.toPlainText().casefold()
    dialog.close()


def test_a_plan_in_words(window: MainWindow, facade: Facade) -> None:
    account = facade.accounts()[0].id
    dialog = window.line_desk.show_plan(account)
    report = SyncReport(
        account,
        bytes_received=6200,
        bytes_sent=900,
        plan=(PlanLine("INBOX", "fetch", 20), PlanLine("Corbeille", "remove", 1)),
        refusals=(Refusal(ErrorCode.MASS_DELETION.text, "Projets", 812),),
    )
    dialog.show_report(report)
    lines = plain(dialog.lines.toPlainText()).split("\n")
    assert lines[0] == "INBOX : 20 messages arriveraient."
    assert lines[1] == "Corbeille : 1 message que vous avez supprimé serait effacé du serveur."
    assert lines[2].startswith("Projets : ")
    assert "812" in lines[2]
    assert lines[-1] == "Cette vérification a demandé 7,1 Ko."
    dialog.show_report(SyncReport(account))
    assert "sont d’accord" in dialog.lines.toPlainText()
    dialog.close()


def test_every_kind_of_plan_line_is_worded(window: MainWindow, facade: Facade) -> None:
    dialog = window.line_desk.show_plan(facade.accounts()[0].id)
    kinds = ("fetch", "forget", "flags", "store", "move", "copy", "remove", "unplace", "refuse")
    for what in kinds:
        assert what not in dialog._planned(PlanLine("INBOX", what, 3))
    dialog.close()
