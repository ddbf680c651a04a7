"""Is the vault sound? A check with progress, what it found in plain words, and the repair.

Rule: nothing is changed before a person asks for it, and closing the window stops what runs.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import MelError
from mel_desktop.model.soundness import (
    Alarm,
    AlarmKind,
    CheckReport,
    Damage,
    LastCheck,
    RepairReport,
    Touched,
)
from mel_desktop.ui import figures, wording
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.paragraph import paragraph
from mel_desktop.ui.theme import Theme

WIDTH: Final = 600
HEIGHT: Final = 440
MOST_LINES: Final = 200


class SoundnessWords(QObject):
    """What was found, in words. An object for its ``tr`` with plurals."""

    def alarm(self, one: Alarm) -> str:
        """What was noticed at opening."""
        when = figures.long_date(one.at)
        if one.kind is AlarmKind.ROLLBACK:
            return self.tr(
                "%n change(s) that this PC had saved are missing since {when}: an older copy of "
                "the vault has come back.",
                "",
                one.missing,
            ).format(when=when)
        if one.kind is AlarmKind.OLDER:
            return self.tr(
                "This vault is an older copy: %n change(s) that were saved on this PC are missing "
                "(noticed on {when}).",
                "",
                one.missing,
            ).format(when=when)
        if one.kind is AlarmKind.JOURNAL:
            return self.tr(
                "The last changes before {when} may be missing: the file that held them was "
                "damaged or removed."
            ).format(when=when)
        return self.tr(
            "The file {file} was damaged. It was made anew on {when}; nothing of yours is lost."
        ).format(file=one.file, when=when)

    def last_check(self, last: LastCheck | None, share: int | None) -> str:
        """When everything was verified last, and what is under way."""
        if share is not None:
            return self.tr("The weekly check is under way in the background ({share} %).").format(
                share=share
            )
        if last is None:
            return self.tr(
                "The vault has not been checked as a whole yet. It is done by itself once a week, "
                "while nobody uses the PC."
            )
        when = figures.long_date(last.at)
        if not last.damages:
            return self.tr("Last check of the whole vault: {when}. Everything was intact.").format(
                when=when
            )
        return self.tr(
            "Last check of the whole vault: {when}. %n damaged part(s) were found.",
            "",
            len(last.damages),
        ).format(when=when)

    def damage(self, one: Damage) -> list[str]:
        """One damaged thing and what it touches."""
        if one.name.startswith("index "):
            head = self.tr("An index is damaged. It can be made anew; nothing is lost.")
        elif one.name.startswith("page "):
            head = self.tr("An unused part of the vault is damaged. Nothing is lost.")
        else:
            head = self.tr("Damaged: {what} ({name}, {file})").format(
                what=self._part(one), name=one.name, file=one.file
            )
        return [head, *(f"    {self.touched(row)}" for row in one.touched)]

    def _part(self, one: Damage) -> str:
        """What a teacher has in that table."""
        words = {
            "body": self.tr("texts of messages"),
            "chunk": self.tr("attachments and whole messages"),
            "blob": self.tr("attachments and whole messages"),
            "part": self.tr("lists of attachments"),
            "message": self.tr("lists of messages"),
            "location": self.tr("lists of messages"),
            "folder": self.tr("folders"),
            "draft": self.tr("drafts"),
            "draft_revision": self.tr("drafts"),
            "draft_attachment": self.tr("attachments of drafts"),
            "outbox": self.tr("messages to be sent"),
            "want": self.tr("changes waiting for the server"),
            "entry": self.tr("the directory"),
            "account": self.tr("settings of accounts"),
        }
        if one.table in words:
            return words[one.table]
        return self.tr("a part of the vault") if one.table else self.tr("a file of the vault")

    def touched(self, row: Touched) -> str:
        """A message, a draft... by its subject."""
        name = row.subject or self.tr("number {n}").format(n=row.id)
        words = {
            "message": self.tr("message: {name}"),
            "draft": self.tr("draft: {name}"),
            "attachment": self.tr("attachment of a draft: {name}"),
            "outgoing": self.tr("message to be sent: {name}"),
            "wish": self.tr("change waiting for the server: {name}"),
            "table": self.tr("all that stood in “{name}” of the vault"),
        }
        return words.get(row.kind, "{name}").format(name=name)

    def repaired(self, report: RepairReport) -> list[str]:
        """What a repair did."""
        lines = [self.tr("The vault is repaired.")]
        if report.fetched_anew:
            lines.append(
                self.tr(
                    "%n text(s) or attachment(s) come from the server again with the next sync.",
                    "",
                    report.fetched_anew,
                )
            )
        if report.reindexed:
            lines.append(
                self.tr("The search index is being made anew: search finds more by and by.")
            )
        if report.lost:
            lines += ["", self.tr("This could not be saved:")]
            lines += [f"    {self.touched(row)}" for row in report.lost[:MOST_LINES]]
        if report.kept_aside:
            lines += [
                "",
                self.tr(
                    "The damaged file is kept aside ({file}), still encrypted, until you delete it."
                ).format(file=report.kept_aside),
            ]
        return lines


class SoundnessDialog(QDialog):
    """Check, result, repair."""

    def __init__(self, facade: Facade, bridge: Bridge, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Check the vault"))
        self._facade = facade
        self._bridge = bridge
        self._words = SoundnessWords(self)
        self._stop = threading.Event()
        self._damages: tuple[Damage, ...] = ()
        self._icon = QLabel()
        self._icon.setPixmap(theme.icons.pixmap("info", 28, self.devicePixelRatioF()))
        self.head = paragraph(strong=True, selectable=True)
        self.explain = paragraph(selectable=True)
        self.last = paragraph(selectable=True)
        self.progress = QProgressBar()
        self.progress.setAccessibleName(self.tr("Progress"))
        self.progress.setRange(0, 100)
        self.progress.setTextVisible(False)
        self.lines = QPlainTextEdit()
        self.lines.setReadOnly(True)
        self.lines.setTabChangesFocus(True)
        self.lines.setAccessibleName(self.tr("What was found"))
        self._lay_out()
        self._say_start()
        self.resize(WIDTH, HEIGHT)

    def _lay_out(self) -> None:
        texts = QVBoxLayout()
        texts.setSpacing(8)
        texts.addWidget(self.head)
        texts.addWidget(self.explain)
        texts.addWidget(self.last)
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(texts, 1)
        self.check_button = QPushButton(self.tr("&Check now"))
        self.check_button.setProperty("primary", True)
        self.repair_button = QPushButton(self.tr("&Repair"))
        self.known_button = QPushButton()
        self.let_go_button = QPushButton(self.tr("&Delete the file kept aside"))
        self.cancel_button = QPushButton(self.tr("C&ancel"))
        self.close_button = QPushButton(self.tr("C&lose"))
        for button, call in (
            (self.check_button, self._check),
            (self.repair_button, self._repair),
            (self.known_button, self._acknowledge),
            (self.let_go_button, self._let_go),
            (self.cancel_button, self._cancel),
            (self.close_button, self.close),
        ):
            button.setAutoDefault(False)
            button.clicked.connect(call)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.let_go_button)
        row.addWidget(self.known_button)
        row.addStretch(1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.check_button)
        row.addWidget(self.repair_button)
        row.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(self.progress)
        column.addWidget(self.lines, 1)
        self._rest = QWidget()  # takes the room of the lines while there are none
        column.addWidget(self._rest, 1)
        column.addLayout(row)

    # -- states ------------------------------------------------------------------------------------

    def _say_start(self) -> None:
        alarms, repaired = self._alarms(), self._repaired()
        last = self._facade.soundness.last_check()
        self._say_last()
        self.explain.setText(
            self.tr(
                "Every page of the vault, every text and every attachment is read and verified. "
                "Nothing is changed, and you can go on working meanwhile."
            )
        )
        self.explain.show()
        self._show_buttons(check=True)
        self.check_button.setFocus()
        if last is not None and last.damages:
            self._show_report(CheckReport(last.damages, alarms))
        elif repaired is not None:
            first, *rest = self._words.repaired(repaired)
            self.head.setText(first)
            self._show_lines([*rest, "", *self._of_alarms(alarms)])
        elif alarms:
            self.head.setText(self.tr("Something was noticed when the vault was opened."))
            self._show_lines(self._of_alarms(alarms))
        else:
            self.head.setText(self.tr("Are all your messages intact?"))
            self._show_lines([])

    def _say_last(self) -> None:
        door = self._facade.soundness
        self.last.setText(self._words.last_check(door.last_check(), door.share_checked()))

    def _of_alarms(self, alarms: Sequence[Alarm]) -> list[str]:
        lines = [self._words.alarm(one) for one in alarms]
        if _is_older(alarms):
            lines += [
                "",
                self.tr(
                    "If you or your IT service put this copy in place on purpose, say that this "
                    "is what you want. If not, close Mel Desktop and put the newest copy of its "
                    "folder back: what you write before then is in this copy only."
                ),
            ]
        if any(one.is_loss for one in alarms):
            lines += [
                "",
                self.tr(
                    "What the server has comes back with the next sync. Look at your drafts, your "
                    "outbox and the waiting changes: what you wrote last may have to be written "
                    "again."
                ),
            ]
        return lines

    def _show_buttons(
        self, *, check: bool = False, repair: bool = False, running: bool = False
    ) -> None:
        self.check_button.setVisible(check)
        self.repair_button.setVisible(repair)
        self.repair_button.setProperty("primary", True)
        self.cancel_button.setVisible(running)
        self.close_button.setVisible(not running)
        self.progress.setVisible(running)
        alarms = self._alarms()
        known = bool(alarms) or self._repaired() is not None
        self.known_button.setText(
            self.tr("This is what I &want") if _is_older(alarms) else self.tr("I have &read this")
        )
        self.known_button.setVisible(not running and known)
        kept = False
        if not running:
            try:
                kept = bool(self._facade.soundness.kept_aside())
            except MelError:
                kept = False
        self.let_go_button.setVisible(kept)

    def _alarms(self) -> tuple[Alarm, ...]:
        try:
            return self._facade.soundness.alarms()
        except MelError:
            return ()

    def _repaired(self) -> RepairReport | None:
        try:
            return self._facade.soundness.repaired()
        except MelError:
            return None

    def _show_lines(self, lines: Sequence[str]) -> None:
        self.lines.setPlainText("\n".join(lines))
        self.lines.setVisible(bool(lines))
        self._rest.setVisible(not lines)

    def _on_progress(self, done: int, total: int) -> None:
        """On an engine thread."""
        share = done * 100 // max(1, total)
        self._bridge.post(lambda: self._show_share(share))

    def _show_share(self, share: int) -> None:
        self.progress.setValue(min(100, share))

    # -- check -------------------------------------------------------------------------------------

    def _check(self) -> None:
        self._begin(self.tr("The vault is being checked…"))
        door, stop = self._facade.soundness, self._stop
        self._bridge.run(
            self,
            lambda: door.check(self._on_progress, stop.is_set),
            done=self._show_report,
            failed=self._show_trouble,
        )

    def _show_report(self, report: CheckReport) -> None:
        self._damages = report.damages
        self.explain.hide()
        self._say_last()
        lines = [line for one in report.damages for line in self._words.damage(one)][:MOST_LINES]
        if report.alarms:
            lines += ["", *self._of_alarms(report.alarms)][0 if lines else 1 :]
        if report.damages:
            self.head.setText(self.tr("A part of the vault is damaged. The rest is intact."))
            lines += [
                "",
                self.tr(
                    "Repair keeps all that is intact. What the server has is fetched again; what "
                    "only this PC had and cannot be saved is named."
                ),
            ]
        elif report.alarms:
            self.head.setText(self.tr("Everything that is here is intact."))
        else:
            self.head.setText(self.tr("Everything is intact."))
        self._show_lines(lines)
        self._show_buttons(repair=bool(report.damages), check=not report.damages)
        (self.repair_button if report.damages else self.close_button).setFocus()

    # -- repair ------------------------------------------------------------------------------------

    def _repair(self) -> None:
        self._begin(self.tr("The vault is being repaired…"))
        door, stop, damages = self._facade.soundness, self._stop, self._damages
        self._bridge.run(
            self,
            lambda: door.repair(damages, self._on_progress, stop.is_set),
            done=self._show_repaired,
            failed=self._show_trouble,
        )

    def _show_repaired(self, report: RepairReport) -> None:
        first, *rest = self._words.repaired(report)
        self.head.setText(first)
        self._show_lines(rest)
        self._say_last()
        self._show_buttons(check=True)
        self.close_button.setFocus()

    # -- the rest ----------------------------------------------------------------------------------

    def _begin(self, words: str) -> None:
        self._stop = threading.Event()
        self.head.setText(words)
        self.progress.setValue(0)
        self._show_lines([])
        self._show_buttons(running=True)
        self.cancel_button.setFocus()

    def _show_trouble(self, error: MelError) -> None:
        self.head.setText(str(wording.of_error(error)))
        self._show_buttons(check=True)

    def _cancel(self) -> None:
        self._stop.set()
        self._say_start()

    def _acknowledge(self) -> None:
        try:
            self._facade.soundness.acknowledge()
        except MelError as error:
            self._show_trouble(error)
            return
        self._say_start()

    def _let_go(self) -> None:
        try:
            self._facade.soundness.let_go()
        except MelError as error:
            self._show_trouble(error)
            return
        self.let_go_button.hide()
        self.close_button.setFocus()

    def done(self, result: int) -> None:
        """Stop what runs."""
        self._stop.set()
        super().done(result)


def _is_older(alarms: Sequence[Alarm]) -> bool:
    return any(one.kind is AlarmKind.OLDER for one in alarms)
