"""The card of one entry: a person, a class, a school or a service, and what may be done with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from mel_desktop.model.contacts import ClassMember
from mel_desktop.model.groups import GroupHit
from mel_desktop.model.people import DirectoryEntry, EntryId, EntryKind, Profile
from mel_desktop.model.persons import PersonCard
from mel_desktop.model.services import ServiceFacts
from mel_desktop.model.values import dataclass
from mel_desktop.ui import outer_link, people_words
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.card_head import CardHead
from mel_desktop.ui.exchanged import Exchanged, Load
from mel_desktop.ui.facts_form import FactsForm, Link
from mel_desktop.ui.flow_layout import FlowLayout
from mel_desktop.ui.forms import muted
from mel_desktop.ui.group_rows import GroupRows
from mel_desktop.ui.language import current
from mel_desktop.ui.note_edit import NoteEdit
from mel_desktop.ui.recipient_token import is_plausible
from mel_desktop.ui.theme import Theme

MOST_MEMBERS: Final = 60  # of one part, in a card


@dataclass(frozen=True, slots=True)
class Shown:
    """What a card shows. ``card`` is None for a service."""

    id: EntryId
    entry: DirectoryEntry
    card: PersonCard | None = None
    service: ServiceFacts | None = None
    groups: tuple[GroupHit, ...] = ()
    members: tuple[ClassMember, ...] = ()  # of a class or group
    as_of: str = ""  # of the list of services, in words
    is_own: bool = False  # a contact of one's own, which may be changed


class EntryCard(QFrame):
    """Shows one ``Shown`` at a time; asks by signals."""

    write_asked = Signal()
    address_asked = Signal(str)  # one of several: write to it
    copy_asked = Signal()
    many_asked = Signal()
    family_asked = Signal(object)  # EntryId
    entry_asked = Signal(object)  # EntryId
    group_asked = Signal(object)  # GroupHit
    keep_asked = Signal()  # add to my contacts, or change
    delete_asked = Signal()

    def __init__(
        self, bridge: Bridge, theme: Theme, parent: QWidget, *,
        save_note: Callable[[EntryId, str], bool], is_ours: Callable[[str], bool],
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setObjectName("card")
        self.shown: Shown | None = None
        self.head = CardHead(theme, self)
        self.facts = FactsForm(self)
        self.about = muted()
        self.groups = GroupRows(self)
        self.groups.write_asked.connect(self.group_asked)
        self.roster = FactsForm(self)
        self.note = NoteEdit(save_note, self)
        self.mail = Exchanged(bridge, is_ours, self)
        self.stamps = muted()
        self._make_buttons()
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 16)
        column.setSpacing(12)
        column.addWidget(self.head)
        column.addWidget(self.facts)
        column.addWidget(self.about)
        column.addLayout(self._buttons)
        for part in (self.groups, self.roster, self.note, self.mail, self.stamps):
            column.addWidget(part)

    def _make_buttons(self) -> None:
        self.write = self._button(self.tr("Write to"), self.write_asked.emit)
        self.write.setProperty("primary", True)
        self.write.setToolTip(self.tr("Write to ({key})").format(key="Ctrl+Return"))
        self.family = self._button(self.tr("Family…"), self._ask_family)
        self.family.setToolTip(self.tr("Every responsible person, brothers and sisters"))
        self.copy = self._button(self.tr("Copy the address"), self.copy_asked.emit)
        self.many = self._button(self.tr("Send to many…"), self.many_asked.emit)
        self.many.setToolTip(
            self.tr("One message to each of the group ({key})").format(key="Ctrl+Shift+Return")
        )
        self.site = self._button(self.tr("Open the site…"), self._open_site)
        self.keep = self._button(self.tr("Add to my contacts"), self.keep_asked.emit)
        self.delete = self._button(self.tr("Delete the contact"), self.delete_asked.emit)
        self._buttons = FlowLayout(spacing=8)
        for button in (
            self.write, self.family, self.copy, self.many, self.site, self.keep, self.delete
        ):  # fmt: skip
            self._buttons.addWidget(button)

    def _button(self, text: str, call: Callable[[], object]) -> QPushButton:
        button = QPushButton(text, self)
        button.setAccessibleName(text)
        button.clicked.connect(lambda: call())
        return button

    def _ask_family(self) -> None:
        if self.shown is not None:
            self.family_asked.emit(self.shown.id)

    # -- showing -----------------------------------------------------------------------------------

    def show_entry(self, shown: Shown, load: Load | None) -> None:
        """Show it; ``load`` reads the mail exchanged, None where there is none."""
        if shown == self.shown:  # read again, and nothing is new: nothing moves under the eyes
            return
        again = self.shown is not None and self.shown.id == shown.id
        self.shown = shown
        entry, card = shown.entry, shown.card
        subtitle = people_words.subtitle(card) if card else people_words.function_of(entry)
        photo = card.photo if card is not None else b""
        self.head.show_person(entry.name, entry.email, subtitle, photo)
        self.facts.clear()
        self.about.hide()
        if shown.service is not None:
            self._show_service(shown.service)
        else:
            self._show_facts(shown)
        self._show_buttons(shown)
        is_group = entry.kind is EntryKind.GROUP
        self.groups.setVisible(is_group)
        self.roster.clear()
        self.roster.setVisible(is_group)
        if is_group:
            self.groups.show_groups(shown.groups)
            self._show_roster(shown.members)
        has_note = card is not None and entry.kind is not EntryKind.GROUP
        self.note.setVisible(has_note)
        if has_note and card is not None:
            self.note.show_note(shown.id, card.note)
        self.mail.setVisible(load is not None)
        if load is not None and not again:
            self.mail.show_mail(load)
        self.stamps.setText(self._stamps(shown))

    def _show_roster(self, members: Sequence[ClassMember]) -> None:
        for name, those in people_words.roster(members):
            self.roster.add_flow(
                name,
                [
                    (one.hit.entry.name, one.subject, self._go(one.hit.id))
                    for one in those[:MOST_MEMBERS]
                ],
            )

    def _stamps(self, shown: Shown) -> str:
        if shown.card is not None:
            return people_words.of_stamps(shown.card.stamps)
        return shown.as_of

    def _show_buttons(self, shown: Shown) -> None:
        entry = shown.entry
        can_write = is_plausible(entry.email)
        is_group = entry.kind is EntryKind.GROUP
        reaches = is_group and any(one.members for one in shown.groups)
        self.write.setEnabled(can_write or reaches)
        self.write.setVisible(can_write or is_group)
        self.copy.setVisible(can_write)
        self.many.setVisible(is_group)
        in_family = bool(shown.card and shown.card.family)
        self.family.setVisible(in_family or entry.profile is Profile.PUPIL)
        self.site.setVisible(is_site(entry.web))
        is_person = entry.kind is EntryKind.PERSON
        self.keep.setVisible(is_person)
        self.keep.setText(
            self.tr("Change the contact…") if shown.is_own else self.tr("Add to my contacts")
        )
        self.keep.setAccessibleName(self.keep.text())
        self.delete.setVisible(is_person and shown.is_own)

    def _show_facts(self, shown: Shown) -> None:
        entry, facts = shown.entry, self.facts
        emails = [one for one in (entry.email, *entry.more_emails) if one]
        phones = [one for one in (entry.phone, *entry.more_phones) if one]
        if len(emails) > 1:  # each can be written to
            facts.add_links(self.tr("Addresses"), [(one, "", self._to(one)) for one in emails])
        else:
            facts.add(self.tr("Address"), entry.email)
        facts.add(self._one_or_many(phones, self.tr("Telephone"), self.tr("Telephones")),
                  "\n".join(phones))  # fmt: skip
        if entry.kind is not EntryKind.GROUP:
            facts.add(self.tr("Function"), entry.role)
        facts.add(self.tr("Subjects"), ", ".join(entry.subjects))
        facts.add(self.tr("School"), entry.school)
        facts.add(self.tr("UAI"), entry.uai)
        card = shown.card
        if card is not None and card.classes:
            facts.add_links(
                self.tr("Classes"),
                [
                    (people_words.of_part(one), "", self._go(one.group))
                    for one in people_words.told_once(card.classes)
                ],
            )
        elif entry.kind is not EntryKind.GROUP:
            facts.add(self.tr("Classes"), ", ".join(entry.classes))
        if card is not None and card.family:
            guardians = card.family if entry.profile is Profile.PUPIL else ()
            links: list[Link] = [
                (one.hit.entry.name, people_words.of_tie(one, guardians), self._go(one.hit.id))
                for one in card.family
            ]
            guards = entry.profile is Profile.PUPIL
            facts.add_links(
                self.tr("Responsible persons") if guards else self.tr("Children"), links
            )
        facts.add(self.tr("Town"), entry.town)
        facts.add(self.tr("Site"), entry.web)
        if entry.about:
            self._say(entry.about)

    @staticmethod
    def _one_or_many(values: Sequence[str], one: str, many: str) -> str:
        return many if len(values) > 1 else one

    def _show_service(self, one: ServiceFacts) -> None:
        facts, language = self.facts, current()
        facts.add(self.tr("What it is"), " ".join(one.what.of(language)))
        facts.add(self.tr("What to ask it"), " ".join(one.ask.of(language)))
        facts.add(self.tr("Also called"), ", ".join(one.also))
        none = self.tr("not verified: none is given here")
        if one.web is not None:
            facts.add(self.tr("Site"), one.web.value)
            facts.add("", people_words.of_proof(one.web.proof))
        for name, found in (
            (self.tr("Address"), one.mail),
            (self.tr("Telephone"), one.phone),
        ):
            if found is not None:
                facts.add(name, found.value)
                facts.add("", people_words.of_proof(found.proof))
        if one.web is None and one.mail is None and one.phone is None:
            facts.add(self.tr("Site or address"), none)
        facts.add(self.tr("How sure"), people_words.of_proof(one.proof))
        if one.note is not None:
            self._say(" ".join(one.note.of(language)))

    def _say(self, text: str) -> None:
        self.about.setText(text)
        self.about.show()

    def _to(self, address: str) -> Callable[[], object]:
        return lambda: self.address_asked.emit(address)

    def _go(self, entry: EntryId) -> Callable[[], object]:
        return lambda: self.entry_asked.emit(entry)

    def _open_site(self) -> None:
        if self.shown is not None and is_site(self.shown.entry.web):
            outer_link.ask_open(self, self.shown.entry.web)

    def texts(self) -> str:
        """All words of the card that stand in labels."""
        return "\n".join(one.text() for one in self.findChildren(QLabel) if one.text())


def is_site(address: str) -> bool:
    """Whether it may be opened in the browser."""
    return address.startswith(("https://", "http://"))
