"""The pages of the assistant that takes an account to another service."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.model.account_move import MovePlan, MoveStage, MoveStatus
from mel_desktop.model.accounts import Account, Endpoint, NewHosts
from mel_desktop.model.discovery import Found, Protocol
from mel_desktop.ui import figures
from mel_desktop.ui.migration_folders import FoldersTable
from mel_desktop.ui.recipient_token import is_plausible
from mel_desktop.ui.server_fields import ServerFields

NATIONAL: Final = "national"  # the profile in the table of mail services


class ServersPage(QWidget):
    """Address, login, password and servers of the new service."""

    edited = Signal()
    asked = Signal()  # to find the servers of the address

    def __init__(self, account: Account, parent: QWidget) -> None:
        super().__init__(parent)
        self._account = account
        self.email = QLineEdit(account.email)
        self.email.setAccessibleName(self.tr("New e-mail address"))
        self.login = QLineEdit()
        self.login.setPlaceholderText("prenom.nom@ac-academie.fr")
        self.login.setAccessibleName(self.tr("Login of the new service"))
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setAccessibleName(self.tr("Password of the new service"))
        self.imap = ServerFields(
            "imap", self.tr("Receiving server (IMAP)"), "imap.education.gouv.fr", self
        )
        self.smtp = ServerFields("smtp", self.tr("Sending server (SMTP)"), "", self)
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(10)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.addRow(
            muted(
                self.tr(
                    "Your mail, drafts and messages that wait stay in this account: only its "
                    "servers change. Nothing changes before the new servers have taken the "
                    "password."
                )
            )
        )
        form.addRow(self.tr("E-mail &address"), self.email)
        form.addRow(self.tr("&Login"), self.login)
        form.addRow(self.tr("&Password"), self.password)
        form.addRow(
            "",
            muted(
                self.tr(
                    "The national service wants the whole address as login, and an application "
                    "password, made in the webmail: Preferences, “Mots de passe sécurisés”."
                )
            ),
        )
        self.find_button = QPushButton(self.tr("&Find the servers"))
        self.find_button.setAccessibleName(self.tr("Find the servers"))
        self.find_button.clicked.connect(self.asked)
        self.found = muted("")
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.find_button)
        row.addWidget(self.found, 1)
        form.addRow("", row)
        form.addRow(self.tr("&Receiving (IMAP)"), self.imap)
        form.addRow(self.tr("&Sending (SMTP)"), self.smtp)
        for field in (self.email, self.login, self.password):
            field.textChanged.connect(self.edited)
        for fields in (self.imap, self.smtp):
            fields.edited.connect(self.edited)
            fields.wanted.connect(fields.fill)

    def show_found(self, found: Found) -> None:
        """Servers of the national service if they are known, else the best of what was found."""
        number = 0
        profile = NATIONAL if found.profile(NATIONAL) is not None else ""
        for fields, protocol in ((self.imap, Protocol.IMAP), (self.smtp, Protocol.SMTP)):
            one = found.choice(protocol, profile=profile)
            if one is not None and one.endpoint == self._now(protocol):
                one = None  # it is the service that is left
            if one is not None and not fields.is_own:
                fields.fill(one)
                number += 1
            fields.offer(found.imap if protocol is Protocol.IMAP else found.smtp)
        self.found.setText(
            self.tr("What is known was filled in; please check it.")
            if number
            else self.tr("Nothing was found that is sure: your académie gives these names.")
        )

    def _now(self, protocol: Protocol) -> Endpoint:
        return self._account.imap if protocol is Protocol.IMAP else self._account.smtp

    def fill(self, hosts: NewHosts) -> None:
        """What was planned earlier. The password is typed again."""
        self.email.setText(hosts.email or self._account.email)
        self.login.setText(hosts.login or self._account.login)
        for fields, endpoint in ((self.imap, hosts.imap), (self.smtp, hosts.smtp)):
            fields.host.setText(endpoint.host)
            fields.security.setCurrentIndex(fields.security.findData(endpoint.security))
            fields.port.setValue(endpoint.port)

    def is_ready(self) -> bool:
        """Whether a try can be made."""
        return (
            is_plausible(self.email.text().strip())
            and bool(self.login.text().strip() and self.password.text())
            and self.imap.is_ready()
            and self.smtp.is_ready()
        )

    def hosts(self) -> NewHosts:
        """What was typed."""
        return NewHosts(
            imap=self.imap.endpoint(),
            smtp=self.smtp.endpoint(),
            email=self.email.text().strip(),
            login=self.login.text().strip(),
        )


class FoldersPage(QWidget):
    """What the new service has, and the table of folders."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.facts = QLabel()
        self.facts.setWordWrap(True)
        self.facts.setTextFormat(Qt.TextFormat.PlainText)
        self.table = FoldersTable(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.facts)
        column.addWidget(self.table, 1)

    def show_plan(self, plan: MovePlan) -> None:
        """The comparison in words."""
        lines = [
            self.tr("Here: {here} messages ({size}). On the new service already: {there}.").format(
                here=figures.count(plan.messages),
                size=figures.size(plan.octets),
                there=figures.count(plan.there),
            )
        ]
        if plan.room is None:
            lines.append(self.tr("The new service states no limit of room."))
        elif plan.room < plan.octets and plan.there < plan.messages:
            lines.append(
                self.tr(
                    "Take care: the new mailbox has {room} left. What it does not have yet may "
                    "not all find room."
                ).format(room=figures.size(plan.room))
            )
        else:
            lines.append(
                self.tr("Room left in the new mailbox: {room}.").format(
                    room=figures.size(plan.room)
                )
            )
        self.facts.setText("\n".join(lines))


class MorePage(QWidget):
    """Contacts, signature, filters."""

    contacts_chosen = Signal(list)  # of Path

    def __init__(self, account: Account, parent: QWidget) -> None:
        super().__init__(parent)
        self.contacts = QPushButton(self.tr("&Import contacts…"))
        self.contacts.setAccessibleName(self.tr("Import contacts"))
        self.contacts.clicked.connect(self._choose)
        self.taken = QLabel(self.tr("Files that the old webmail exported: LDIF, vCard or CSV."))
        self.taken.setWordWrap(True)
        self.taken.setProperty("muted", True)
        self.signature = QCheckBox(self.tr("&Keep the signature for the new address"))
        self.signature.setChecked(True)
        self.notes = QPlainTextEdit()
        self.notes.setAccessibleName(self.tr("Filters of the old webmail"))
        self.notes.setPlaceholderText(
            self.tr("For example: messages of parents go into the folder Parents")
        )
        self.notes.setTabChangesFocus(True)
        label = QLabel(self.tr("&Filters of the old webmail, as you noted them"))
        label.setBuddy(self.notes)
        row = QHBoxLayout()
        row.addWidget(self.contacts)
        row.addWidget(self.taken, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(row)
        column.addWidget(self.signature)
        column.addWidget(
            muted(
                self.tr(
                    "The old address {email} stays among your addresses, to answer with it."
                ).format(email=account.email)
            )
        )
        column.addWidget(label)
        column.addWidget(self.notes, 1)
        column.addWidget(
            muted(
                self.tr(
                    "Filters are not on this PC: look them up in the old webmail and make them "
                    "again in the new one. Your notes stand in the report."
                )
            )
        )

    def _choose(self) -> None:
        dialog = QFileDialog(self, self.tr("Contacts of the old webmail"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters(
            [self.tr("Contacts (*.ldif *.ldi *.vcf *.csv *.txt)"), self.tr("All files (*)")]
        )
        dialog.filesSelected.connect(
            lambda names: self.contacts_chosen.emit([Path(name) for name in names])
        )
        dialog.open()


class SummaryPage(QWidget):
    """What happens now, and what does not."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.words)
        column.addStretch(1)

    def show_words(self, account: Account, hosts: NewHosts, made: int, left: int) -> None:
        """``made``: folders to be made; ``left``: folders that stay on this PC."""
        lines = [
            self.tr("• {old} goes over to {new} as {email}.").format(
                old=account.imap.host, new=hosts.imap.host, email=hosts.email or account.email
            ),
            self.tr("• Messages and texts that are here stay and are not fetched again."),
            self.tr("• Drafts, messages to be sent and changes that wait go on there."),
            self.tr("• %n folder(s) will be made on the new service.", "", made),
        ]
        if left:
            lines.append(self.tr("• %n folder(s) stay on this PC only.", "", left))
        lines += [
            self.tr(
                "• The old account stays beside it, read-only: nothing is changed or deleted on "
                "the old server, and nothing is sent from it, until you end it."
            ),
            self.tr(
                "• Messages that the new service does not have yet stay visible here. You may "
                "wait until your académie has moved them, or carry them up afterwards."
            ),
        ]
        self.words.setText("\n\n".join(lines))


class ReportPage(QWidget):
    """Where the move stands, and what can be done next."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setAccessibleName(self.tr("Report of the move"))
        self.words.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Progress of the move"))
        self.look = QPushButton(self.tr("&Look again"))
        self.carry = QPushButton(self.tr("&Carry up what is only there…"))
        self.stop = QPushButton(self.tr("S&top"))
        self.end = QPushButton(self.tr("&End the old account…"))
        row = QHBoxLayout()
        for button in (self.look, self.carry, self.stop, self.end):
            button.setAccessibleName(button.text().replace("&", "").rstrip("…"))
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.words)
        column.addWidget(self.progress)
        column.addStretch(1)
        column.addLayout(row)
        self.set_busy(busy=False)

    def set_busy(self, *, busy: bool, may_stop: bool = False) -> None:
        """While servers are read, nothing else is begun."""
        self.progress.setRange(0, 0)
        self.progress.setVisible(busy)
        self.stop.setVisible(busy and may_stop)
        for button in (self.look, self.carry, self.end):
            button.setEnabled(not busy)

    def show_progress(self, done: int, number: int) -> None:
        """Messages made ready, of all."""
        self.progress.setRange(0, max(1, number))
        self.progress.setValue(done)

    def show_status(self, known: MoveStatus) -> None:
        """The state in words."""
        under_way = known.stage is MoveStage.MOVED
        for button in (self.look, self.carry, self.end):
            button.setVisible(under_way)
        self.carry.setEnabled(known.only_there > 0)
        lines = []
        if known.stage is MoveStage.DONE:
            lines.append(self.tr("The move is over: the old account was ended on this PC."))
        elif not known.looked_for:
            lines.append(self.tr("Every message that was here was found on the new service."))
        else:
            lines.append(
                self.tr(
                    "%n message(s) of here were not found on the new service yet; they stay "
                    "visible.",
                    "",
                    known.looked_for,
                )
            )
        if known.on_their_way:
            lines.append(
                self.tr("%n message(s) are on their way up: they leave with the next syncs.", "",
                        known.on_their_way)
            )  # fmt: skip
        if known.only_there:
            lines.append(
                self.tr("%n message(s) are on the old server only", "", known.only_there)
                + f" ({figures.size(known.only_there_octets)})."
            )
        elif under_way:
            lines.append(self.tr("Nothing that was read is on the old server only."))
        if known.waiting:
            lines.append(
                self.tr("%n change(s), drafts and messages wait and go on at the new service.",
                        "", known.waiting)
            )  # fmt: skip
        if known.notes:
            lines.append(self.tr("Filters to be made again:") + f"\n{known.notes}")
        self.words.setText("\n\n".join(lines))


def muted(text: str) -> QLabel:
    """Words that explain."""
    label = QLabel(text)
    label.setWordWrap(True)
    label.setProperty("muted", True)
    return label
