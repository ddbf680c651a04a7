"""Data of the servers: what is in force, from where, each fact with its source; and its renewal.

A newer file may come from a stick or a shared folder: no network is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Endpoint
from mel_desktop.model.providers import Fact, Profile, Provider
from mel_desktop.ui import figures, server_words, wording
from mel_desktop.ui.fixed import fix
from mel_desktop.ui.forms import muted
from mel_desktop.ui.language import current
from mel_desktop.ui.notice import Notice, Tone
from mel_desktop.ui.server_fields import SECURITY
from mel_desktop.ui.theme import Theme

SUFFIX: Final = "*.meldata"


class DataDialog(QDialog):
    """``data``: one line a kind; ``facts``: a branch for each service."""

    def __init__(self, facade: Facade, theme: Theme, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Data of the servers"))
        self._door = facade.discovery
        self.notice = Notice(theme, self)
        self.data = self._tree(
            (self.tr("Data"), self.tr("Version"), self.tr("Where from")), self.tr("Data in force")
        )
        self.data.setRootIsDecorated(False)
        self.facts = self._tree(
            (self.tr("Mail service"), self.tr("Value"), self.tr("How sure, and from where")),
            self.tr("What is known of mail services"),
        )
        self.detail = muted()
        self.facts.currentItemChanged.connect(self._tell)
        self.take = QPushButton(self.tr("Take an &update file…"))
        self.take.setAccessibleName(self.tr("Take an update file"))
        self.take.setAutoDefault(False)
        self.take.clicked.connect(self._choose)
        if not self._door.may_take_data():
            fix(self.take)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        buttons.addButton(self.take, QDialogButtonBox.ButtonRole.ActionRole)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addWidget(self.notice)
        column.addWidget(
            muted(
                self.tr(
                    "An update is a signed file: it may come by e-mail or on a USB stick, and no "
                    "network is needed."
                )
            )
        )
        column.addWidget(self.data)
        column.addWidget(QLabel(self.tr("What is known of mail services")))
        column.addWidget(self.facts, 1)
        column.addWidget(self.detail)
        column.addWidget(buttons)
        for tree in (self.data, self.facts):
            tree.ensurePolished()  # rows are measured once: with the paddings of the theme
        self.show_data()
        self.resize(860, 600)

    def show_data(self) -> None:
        """What is in force now."""
        self.data.clear()
        for one in self._door.data():
            place = server_words.of_place(one.place)
            if one.trouble:
                place += f" — {wording.of_reason(one.trouble)}"
            item = QTreeWidgetItem(
                [server_words.of_kind(one.kind), server_words.of_version(one.version), place]
            )
            item.setToolTip(2, place)
            self.data.addTopLevelItem(item)
        height = self.data.sizeHintForRow(0) * self.data.topLevelItemCount()
        self.data.setFixedHeight(height + self.data.header().sizeHint().height() + 8)
        self.facts.clear()
        for provider in self._door.table().providers:
            self.facts.addTopLevelItem(self._branch(provider))
        for tree in (self.data, self.facts):
            first = tree.topLevelItem(0)
            if first is not None:
                tree.setCurrentItem(first)

    def take_file(self, path: Path) -> None:
        """Put a newer file in force."""
        self.notice.clear()
        with self.notice.errors():
            facts = self._door.take_data(path)
            self.show_data()
            self.notice.say(
                self.tr("In force now: {kind}, version {version}.").format(
                    kind=server_words.of_kind(facts.kind),
                    version=server_words.of_version(facts.version),
                ),
                Tone.INFO,
            )

    def _tell(self, item: QTreeWidgetItem | None) -> None:
        """The whole source of the current line: the column is too narrow for it."""
        self.detail.setText(item.text(2) if item is not None else "")

    def _choose(self) -> None:
        dialog = QFileDialog(self, self.tr("Take an update file"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setNameFilters(
            [
                self.tr("Updates of the data ({suffix})").format(suffix=SUFFIX),
                self.tr("All files (*)"),
            ]
        )
        dialog.fileSelected.connect(lambda name: self.take_file(Path(name)))
        dialog.open()

    def _tree(self, heads: tuple[str, str, str], name: str) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setHeaderLabels(list(heads))
        tree.setAccessibleName(name)
        tree.setTabKeyNavigation(False)
        header = tree.header()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        return tree

    # -- facts -------------------------------------------------------------------------------------

    def _branch(self, provider: Provider) -> QTreeWidgetItem:
        domains = ", ".join(provider.all_domains)
        branch = _item(provider.name, domains, provider.domains)
        if provider.former is not None:
            former = ", ".join(provider.former.value)
            branch.addChild(_item(self.tr("Former domains"), former, provider.former))
        for number, profile in enumerate(provider.profiles, 1):
            words = server_words.of_profile(profile, provider)
            order = self.tr("the likelier one") if number == 1 else ""
            child = _item(words, order, provider.order if len(provider.profiles) > 1 else None)
            for one in self._lines(profile):
                child.addChild(one)
            branch.addChild(child)
        return branch

    def _lines(self, profile: Profile) -> Iterator[QTreeWidgetItem]:
        for imap in profile.imap:
            yield _item(self.tr("Receiving (IMAP)"), _place(imap.value), imap)
        for smtp in profile.smtp:
            yield _item(self.tr("Sending (SMTP)"), _place(smtp.value), smtp)
        if profile.login is not None:
            words = server_words.of_login(profile.login.value)
            yield _item(self.tr("Login"), words, profile.login)
        if profile.sign_in is not None:
            words = server_words.of_sign_in(profile.sign_in.value)
            yield _item(self.tr("Password"), words, profile.sign_in)
        if profile.webmail is not None:
            yield _item(self.tr("Webmail"), profile.webmail.value, profile.webmail)
        if profile.help_page is not None:
            yield _item(self.tr("Help page"), profile.help_page.value, profile.help_page)
        if profile.limits is not None:
            words = server_words.of_limits(profile.limits.value)
            yield _item(self.tr("Sending limits"), words, profile.limits)
        for note in profile.notes:
            yield _item(self.tr("Note"), " ".join(note.value.of(current())), note)
        for figure in profile.figures:
            is_box = figure.value.name == "mailbox_bytes"
            name = self.tr("Room of a mailbox") if is_box else self.tr("Largest message")
            yield _item(name, figures.size(figure.value.octets), figure)


def _place(endpoint: Endpoint) -> str:
    return f"{endpoint.host}:{endpoint.port} {SECURITY[endpoint.security]}"


def _item(name: str, value: str, fact: Fact[object] | None) -> QTreeWidgetItem:
    source = server_words.of_fact(fact) if fact is not None else ""
    item = QTreeWidgetItem([name, value, source])
    item.setToolTip(1, value)
    item.setToolTip(2, source)
    return item
