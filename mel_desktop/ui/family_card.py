"""A family: pupils and every responsible person, one button to write to them, all their mail."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from mel_desktop.model.mail import Address
from mel_desktop.model.persons import FamilyCard, Relative
from mel_desktop.ui import people_words
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.directory_hits import entry_facts
from mel_desktop.ui.exchanged import Exchanged, Load
from mel_desktop.ui.facts_form import FactsForm
from mel_desktop.ui.flow_layout import FlowLayout
from mel_desktop.ui.forms import muted
from mel_desktop.ui.recipient_token import is_plausible


class FamilyView(QFrame):
    """Opened from the card of a pupil or of a responsible person."""

    back_asked = Signal()
    entry_asked = Signal(object)  # EntryId
    write_asked = Signal(object)  # tuple[Address, ...]

    def __init__(self, bridge: Bridge, is_ours: Callable[[str], bool], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._family: FamilyCard | None = None
        self.title = QLabel()
        self.title.setWordWrap(True)
        font = self.title.font()
        font.setPointSizeF(font.pointSizeF() * 1.25)
        font.setWeight(font.Weight.DemiBold)
        self.title.setFont(font)
        self.facts = FactsForm(self)
        self.unreachable = muted()
        self.unreachable.setProperty("careful", True)
        self.write = QPushButton(self.tr("Write to the family"))
        self.write.setProperty("primary", True)
        self.write.clicked.connect(lambda: self.write_asked.emit(self.addresses()))
        self.back = QPushButton(self.tr("Back to the card"))
        self.back.setAccessibleName(self.tr("Back to the card"))
        self.back.clicked.connect(self.back_asked)
        self.whom = muted()
        self.mail = Exchanged(bridge, is_ours, self)
        self.stamps = muted()
        buttons = FlowLayout(spacing=8)
        buttons.addWidget(self.write)
        buttons.addWidget(self.back)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 16)
        column.setSpacing(12)
        column.addWidget(self.title)
        column.addWidget(self.facts)
        column.addWidget(self.unreachable)
        column.addLayout(buttons)
        column.addWidget(self.whom)
        column.addWidget(self.mail)
        column.addWidget(self.stamps)

    def show_family(self, family: FamilyCard, load: Load | None) -> None:
        """Show it."""
        again = self._family is not None and self._family.pupils == family.pupils
        self._family = family
        names = dict.fromkeys(
            one.entry.family_name or one.entry.name.split(" ")[-1] for one in family.pupils
        )
        self.title.setText(self.tr("Family {name}").format(name=", ".join(names)))
        self.facts.clear()
        self.facts.add_links(
            self.tr("Pupil(s)", "", len(family.pupils)),
            [(one.entry.name, entry_facts(one.entry), self._go(one.id)) for one in family.pupils],
        )
        self.facts.add_links(
            self.tr("Responsible persons"),
            [
                (one.hit.entry.name, self._about(one), self._go(one.hit.id))
                for one in family.guardians
            ],
        )
        self.unreachable.setVisible(bool(family.unreachable))
        self.unreachable.setText(
            self.tr("Without an address: {names}").format(names=", ".join(family.unreachable))
        )
        people = self.addresses()
        self.write.setEnabled(bool(people))
        named = ", ".join(one.name or one.address for one in people)
        self.write.setAccessibleName(
            self.tr("Write to the family: {names}").format(names=named)
            if people
            else self.tr("Write to the family")
        )
        self.whom.setText(self._whom(people, named))
        self.mail.setVisible(load is not None)
        if load is not None and not again:
            self.mail.show_mail(load)
        self.stamps.setText(people_words.of_stamps(family.stamps))

    def addresses(self) -> tuple[Address, ...]:
        """Legal guardians with an address, each once; where none is legal, those in contact;
        where no source says either of anybody, all of them.
        """
        family = self._family
        if family is None:
            return ()
        able = [one for one in family.guardians if is_plausible(one.hit.entry.email)]
        meant = [one for one in able if one.is_legal]
        if not any(one.is_legal for one in family.guardians):
            told = any(one.is_contact for one in family.guardians)
            meant = [one for one in able if one.is_contact or not told]
        found: dict[str, Address] = {}
        for one in meant:
            entry = one.hit.entry
            found.setdefault(entry.email.casefold(), Address(entry.name, entry.email))
        return tuple(found.values())

    def _whom(self, people: tuple[Address, ...], named: str) -> str:
        if not people:
            return self.tr("No legal guardian with an address is known: nobody can be written to.")
        if len(people) == 1:
            return self.tr("To {names}.").format(names=named)
        return self.tr(
            "To {names}, each in hidden copy (Bcc): they do not see each other’s address."
        ).format(names=named)

    def _about(self, one: Relative) -> str:
        words = people_words.of_tie(one, self._family.guardians if self._family else ())
        return f"{words}\n{one.hit.entry.email}" if one.hit.entry.email else words

    def _go(self, entry: object) -> Callable[[], object]:
        return lambda: self.entry_asked.emit(entry)
