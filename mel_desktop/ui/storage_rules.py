"""The page of retention: how long texts and attachments stay on this PC."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QFormLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.mail import FolderId
from mel_desktop.model.storage import MOST_DAYS, Retention
from mel_desktop.ui import storage_words, wording
from mel_desktop.ui.fixed import FixedNote
from mel_desktop.ui.forms import inset
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.spoken import NamedBox
from mel_desktop.ui.storage_table import ValueTable

WHOLE: Final = -1
Rule = tuple[str, str, str, str]


class RulesPage(QWidget):
    """Every choice is kept at once."""

    def __init__(self, facade: Facade, notice: Notice, parent: QWidget) -> None:
        super().__init__(parent)
        self._facade = facade
        self._notice = notice
        self._filling = False
        explained = QLabel(
            self.tr(
                "What is too old leaves this PC little by little; the server keeps it, and opening "
                "a message fetches it again. Drafts, messages that wait for the server and what is "
                "on this PC only always stay."
            )
        )
        explained.setWordWrap(True)
        self.account = NamedBox()
        self.account.setAccessibleName(self.tr("Account"))
        self.folder = NamedBox()
        self.folder.setAccessibleName(self.tr("Folder"))
        self.own = QCheckBox(self.tr("A rule of its &own"))
        self.texts = self._days(self.tr("Texts stay"))
        self.files = self._days(self.tr("Attachments stay"))
        self.spare = QCheckBox(self.tr("Spare fl&agged messages"))
        self.limits = FixedNote()
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
        form.addRow(self.tr("A&ccount"), self.account)
        form.addRow(self.tr("F&older"), self.folder)
        form.addRow("", self.own)
        form.addRow(self.tr("&Texts stay"), self.texts)
        form.addRow(self.tr("Attach&ments stay"), self.files)
        form.addRow("", self.spare)
        self.rules: ValueTable[Rule] = ValueTable(
            self.tr("Rules in force"),
            (
                (self.tr("Where"), lambda one: one[0]),
                (self.tr("Texts"), lambda one: one[1]),
                (self.tr("Attachments"), lambda one: one[2]),
                (self.tr("Flagged"), lambda one: one[3]),
            ),
            lambda one: one[0],
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 10)
        column.setSpacing(10)
        column.addWidget(explained)
        column.addLayout(form)
        column.addWidget(self.limits)
        column.addWidget(self.rules, 1)
        self.account.currentIndexChanged.connect(self._fill_folders)
        self.folder.currentIndexChanged.connect(self._fill)
        self.own.toggled.connect(self._keep)
        self.spare.toggled.connect(self._keep)
        for field in (self.texts, self.files):
            field.valueChanged.connect(self._keep)

    def _days(self, name: str) -> QSpinBox:
        field = QSpinBox()
        inset(field)
        field.setRange(0, MOST_DAYS)
        field.setSpecialValueText(self.tr("for ever"))
        field.setSuffix(self.tr(" days"))
        field.setAccessibleName(name)
        field.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
        field.setKeyboardTracking(False)
        field.setMinimumWidth(140)
        return field

    # -- what is shown -----------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read again."""
        with self._notice.errors():
            accounts = self._facade.accounts()
            self._filling = True
            chosen = self.account.currentData()
            self.account.clear()
            for one in accounts:
                self.account.addItem(one.email, int(one.id))
            self.account.setCurrentIndex(max(0, self.account.findData(chosen)))
            self._filling = False
            limits = self._facade.storage.retention_limits()
            said = []
            if limits.text_days:
                said.append(
                    self.tr("Your school lets texts stay {days} at most.").format(
                        days=storage_words.days(limits.text_days)
                    )
                )
            if limits.attachment_days:
                said.append(
                    self.tr("Your school lets attachments stay {days} at most.").format(
                        days=storage_words.days(limits.attachment_days)
                    )
                )
            self.limits.say(" ".join(said))
            self._fill_folders()

    def _fill_folders(self, _: object = None) -> None:
        if self._filling:
            return
        with self._notice.errors():
            account = self._account()
            chosen = self.folder.currentData()
            self._filling = True
            self.folder.clear()
            self.folder.addItem(self.tr("The whole account"), WHOLE)
            if account is not None:
                for one in self._facade.folders(account):
                    if one.selectable:
                        self.folder.addItem(wording.folder_path(one), int(one.id))
            self.folder.setCurrentIndex(max(0, self.folder.findData(chosen)))
            self._filling = False
            self._fill()

    def _fill(self, _: object = None) -> None:
        if self._filling:
            return
        with self._notice.errors():
            account, folder = self._account(), self._folder()
            rules = {
                (one.account, one.folder): one.retention
                for one in self._facade.storage.retention_rules()
            }
            own = None if account is None else rules.get((account, folder))
            inherited = Retention() if account is None else rules.get((account, None), Retention())
            shown = own or inherited
            self._filling = True
            self.own.setVisible(folder is not None)
            self.own.setChecked(own is not None)
            self.texts.setValue(shown.text_days)
            self.files.setValue(shown.attachment_days)
            self.spare.setChecked(shown.spare_flagged)
            for field in (self.texts, self.files, self.spare):
                field.setEnabled(account is not None and (folder is None or own is not None))
            self._filling = False
            self._show_rules()

    def _show_rules(self) -> None:
        emails = {one.id: one.email for one in self._facade.accounts()}
        names = {one.id: wording.folder_path(one) for one in self._facade.folders()}
        self.rules.show_values([
            (
                emails.get(one.account, "") if one.folder is None
                else f"{names.get(one.folder, '')} ({emails.get(one.account, '')})",
                storage_words.days(one.retention.text_days),
                storage_words.days(one.retention.attachment_days),
                self.tr("spared") if one.retention.spare_flagged else self.tr("not spared"),
            )
            for one in self._facade.storage.retention_rules()
        ])  # fmt: skip

    # -- keeping -----------------------------------------------------------------------------------

    def _account(self) -> AccountId | None:
        value = self.account.currentData()
        return None if value is None else AccountId(int(value))

    def _folder(self) -> FolderId | None:
        value = self.folder.currentData()
        return None if value in (None, WHOLE) else FolderId(int(value))

    def _keep(self, _: object = None) -> None:
        account, folder = self._account(), self._folder()
        if self._filling or account is None:
            return
        rule: Retention | None = Retention(
            self.texts.value(), self.files.value(), self.spare.isChecked()
        )
        if (folder is not None and not self.own.isChecked()) or (
            folder is None and rule == Retention()
        ):
            rule = None
        with self._notice.errors():
            self._facade.storage.set_retention(account, folder, rule)
            self._fill()
