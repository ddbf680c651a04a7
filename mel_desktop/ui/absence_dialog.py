"""The absence message: from when until when, whom it answers, and what it says."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, QLocale, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDateEdit,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.rules import Absence, Audience, Offered, RuleBook
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.forms import inset
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.spoken import NamedBox
from mel_desktop.ui.theme import Theme


class AbsenceDialog(QDialog):
    """Kept at once; the server begins as soon as it is reached."""

    def __init__(
        self,
        facade: Facade,
        bridge: Bridge,
        theme: Theme,
        parent: QWidget,
        account: AccountId | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Absence message"))
        self._facade = facade
        self._bridge = bridge
        self.notice = Notice(theme, self)
        self.account = NamedBox()
        for one in facade.accounts():
            self.account.addItem(one.email, one.id)
        self.account.setCurrentIndex(max(self.account.findData(account), 0))
        self._make_fields()
        self._lay_out()
        self.account.currentIndexChanged.connect(lambda: self.read())
        for signal in (
            self.since.dateChanged, self.until.dateChanged, self.subject.textChanged,
            self.text.textChanged, self.has_since.toggled, self.has_until.toggled,
        ):  # fmt: skip
            signal.connect(self._show_preview)
        self.read()
        self.resize(720, 640)

    def _make_fields(self) -> None:
        self.enabled = QCheckBox(self.tr("&Answer messages while I am away"))
        self.has_since, self.has_until = QCheckBox(self.tr("&From")), QCheckBox(self.tr("&Until"))
        self.since, self.until = QDateEdit(), QDateEdit()
        for box, field, name in (
            (self.has_since, self.since, self.tr("First day away")),
            (self.has_until, self.until, self.tr("Last day away")),
        ):
            field.setCalendarPopup(True)
            field.setDisplayFormat(QLocale().dateFormat(QLocale.FormatType.ShortFormat))
            field.setAccessibleName(name)
            box.toggled.connect(field.setEnabled)
        self.holidays = NamedBox()
        self.holidays.activated.connect(self._take_holidays)
        self.templates = NamedBox()
        self.templates.addItem(self.tr("A text to begin with…"))
        for name, subject, text in self._drafts():
            self.templates.addItem(name, (subject, text))
        self.templates.activated.connect(self._take_template)
        self.subject = QLineEdit()
        self.text = QPlainTextEdit()
        self.text.setTabChangesFocus(True)
        self.days = QSpinBox()
        inset(self.days)
        self.days.setRange(1, 30)
        self.days.setMaximumWidth(160)
        self.days.setSuffix(self.tr(" day(s)"))
        self.audience = NamedBox()
        self.audience.addItem(self.tr("everybody who writes to me"), Audience.EVERYONE)
        self.audience.addItem(self.tr("only addresses of my académie"), Audience.SCHOOL)
        self.preview = QPlainTextEdit()
        self.preview.setReadOnly(True)
        self.preview.setTabChangesFocus(True)
        self.where = QLabel()
        self.where.setWordWrap(True)

    def _lay_out(self) -> None:
        dates = QHBoxLayout()
        for widget in (self.has_since, self.since, self.has_until, self.until, self.holidays):
            dates.addWidget(widget)
        dates.addStretch(1)
        form = QFormLayout()
        for name, field in (
            (self.tr("A&ccount"), self.account),
            (self.tr("&Template"), self.templates),
            (self.tr("&Subject"), self.subject),
            (self.tr("Te&xt"), self.text),
            (self.tr("Ans&wer"), self.audience),
            (self.tr("At &most once in"), self.days),
            (self.tr("What they get"), self.preview),
        ):
            form.addRow(name, field)
            field.setAccessibleName(name.replace("&", ""))
        self.holidays.setAccessibleName(self.tr("School holidays ahead"))
        form.insertRow(1, "", self.enabled)
        form.insertRow(2, self.tr("Away"), dates)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        self.save_button = buttons.button(QDialogButtonBox.StandardButton.Save)
        self.save_button.setProperty("primary", True)
        buttons.accepted.connect(self.save)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addWidget(self.notice)
        column.addWidget(self.where)
        column.addLayout(form, 1)
        column.addWidget(buttons)

    def _drafts(self) -> tuple[tuple[str, str, str], ...]:
        """(name, subject, text): the screen's language first, and English for who needs it."""
        return (
            (
                self.tr("School holidays"),
                self.tr("Absence during the school holidays"),
                self.tr(
                    "Hello,\n\nI am away during the school holidays and shall read your message "
                    "when classes begin again.\n\nKind regards"
                ),
            ),
            (
                self.tr("Training course"),
                self.tr("Away for training"),
                self.tr(
                    "Hello,\n\nI am on a training course and shall answer when I am back. For "
                    "anything urgent please write to the secretariat.\n\nKind regards"
                ),
            ),
            (
                self.tr("In English"),
                "Out of office",
                "Hello,\n\nI am away and will read your message when I return.\n\nKind regards",
            ),
        )

    # -- what there is -----------------------------------------------------------------------------

    def account_id(self) -> AccountId | None:
        """Whose message is shown."""
        found = self.account.currentData()
        return None if found is None else AccountId(found)

    def read(self) -> None:
        """From the store."""
        from mel_desktop.ui.rules_dialog import look_quietly  # noqa: PLC0415 seldom

        account = self.account_id()
        if account is None:
            return
        with self.notice.errors():
            book = self._facade.rules.book(account)
            self._show(book)
            self._show_holidays(account)
            look_quietly(self._facade, self._bridge, account, self, self._show_standing)

    def _show_standing(self) -> None:
        """The server was asked meanwhile: what is being written stays."""
        account = self.account_id()
        if account is not None:
            with self.notice.errors():
                self.where.setText(self._standing(self._facade.rules.book(account)))

    def _show(self, book: RuleBook) -> None:
        absence = book.absence
        self.enabled.setChecked(absence.enabled)
        today = QDate.currentDate()
        for box, field, day in (
            (self.has_since, self.since, absence.since),
            (self.has_until, self.until, absence.until),
        ):
            box.setChecked(day is not None)
            field.setEnabled(day is not None)
            field.setDate(QDate(day.year, day.month, day.day) if day is not None else today)
        self.subject.setText(absence.subject)
        self.text.setPlainText(absence.text)
        self.days.setValue(absence.days)
        self.audience.setCurrentIndex(self.audience.findData(absence.audience))
        self.where.setText(self._standing(book))
        self._show_preview()

    def _standing(self, book: RuleBook) -> str:
        if book.offered is Offered.NO:
            return self.tr(
                "This server cannot answer for you, and a PC that is off answers nobody: set the "
                "absence message in the webmail."
            )
        told = self.tr("The server answers, even when this PC is off; each sender once.")
        if book.absence.enabled and not book.absence_on_server:
            waits = self.tr("It is not on the server yet: it leaves as soon as the line allows.")
            told = f"{told} {waits}"
        if book.foreign_name and not book.is_ours_active:
            asks = self.tr("Another program’s rules are active there: decide in Rules first.")
            told = f"{told} {asks}"
        return told

    def _show_holidays(self, account: AccountId) -> None:
        self.holidays.clear()
        self.holidays.addItem(self.tr("School holidays…"))
        for first, last in self._facade.rules.holidays(account):
            self.holidays.addItem(f"{_short(first)} – {_short(last)}", (first, last))
        self.holidays.setVisible(self.holidays.count() > 1)

    def _take_holidays(self, place: int) -> None:
        days = self.holidays.itemData(place)
        if days is None:
            return
        for box, field, day in zip(
            (self.has_since, self.has_until), (self.since, self.until), days, strict=True
        ):
            box.setChecked(True)
            field.setDate(QDate(day.year, day.month, day.day))
        self.enabled.setChecked(True)

    def _take_template(self, place: int) -> None:
        given = self.templates.itemData(place)
        if given is not None:
            self.subject.setText(given[0])
            self.text.setPlainText(given[1])

    def _show_preview(self) -> None:
        subject = self.subject.text().strip() or self.tr("(the server’s own words)")
        head = self.tr("Subject: {subject}").format(subject=subject)
        self.preview.setPlainText(f"{head}\n\n{self.text.toPlainText()}")

    def absence(self) -> Absence:
        """As it stands."""
        since = self.since.date().toPython() if self.has_since.isChecked() else None
        until = self.until.date().toPython() if self.has_until.isChecked() else None
        return Absence(
            self.enabled.isChecked(),
            since if isinstance(since, date) else None,
            until if isinstance(until, date) else None,
            self.subject.text().strip(),
            self.text.toPlainText().rstrip(),
            self.days.value(),
            self.audience.currentData(),
            self._own_addresses(),
        )

    def _own_addresses(self) -> tuple[str, ...]:
        account = self.account_id()
        if account is None:
            return ()
        return tuple(one.address for one in self._facade.letters.identities(account))

    def save(self) -> None:
        """Keep it, or say why not."""
        account = self.account_id()
        if account is None:
            return
        saved = False
        with self.notice.errors():
            self._facade.rules.save_absence(account, self.absence())
            saved = True
        if saved:
            self.accept()


def _short(day: date) -> str:
    return QLocale().toString(QDate(day.year, day.month, day.day), QLocale.FormatType.ShortFormat)
