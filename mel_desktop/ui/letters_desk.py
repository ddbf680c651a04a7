"""What the main window offers about letters: identities, and letters to many."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMainWindow

from mel_desktop.app.facade import Facade
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.model.people import EntryId
from mel_desktop.ui import letters_menu
from mel_desktop.ui.actions import Actions
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from mel_desktop.ui.check_settings import CheckSettingsDialog
    from mel_desktop.ui.composer import Composer
    from mel_desktop.ui.directory_pane import DirectoryPane
    from mel_desktop.ui.identities_dialog import IdentitiesDialog
    from mel_desktop.ui.merges_dialog import MergesDialog
    from mel_desktop.ui.template_dialog import TemplateDialog


class LettersDesk(QObject):
    """Opens the dialogs."""

    def __init__(
        self, facade: Facade, bridge: Bridge, theme: Theme, acts: Actions, window: QMainWindow
    ) -> None:
        super().__init__(window)
        self._facade = facade
        self._bridge = bridge
        self._theme = theme
        self._window = window
        self._compose: Callable[[DraftContent], Composer | None] | None = None
        acts.identities.triggered.connect(lambda: self.open_identities())
        acts.checks.triggered.connect(lambda: self.open_checks())
        acts.merges.triggered.connect(lambda: self.open_merges())
        acts.templates.triggered.connect(lambda: self.open_templates())

    def begin_with(self, compose: Callable[[DraftContent], Composer | None]) -> None:
        """What opens a composer."""
        self._compose = compose

    def follow(
        self, directory: DirectoryPane, compose: Callable[[DraftContent], Composer | None]
    ) -> None:
        """A letter to each of a group begins where the group is shown."""

        from mel_desktop.ui.class_dialog import writes_hidden  # noqa: PLC0415 first needed here

        def begin(group: EntryId) -> None:
            composer = compose(DraftContent())
            menu = None if composer is None else letters_menu.of(composer)
            if menu is not None:
                menu.aim_at(group)

        def write(group: EntryId) -> None:
            with directory.notice.errors():
                hits = self._facade.letters.groups_of(group)
                composer = compose(DraftContent()) if hits else None
                if composer is not None:
                    hidden = writes_hidden(hits[0])  # parents and pupils never see each other
                    (composer.bcc if hidden else composer.to).add_group(hits[0])
                elif not hits:
                    directory.notice.say(self.tr("Nobody of this group has an address."))

        directory.write_to_group.connect(write)
        directory.merge_to.connect(begin)

    def open_identities(self) -> IdentitiesDialog:
        """Names, addresses, signatures."""
        from mel_desktop.ui.identities_dialog import IdentitiesDialog  # noqa: PLC0415 seldom

        dialog = IdentitiesDialog(self._facade, self._theme, self._window)
        dialog.open()
        return dialog

    def open_checks(self) -> CheckSettingsDialog:
        """What is looked at before a message leaves."""
        from mel_desktop.ui.check_settings import CheckSettingsDialog  # noqa: PLC0415 seldom

        dialog = CheckSettingsDialog(self._facade, self._window)
        dialog.open()
        return dialog

    def open_templates(self) -> TemplateDialog | None:
        """All templates: one begins a letter, one's own are kept in order. None: no account."""
        from mel_desktop.ui.template_dialog import TemplateDialog  # noqa: PLC0415 seldom

        accounts = self._facade.accounts()
        if not accounts:
            return None
        dialog = TemplateDialog(
            self._facade, self._bridge, self._theme, accounts[0].id, DraftContent(), self._window
        )
        dialog.setWindowTitle(self.tr("Templates"))
        dialog.ok.setText(self.tr("Write with it"))
        dialog.chosen.connect(lambda content: self._compose and self._compose(content))
        dialog.open()
        return dialog

    def open_merges(self) -> MergesDialog:
        """How far letters to many are."""
        from mel_desktop.ui.merges_dialog import MergesDialog  # noqa: PLC0415 seldom

        dialog = MergesDialog(self._facade, self._bridge, self._theme, self._window)
        dialog.open()
        return dialog
