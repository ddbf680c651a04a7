"""What the main window offers about people: letters to classes and families, own contacts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import MelError
from mel_desktop.model.mail import Address, FolderId, MessageId
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.ui import wording
from mel_desktop.ui.actions import Actions
from mel_desktop.ui.mail_page import MailPage
from mel_desktop.ui.notice import Notice, Tone
from mel_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from mel_desktop.model.contacts import OwnContact
    from mel_desktop.model.groups import GroupHit
    from mel_desktop.ui.class_dialog import ClassDialog
    from mel_desktop.ui.composer import Composer
    from mel_desktop.ui.directory_pane import DirectoryPane
    from mel_desktop.ui.learned_dialog import LearnedDialog
    from mel_desktop.ui.own_contact_dialog import OwnContactDialog
    from mel_desktop.ui.person_card import Shown

    Compose = Callable[[DraftContent], Composer | None]


class PeopleDesk(QObject):
    """Opened, never waited for."""

    def __init__(
        self, facade: Facade, theme: Theme, acts: Actions, notice: Notice, window: QWidget
    ) -> None:
        super().__init__(window)
        self._facade = facade
        self._theme = theme
        self._notice = notice
        self._window = window
        self._compose: Compose | None = None
        self._mail: MailPage | None = None
        acts.write_class.triggered.connect(lambda: self.open_class())
        acts.add_contact.triggered.connect(lambda: self.add_sender())

    def begin_with(self, mail: MailPage, compose: Compose) -> None:
        """The page of mail, and what opens a composer."""
        self._compose, self._mail = compose, mail

    def follow(
        self, directory: DirectoryPane, show: Callable[[FolderId, MessageId], object]
    ) -> None:
        """Answer what the directory asks for."""
        directory.write_to.connect(
            lambda to: self._compose and self._compose(DraftContent(to=(to,)))
        )
        directory.group_asked.connect(self.write_group)
        directory.family_asked.connect(self.write_family)
        directory.message_asked.connect(show)
        directory.contact_asked.connect(self.edit)
        directory.delete_asked.connect(self.delete)
        directory.learned_asked.connect(lambda: self.open_learned())

    # -- letters -----------------------------------------------------------------------------------

    def open_class(self) -> ClassDialog | None:
        """A key, two letters, Enter. None without an account."""
        from mel_desktop.ui.class_dialog import ClassDialog  # noqa: PLC0415 first needed here

        if not self._facade.accounts():
            return None
        dialog = ClassDialog(self._facade, self._theme, self._window)
        dialog.chosen.connect(self.write_group)
        dialog.open()
        return dialog

    def write_group(self, group: GroupHit) -> Composer | None:
        """A letter to a group: parents and pupils in hidden copy, colleagues in To."""
        from mel_desktop.ui.class_dialog import writes_hidden  # noqa: PLC0415 first needed here

        composer = None if self._compose is None else self._compose(DraftContent())
        if composer is not None:
            field = composer.bcc if writes_hidden(group) else composer.to
            field.add_group(group)
            composer.heads.fit()
        return composer

    def write_family(self, people: tuple[Address, ...]) -> Composer | None:
        """One in To; several in hidden copy, for parents may live apart."""
        if self._compose is None or not people:
            return None
        alone = len(people) == 1
        return self._compose(DraftContent(to=people) if alone else DraftContent(bcc=people))

    # -- contacts of one's own ---------------------------------------------------------------------

    def add_sender(self) -> OwnContactDialog | None:
        """The sender of the message that is read; None while none is."""
        from mel_desktop.model.contacts import OwnContact  # noqa: PLC0415 first needed here

        read = None if self._mail is None else self._mail.reader.message()
        if read is None:
            return None
        sender = read.sender
        return self._open(OwnContact(sender.name or sender.address, (sender.address,)), "")

    def add_contact(self, contact: OwnContact) -> OwnContactDialog:
        """One from a card that was attached."""
        return self._open(contact, "")

    def edit(self, shown: Shown | None) -> OwnContactDialog | None:
        """A new contact, one of the directory's added, or one of one's own changed."""
        from mel_desktop.model.contacts import OwnContact  # noqa: PLC0415 first needed here

        dialog: OwnContactDialog | None = None
        with self._notice.errors():
            if shown is None:
                dialog = self._open(OwnContact(""), "")
            else:
                note = shown.card.note if shown.card is not None else ""
                dialog = self._open(self._facade.contacts.contact(shown.id), note)
        return dialog

    def _open(self, contact: OwnContact, note: str) -> OwnContactDialog:
        from mel_desktop.ui.own_contact_dialog import OwnContactDialog  # noqa: PLC0415 seldom

        dialog = OwnContactDialog(contact, note, self._window)
        dialog.kept.connect(lambda kept, text: self._keep(dialog, kept, text))
        dialog.open()
        return dialog

    def _keep(self, dialog: OwnContactDialog, contact: OwnContact, note: str) -> None:
        try:
            entry = self._facade.contacts.save(contact, self._source_name())
            if entry is not None:
                self._facade.people.set_note(entry, note)
        except MelError as error:
            dialog.say(str(wording.of_error(error)))
            return
        dialog.accept()
        self._notice.say(
            self.tr("“{name}” is among your contacts.").format(
                name=contact.name or contact.emails[0]
            )
        )

    def delete(self, shown: Shown | None) -> None:
        """At once, with a way back."""
        if shown is None:
            return
        with self._notice.errors():
            contact = self._facade.contacts.contact(shown.id)
            if not contact.key:
                return
            name = self._source_name()
            self._facade.contacts.delete(contact.key, name)

            def undo() -> None:
                with self._notice.errors():
                    self._facade.contacts.save(contact, name)
                    self._notice.clear()

            self._notice.say(
                self.tr("“{name}” is no longer among your contacts.").format(name=contact.name),
                Tone.INFO,
                button=self.tr("Undo"),
                call=undo,
            )

    def _source_name(self) -> str:
        return self.tr("My contacts")

    def open_learned(self) -> LearnedDialog:
        """Who is proposed because a message went there."""
        from mel_desktop.ui.learned_dialog import LearnedDialog  # noqa: PLC0415 seldom

        dialog = LearnedDialog(self._facade, self._theme, self._window)
        dialog.open()
        return dialog
