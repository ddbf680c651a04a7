"""The agenda: what was accepted, day by day, as a list and as a week. Nobody is reminded by it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QDate, QModelIndex, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QDateEdit,
    QFileDialog,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.agenda import Answer, EventId, Occurrence, Standing
from mel_desktop.model.sending import SchoolBreak
from mel_desktop.model.values import dataclass
from mel_desktop.ui import agenda_words, figures
from mel_desktop.ui.agenda_week import WeekTable
from mel_desktop.ui.flow_layout import FlowLayout
from mel_desktop.ui.notice import Tone
from mel_desktop.ui.question import Question, ask
from mel_desktop.ui.table_pane import TableModel, TablePane
from mel_desktop.ui.theme import Theme

translate = QCoreApplication.translate

LISTED_DAYS: Final = 60
ANSWERABLE: Final = frozenset(
    {Standing.NONE, Standing.ACCEPTED, Standing.TENTATIVE, Standing.DECLINED}
)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list: a time of an event, or days without classes."""

    day: date
    event: Occurrence | None = None
    holiday: SchoolBreak | None = None


class AgendaPane(TablePane[Row]):
    """A list from a date on, or one week as a table."""

    message_asked = Signal(object)  # MessageId

    def __init__(self, facade: Facade, theme: Theme, parent: QWidget) -> None:
        self._facade = facade
        model: TableModel[Row] = TableModel(
            (
                (translate("agenda", "Day"), lambda one: agenda_words.day(one.day)),
                (translate("agenda", "Hours"), _hours),
                (translate("agenda", "Event"), _title),
                (
                    translate("agenda", "Where"),
                    lambda one: (one.event and one.event.of.event.place) or "–",
                ),
                (
                    translate("agenda", "Answer"),
                    lambda one: (
                        "–" if one.event is None else agenda_words.standing(one.event.of.standing)
                    ),
                ),
            ),
            _key,
        )
        super().__init__(
            theme,
            translate("agenda", "Agenda"),
            translate(
                "agenda",
                "Nothing in the agenda from this day on. Invitations that you accept stand here; "
                "events come from .ics files too.",
            ),
            model,
            _key,
            parent,
        )
        model.setParent(self)
        self.set_widths((-1, -1, 0, 0, -1))
        self._make_head()
        self.week = WeekTable(theme, self)
        self.week.chosen.connect(self._choose)
        self.week.activated.connect(lambda _: self.open_chosen())
        self._stack.addWidget(self.week)
        self._make_buttons()
        self.table.activated.connect(self._on_activated)
        self.show_chosen(None)

    def _make_head(self) -> None:
        self.date = QDateEdit(QDate.currentDate())
        self.date.setCalendarPopup(True)
        self.date.setAccessibleName(self.tr("Go to a day"))
        self.date.setDisplayFormat("dd/MM/yyyy")
        self.date.dateChanged.connect(lambda _: self.refresh())
        self.earlier = self._head_button(self.tr("Week &before"), -7)
        self.later = self._head_button(self.tr("Week afte&r"), 7)
        self.today = QPushButton(self.tr("Toda&y"))
        self.today.setAccessibleName(self.tr("Today"))
        self.today.clicked.connect(lambda: self.go(figures.now().astimezone().date()))
        self.as_week = QCheckBox(self.tr("As a wee&k"))
        self.as_week.setAccessibleName(self.tr("Show one week as a table"))
        self.as_week.toggled.connect(lambda _: self.refresh())
        self.unanswered = QCheckBox(self.tr("&Not answered too"))
        self.unanswered.setAccessibleName(self.tr("Show invitations that are not answered too"))
        self.unanswered.toggled.connect(lambda _: self.refresh())
        holder = QWidget()
        holder.setObjectName("paneHead")
        holder.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        flow = FlowLayout(holder, spacing=8)
        flow.setContentsMargins(16, 6, 16, 6)
        for widget in (
            self.earlier, self.today, self.later, self.date, self.as_week, self.unanswered,
        ):  # fmt: skip
            flow.addWidget(widget)
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(1, holder)

    def _head_button(self, text: str, days: int) -> QPushButton:
        button = QPushButton(text)
        button.setAccessibleName(text.replace("&", ""))
        button.clicked.connect(lambda: self.go(self.first_day() + timedelta(days=days)))
        return button

    def _make_buttons(self) -> None:
        self._open = self.add_button(self.tr("Open the message"), "Ctrl+O", self.open_chosen)
        self._answer = self.add_button(self.tr("Answer"), "Ctrl+R", self._show_answers)
        self._remove = self.add_button(self.tr("Remove…"), "Del", self.ask_remove)
        self.files = self.add_button(self.tr("Files"), "Ctrl+Shift+X", self._show_files)
        self.files.setEnabled(True)
        self.answers = QMenu(self)
        self.answers.setAccessibleName(self.tr("Answers"))
        for answer, text in (
            (Answer.ACCEPTED, self.tr("&Accept and tell the organiser")),
            (Answer.TENTATIVE, self.tr("&Perhaps, and tell the organiser")),
            (Answer.DECLINED, self.tr("&Decline and tell the organiser")),
        ):
            self.answers.addAction(text, partial(self.change, answer, tell=True))
        self.answers.addSeparator()
        for answer, text in (
            (Answer.ACCEPTED, self.tr("Accept &without telling")),
            (Answer.DECLINED, self.tr("Decline without &telling")),
        ):
            self.answers.addAction(text, partial(self.change, answer, tell=False))
        self.file_menu = QMenu(self)
        self.file_menu.setAccessibleName(self.tr("Files"))
        self.export_one = self._file_action(self.tr("&Export this event…"), self.ask_export_one)
        self.export_all = self._file_action(self.tr("Export the &agenda…"), self.ask_export_all)
        self.import_ = self._file_action(self.tr("&Import events…"), self.ask_import)

    def _file_action(self, text: str, call: Callable[[], object]) -> QAction:
        action = QAction(text, self)
        action.triggered.connect(call)
        self.file_menu.addAction(action)
        return action

    # -- what is shown -----------------------------------------------------------------------------

    def first_day(self) -> date:
        """From which day on."""
        shown = self.date.date()
        return date(shown.year(), shown.month(), shown.day())

    def go(self, day: date) -> None:
        """Show from this day on."""
        self.date.setDate(QDate(day.year, day.month, day.day))

    def refresh(self) -> None:
        """Read again."""
        first = self.first_day()
        if self.as_week.isChecked():
            first -= timedelta(days=first.weekday())
        days = 7 if self.as_week.isChecked() else LISTED_DAYS
        last = first + timedelta(days=days)
        agenda = self._facade.agenda
        with self.notice.errors():
            found = agenda.between(
                _midnight(first), _midnight(last), unanswered=self.unanswered.isChecked()
            )
            breaks = agenda.breaks(first, last - timedelta(days=1))
            rows = [Row(_day(one), one) for one in found]
            rows = [one for one in rows if one.day < last and _last(one) >= first]
            rows += [Row(max(one.first, first), None, one) for one in breaks]
            rows.sort(key=lambda one: (one.day, one.event is not None, _begins(one)))
            self.show_rows(rows)
            if self.as_week.isChecked():
                self.week.show_week(first, [one.event for one in rows if one.event], breaks)
                self._stack.setCurrentWidget(self.week)

    def show_chosen(self, value: Row | None) -> None:
        """Say more of the chosen one, and what may be done."""
        one = None if value is None else value.event
        standing = None if one is None else one.of.standing
        self._open.setEnabled(one is not None and one.of.message is not None)
        self._answer.setEnabled(standing in ANSWERABLE)
        self._remove.setEnabled(one is not None)
        self.export_one.setEnabled(one is not None)
        words = ""
        if one is not None:
            event = one.of.event
            shown = agenda_words.span(one.starts, one.ends, all_day=event.all_day)
            words = " · ".join(filter(None, (event.title, shown, event.place, event.link)))
            if event.organiser is not None and standing is not Standing.ORGANISED:
                words += "\n" + self.tr("Organised by {who}").format(
                    who=agenda_words.person(event.organiser)
                )
        elif value is not None:
            words = _title(value)
        self.explanation.setText(words)

    def _choose(self, one: Occurrence) -> None:
        """The list follows the week."""
        for place, row in enumerate(self.model.values()):
            if row.event is not None and _key(row) == _key(Row(_day(one), one)):
                self.table.selectRow(place)
                return

    # -- what a person does ------------------------------------------------------------------------

    def _event(self) -> Occurrence | None:
        row = self.chosen()
        return None if row is None else row.event

    def open_chosen(self) -> None:
        """The message that brought it."""
        one = self._event()
        if one is not None and one.of.message is not None:
            self.message_asked.emit(one.of.message)

    def _on_activated(self, _: QModelIndex) -> None:
        self.open_chosen()

    def _show_answers(self) -> None:
        self.answers.popup(self._answer.mapToGlobal(self._answer.rect().topLeft()))

    def _show_files(self) -> None:
        self.file_menu.popup(self.files.mapToGlobal(self.files.rect().topLeft()))

    def change(self, answer: Answer, *, tell: bool) -> None:
        """Another answer."""
        one = self._event()
        if one is None:
            return
        with self.notice.errors():
            row = self._facade.agenda.change(one.of.id, answer, tell=tell)
            self.refresh()
            if row is not None:
                self.notice.say(self.tr("The answer is in the outbox."))

    def ask_remove(self) -> None:
        """Forget it here, if it is meant."""
        one = self._event()
        if one is None:
            return
        ask(
            self.window(),
            Question(
                self.tr("Remove from the agenda"),
                self.tr("Remove “{title}” from the agenda?").format(title=one.of.event.title),
                self.tr("Remove"),
                self.tr("Keep"),
                self.tr(
                    "The whole series goes. The organiser is not told; to tell, decline instead."
                )
                if one.of.event.repeats
                else self.tr("The organiser is not told; to tell, decline instead."),
            ),
            lambda: self._remove_now(one.of.id),
        )

    def _remove_now(self, event: EventId) -> None:
        with self.notice.errors():
            self._facade.agenda.remove(event)
            self.refresh()

    def ask_export_one(self) -> None:
        """Where the chosen event is to be written."""
        from mel_desktop.ui.attachments_card import safe_name  # noqa: PLC0415 first needed here

        one = self._event()
        if one is not None:
            self._ask_export(safe_name(one.of.event.title or "agenda"), one.of.id)

    def ask_export_all(self) -> None:
        """Where the agenda is to be written."""
        self._ask_export("agenda", None)

    def _ask_export(self, name: str, event: EventId | None) -> None:
        dialog = QFileDialog(self, self.tr("Export"), f"{name}.ics", "iCalendar (*.ics)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("ics")
        dialog.fileSelected.connect(lambda path: self.export(Path(path), event))
        dialog.open()

    def export(self, target: Path, event: EventId | None = None) -> None:
        """Write a file."""
        with self.notice.errors():
            size = self._facade.agenda.export(target, event)
            self.notice.say(
                self.tr("Written: {name} ({size}).").format(
                    name=target.name, size=figures.size(size)
                )
            )

    def ask_import(self) -> None:
        """Which file to read."""
        dialog = QFileDialog(self, self.tr("Import events"), "", "iCalendar (*.ics)")
        dialog.fileSelected.connect(lambda path: self.import_file(Path(path)))
        dialog.open()

    def import_file(self, source: Path) -> None:
        """Events of a file into the agenda of the first account."""
        accounts = self._facade.accounts()
        if not accounts:
            self.notice.say(self.tr("Add an account first."), Tone.WARNING)
            return
        with self.notice.errors():
            count = self._facade.agenda.import_file(accounts[0].id, source)
            self.refresh()
            self.notice.say(self.tr("%n event(s) taken in.", "", count))


def _key(one: Row) -> object:
    if one.event is None:
        return ("break", one.day, "" if one.holiday is None else one.holiday.name)
    return (one.event.of.id, one.event.starts)


def _hours(one: Row) -> str:
    return "–" if one.event is None else agenda_words.hours(one.event)


def _title(one: Row) -> str:
    if one.event is not None:
        return one.event.of.event.title or translate("agenda", "(no title)")
    if one.holiday is None:
        return ""
    return translate("agenda", "{name}, until {day}").format(
        name=one.holiday.name, day=agenda_words.day(one.holiday.back - timedelta(days=1))
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time()).astimezone()


def _day(one: Occurrence) -> date:
    return one.starts.date() if one.of.event.all_day else one.starts.astimezone().date()


def _last(row: Row) -> date:
    one = row.event
    if one is None:
        return row.day
    if one.of.event.all_day:
        return (one.ends - timedelta(days=1)).date()
    return max(one.ends - timedelta(seconds=1), one.starts).astimezone().date()


def _begins(one: Row) -> datetime:
    return datetime.min.replace(tzinfo=UTC) if one.event is None else one.event.starts
