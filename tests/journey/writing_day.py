"""Days of somebody who writes, run by test_writing_window.py: each is a program of its own.

Not collected by itself. Keys and mouse only, but for what a window manager does (which window is in
front). The clock may be set to any day, and jumps where a person would wait.
"""

from __future__ import annotations

import json
import os
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import imap_tools
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.changes import Link
from mel_desktop.model.mail import Role
from mel_desktop.model.outgoing import OutboxRow, OutboxState
from mel_desktop.model.revisions import HeadField, Taken
from mel_desktop.model.safety import WarningCode
from mel_desktop.system.clock import SystemClock
from mel_desktop.system.policies import read_policy
from mel_desktop.ui import figures
from mel_desktop.ui.application import Session
from mel_desktop.ui.composer import Composer
from mel_desktop.ui.draft_rivalry import DraftRivalryDialog
from mel_desktop.ui.folder_tree import Place
from mel_desktop.ui.mail_browser import MailBrowser
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.merge_dialog import MergeDialog
from mel_desktop.ui.merges_dialog import MergesDialog
from mel_desktop.ui.send_later import SendLaterDialog
from tests.journey.hands import WAIT_MS, choose_first_message, new_session, type_text
from tests.support.cut_line import CutLine

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier


@dataclass(frozen=True)
class Writing:
    """What the person at the window knows, and where this day's report goes."""

    profile: str
    passphrase: str
    report: str
    imap_port: int = 0  # the server's own, for another program
    smtp_port: int = 0
    login: str = ""
    password: str = ""
    ca: str = ""
    relay_imap: int = 0  # the ports of the line that can be cut
    relay_smtp: int = 0
    at: str = ""  # when the day begins; "": now
    policy: str = ""
    given: dict[str, str] = field(default_factory=dict)


class Hands:
    """Opens the program, and types."""

    def __init__(self, qtbot: QtBot, qapp: QApplication, facts: Writing) -> None:
        self.bot = qtbot
        self.facts = facts
        self.ahead = timedelta(0)
        if facts.at:
            self.ahead = datetime.fromisoformat(facts.at) - datetime.now(UTC)
        policy = read_policy(Path(facts.policy)) if facts.policy else None
        self.session: Session = new_session(qapp, facts.profile, offline=False, policy=policy)

    def now(self) -> datetime:
        """The time of this day."""
        return datetime.now(UTC) + self.ahead

    @property
    def window(self) -> MainWindow:
        assert self.session.window is not None
        return self.session.window

    @property
    def facade(self) -> Facade:
        assert self.session.facade is not None
        return self.session.facade

    def open(self) -> None:
        """Start, and type the passphrase."""
        self.session.start()
        dialog = self.session.unlock_dialog
        assert dialog is not None
        self.wait(lambda: not dialog.is_busy)
        self.bot.keyClicks(dialog.passphrase, self.facts.passphrase)
        self.bot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
        self.wait(lambda: self.session.window is not None)

    def end(self, **told: object) -> None:
        """Close the window, end the program, and report."""
        self.key(self.window, Qt.Key.Key_Q, CTRL)
        assert not self.window.isVisible()
        self.session.close()
        Path(self.facts.report).write_text(json.dumps(told), encoding="utf-8")

    def wait(self, condition: object) -> None:
        self.bot.waitUntil(condition, timeout=WAIT_MS)

    def front(self, window: QWidget) -> None:
        """What a click on its frame does."""
        window.window().activateWindow()
        self.wait(lambda: window.window().isActiveWindow())

    def key(
        self,
        widget: QWidget,
        key: Qt.Key,
        modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        self.front(widget)
        QTest.keyClick(widget, key, modifiers)

    def composer(self) -> Composer:
        return self.window.writing.composers()[-1]

    def letter(self, to: tuple[str, ...], subject: str, text: str) -> Composer:
        """A new one, up to the key that sends it."""
        self.key(self.window, Qt.Key.Key_N, CTRL)
        composer = self.composer()
        self.front(composer)
        for one in to:
            self.bot.keyClicks(composer.to.field(), f"{one},")
        composer.subject.setFocus()
        type_text(composer.subject, subject)
        composer.text.setFocus()
        type_text(composer.text, text)
        return composer

    def row(self, subject: str) -> OutboxRow:
        (found,) = [one for one in self.facade.outbox() if one.subject == subject]
        return found

    def wait_filed(self, subject: str) -> OutboxRow:
        """Until it is sent and in Sent."""
        self.wait(lambda: self.row(subject).state is OutboxState.FILED)
        return self.row(subject)

    def jump(self, **by: float) -> None:
        """Later; the engine looks at once, as it would have looked by then."""
        self.ahead += timedelta(**by)
        self.key(self.window, Qt.Key.Key_F5)

    def wait_folders(self) -> None:
        self.wait(lambda: any(one.role is Role.SENT for one in self.facade.folders()))


@pytest.fixture
def hands(qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hands]:
    facts = Writing(**json.loads(Path(os.environ["MEL_JOURNEY_FACTS"]).read_text("utf-8")))
    made = Hands(qtbot, qapp, facts)
    monkeypatch.setattr(SystemClock, "now", lambda _: made.now())
    monkeypatch.setattr(figures, "now", made.now)
    yield made
    made.session.close()


# -- a reply while the line is cut -----------------------------------------------------------------


def lines(facts: Writing) -> tuple[CutLine, CutLine]:
    return (
        CutLine(facts.imap_port, at=facts.relay_imap),
        CutLine(facts.smtp_port, at=facts.relay_smtp),
    )


def select(browser: MailBrowser, words: str) -> None:
    """Draw the mouse over these words."""
    start = browser.document().toPlainText().index(words)
    ends = []
    for place in (start, start + len(words)):
        cursor = QTextCursor(browser.document())
        cursor.setPosition(place)
        ends.append(browser.cursorRect(cursor).center())
    view = browser.viewport()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, ends[0])
    QTest.mouseMove(view, ends[0] + QPoint(6, 0))
    QTest.mouseMove(view, ends[1])
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, ends[1])


def test_reply_while_the_line_is_cut(hands: Hands) -> None:
    given = hands.facts.given
    line = lines(hands.facts)
    hands.open()
    reader = choose_first_message(hands.bot, hands.session, 1)
    hands.wait(lambda: given["quoted"] in reader.browser.toPlainText())
    hands.wait_folders()
    for one in line:
        one.close()
    select(reader.browser, given["quoted"])
    assert reader.selected_text() == given["quoted"]
    hands.key(hands.window, Qt.Key.Key_R, CTRL)
    composer = hands.composer()
    hands.front(composer)
    hands.wait(composer.text.hasFocus)
    type_text(composer.text, given["answer"])
    hands.key(composer, Qt.Key.Key_Return, CTRL)
    assert composer.flow.dialog is None, "nothing is doubtful about it"
    row = hands.row(given["subject"])
    hands.jump(seconds=11)  # beyond the undo: it is tried, and cannot leave
    status = hands.window.status_line.status
    hands.wait(lambda: status().accounts[0].link is Link.TROUBLE)
    assert hands.row(given["subject"]).state is OutboxState.QUEUED
    hands.end(message_id=row.message_id)


def test_the_line_is_back(hands: Hands) -> None:
    subject = hands.facts.given["subject"]
    hands.open()
    hands.key(hands.window, Qt.Key.Key_3, CTRL)
    assert hands.window.outbox.model.index(0, 1).data() == subject
    status = hands.window.status_line.status
    hands.wait(lambda: status().accounts[0].link is Link.TROUBLE)  # it has tried at once
    hands.wait(lambda: hands.row(subject).state is OutboxState.QUEUED)
    line = lines(hands.facts)
    hands.key(hands.window, Qt.Key.Key_F5)
    hands.wait_filed(subject)
    hands.end()
    for one in line:
        one.close()


# -- one letter to a class -------------------------------------------------------------------------


def test_a_letter_to_a_class(hands: Hands) -> None:
    given = hands.facts.given
    hands.open()
    hands.wait_folders()
    composer = hands.letter((), given["subject"], given["text"])
    hands.key(composer, Qt.Key.Key_G, CTRL | SHIFT)
    (dialog,) = composer.findChildren(MergeDialog)
    hands.front(dialog)
    QTest.keyClicks(dialog.group, given["group"])
    assert dialog.group.currentText().startswith(given["group"])
    wanted = int(given["people"])
    assert dialog.list.count() == wanted
    said = []
    dialog.list.setFocus()
    for _ in range(wanted):
        said.append(dialog.preview.toPlainText())
        QTest.keyClick(dialog.list, Qt.Key.Key_Down)
    assert len(set(said)) == wanted, "each preview is somebody's own"
    assert given["preview"] in said[0]
    assert given["without"] in dialog.told.text()
    with hands.bot.waitSignal(dialog.started, timeout=WAIT_MS):
        QTest.mouseClick(dialog.send, Qt.MouseButton.LeftButton)

    def is_done() -> bool:
        rows = hands.facade.outbox()
        return len(rows) == wanted and all(one.state is OutboxState.FILED for one in rows)

    hands.wait(is_done)
    hands.key(hands.window, Qt.Key.Key_Y, CTRL | SHIFT)
    (merges,) = hands.window.findChildren(MergesDialog)
    hands.wait(lambda: f"{wanted} / {wanted}" in merges.pane.model.index(0, 2).data())
    report = Path(hands.facts.report).with_suffix(".csv")
    merges.pane.write_report(report)
    merges.close()
    hands.end(table=report.read_text("utf-8-sig"))


# -- before it leaves, and taken back --------------------------------------------------------------


def test_parents_go_to_bcc_by_one_key(hands: Hands) -> None:
    given = hands.facts.given
    hands.open()
    hands.wait_folders()
    parents = tuple(given["parents"].split())
    composer = hands.letter((given["colleague"], *parents), given["subject"], "Bonjour à tous")
    hands.key(composer, Qt.Key.Key_Return, CTRL)
    dialog = composer.flow.dialog
    assert dialog is not None
    assert WarningCode.OPEN_RECIPIENTS in [one.code for one in dialog.warnings()]
    assert not hands.facade.outbox(), "nothing moves before an answer"
    (to_bcc,) = [one for one in dialog.buttons if "en Cci" in one.text()]
    hands.front(dialog)
    QTest.keyClicks(dialog.back, to_bcc.text()[0])
    row = hands.row(given["subject"])
    hands.jump(seconds=11)
    hands.wait_filed(given["subject"])
    hands.end(message_id=row.message_id)


def test_taken_back_in_time(hands: Hands) -> None:
    given = hands.facts.given
    hands.open()
    hands.wait_folders()
    composer = hands.letter((given["to"],), given["subject"], given["text"])
    hands.key(composer, Qt.Key.Key_S, CTRL)
    draft = composer.draft_id()
    assert draft is not None
    before = hands.facade.draft(draft)
    hands.key(composer, Qt.Key.Key_Return, CTRL)
    row = hands.row(given["subject"])
    hands.ahead += timedelta(seconds=8)  # of ten
    hands.wait(lambda: "2 seconde" in hands.window.undo.bar.text)
    hands.key(hands.window, Qt.Key.Key_Z, CTRL)
    again = hands.composer()
    assert again.draft_id() == draft
    after = hands.facade.draft(draft)
    assert (after.revision, after.content) == (before.revision, before.content)
    assert again.text.toPlainText() == given["text"]
    assert not hands.facade.outbox()
    hands.jump(seconds=30)
    hands.letter((given["to"],), given["second"], "Celui-ci part")
    hands.key(hands.composer(), Qt.Key.Key_Return, CTRL)
    hands.jump(seconds=11)
    hands.wait_filed(given["second"])  # all that was to leave has left
    hands.end(taken_back=row.message_id, second=hands.row(given["second"]).message_id)


# -- another program at the same draft -------------------------------------------------------------


def other_program(facts: Writing, folder: str) -> imap_tools.MailBox:
    context = ssl.create_default_context(cafile=facts.ca)
    box = imap_tools.MailBox("127.0.0.1", facts.imap_port, timeout=20, ssl_context=context)
    box.login_utf8(facts.login, facts.password, initial_folder=folder)
    return box


def copies(facts: Writing) -> list[str]:
    with other_program(facts, "Drafts") as box:
        return [one.text or one.html for one in box.fetch(mark_seen=False)]


def test_two_programs_one_draft(hands: Hands) -> None:
    given, facts = hands.facts.given, hands.facts
    hands.open()
    hands.wait_folders()
    composer = hands.letter((given["to"],), given["subject"], given["mine"])
    hands.key(composer, Qt.Key.Key_W, CTRL)
    (draft,) = hands.facade.drafts()
    hands.jump(seconds=30)  # nobody types any more
    hands.wait(lambda: len(copies(facts)) == 1)
    hands.wait(lambda: hands.facade.journal() == ())
    with other_program(facts, "Drafts") as box:
        mine = box.uids()
        box.append(given["rival"].encode(), "Drafts", None, [imap_tools.MailMessageFlags.DRAFT])
        box.delete(mine)
    hands.key(hands.window, Qt.Key.Key_2, CTRL)
    hands.window.drafts.table.selectRow(0)
    hands.jump(seconds=30)

    def is_told() -> bool:
        hands.facade.wake()
        hands.window.drafts.refresh()
        return hands.window.drafts._compare.isVisible()

    hands.wait(is_told)
    hands.bot.mouseClick(hands.window.drafts._compare, Qt.MouseButton.LeftButton)
    (dialog,) = hands.window.findChildren(DraftRivalryDialog)
    hands.wait(dialog.ok.isEnabled)
    hands.front(dialog)
    seen = [one.accessibleDescription() for one in dialog.of_text]
    (hour,) = [one for one in dialog.of_text if "9 h" in one.accessibleDescription()]
    (meal,) = [one for one in dialog.of_text if "repas" in one.accessibleDescription()]
    assert "8 h" in hour.accessibleDescription(), "side by side"
    QTest.keyClick(hour, Qt.Key.Key_Down)
    assert hour.currentData() is Taken.THEIRS
    QTest.keyClick(meal, Qt.Key.Key_End)
    assert meal.currentData() is Taken.BOTH
    made = dialog.preview.toPlainText()
    QTest.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    assert hands.facade.draft(draft.id).content.text == made
    hands.jump(seconds=30)

    def is_alone() -> bool:
        hands.facade.wake()
        found = copies(facts)
        return len(found) == 1 and "9 h" in found[0] and hands.facade.journal() == ()

    hands.wait(is_alone)
    assert HeadField.SUBJECT not in dialog.of_heads
    hands.end(made=made, seen=seen, copies=copies(facts))


# -- send later, over the holidays -----------------------------------------------------------------


def later(hands: Hands, subject: str) -> str:
    """The hour that is offered first; chosen with one key."""
    composer = hands.letter((hands.facts.given["to"],), subject, "Bonjour")
    hands.key(composer, Qt.Key.Key_Return, CTRL | SHIFT)
    (dialog,) = composer.findChildren(SendLaterDialog)
    hands.front(dialog)
    hands.wait(dialog.presets.hasFocus)
    QTest.keyClick(dialog.presets, Qt.Key.Key_Return)
    row = hands.row(subject)
    assert row.state is OutboxState.QUEUED
    assert row.next_attempt is not None
    return row.next_attempt.isoformat()


def test_written_before_the_holidays(hands: Hands) -> None:
    hands.open()
    hands.wait_folders()
    hands.end(hour=later(hands, hands.facts.given["subject"]))


def test_started_two_hours_late(hands: Hands) -> None:
    given = hands.facts.given
    hands.open()
    row = hands.wait_filed(given["subject"])
    hands.end(message_id=row.message_id, hour=later(hands, given["second"]))


def test_started_two_days_late(hands: Hands) -> None:
    second = hands.facts.given["second"]
    hands.open()
    hands.wait(lambda: hands.row(second).state is OutboxState.HELD)
    hands.key(hands.window, Qt.Key.Key_3, CTRL)
    pane = hands.window.outbox
    assert hands.window.tree.target() is Place.OUTBOX
    pane.refresh()
    pane.table.setFocus()
    place = [pane.model.index(row, 1).data() for row in range(pane.model.rowCount())].index(second)
    pane.table.selectRow(place)
    asked = pane.explanation.text()
    hands.key(pane.table, Qt.Key.Key_T, CTRL)
    row = hands.wait_filed(second)
    hands.end(asked=asked, message_id=row.message_id)
