"""Pictures of the window, its panes, menus and dialogs, to be looked at by people.

``python -m tests.support.window_gallery FOLDER [SCENE...]``, in the looks of
``writing_gallery``; the locked ones stand under the policies of an establishment.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox, QWidget

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.links import Brake
from mel_desktop.model.mail import Role
from mel_desktop.model.outgoing import ForeignDraft
from mel_desktop.ui.brake_dialog import BrakeDialog
from mel_desktop.ui.dialogs import MoveDialog
from mel_desktop.ui.folder_tree import Place
from mel_desktop.ui.wizard import AccountWizard
from tests.support import writing_gallery
from tests.support.writing_gallery import found, until


class Scenes(writing_gallery.Scenes):
    """One method a screen of the window; those of writing stand in the other gallery."""

    # -- the window and its panes ------------------------------------------------------------------

    def see_mail(self) -> QWidget:
        mail = self.window.mail
        chosen = next(one for one in mail.model.ids if self.facade.show(one).attachments)
        mail.view.select(chosen)

        def is_read() -> bool:
            shown = mail.reader.message()
            return shown is not None and shown.id == chosen

        until(is_read)
        QTest.qWait(300)  # thumbnails
        return self.window

    def see_narrow(self) -> QWidget:
        self.see_mail()
        self.window.resize(683, 384)
        return self.window

    def see_three_narrow(self) -> QWidget:
        """The least width with three panes."""
        self.see_mail()
        self.window.resize(905, 520)
        QTest.qWait(200)
        return self.window

    def see_narrow_list(self) -> QWidget:
        self.window.resize(683, 384)
        return self.window

    def see_search(self) -> QWidget:
        self.window.search_field.setText("réunion")
        self.window.search()
        QTest.qWait(500)
        return self.window

    def see_search_none(self) -> QWidget:
        self.window.search_field.setText("zzyzx")
        self.window.search()
        QTest.qWait(500)
        return self.window

    def see_journal(self) -> QWidget:
        return self.go(Place.JOURNAL)

    def see_directory(self) -> QWidget:
        self.go(Place.DIRECTORY)
        self.window.directory.query.setText("6e")
        self.window.directory.search()
        QTest.qWait(300)
        return self.window

    def see_attachments(self) -> QWidget:
        return self.go(Place.ATTACHMENTS)

    def see_foreign_drafts(self) -> QWidget:
        folder = next(one for one in self.facade.folders() if one.role is Role.DRAFTS)
        inbox = next(one for one in self.facade.folders() if one.role is Role.INBOX)
        (message, *_) = self.facade.message_ids(inbox.id)
        saved = datetime.now(UTC) - timedelta(hours=2)
        foreign = ForeignDraft(message, AccountId(folder.account), (), "Sortie au musée", saved)
        pane = self.window.drafts
        self.go(Place.DRAFTS)
        pane.show_rows((foreign, *self.facade.drafts()))
        pane.table.selectRow(0)
        return self.window

    def see_outbox_more(self) -> QWidget:
        self.see_outbox()
        menu = self.window.outbox._more.menu()
        menu.popup(self.window.mapToGlobal(self.window.rect().center()))
        return menu

    def see_outbox_narrow(self) -> QWidget:
        self.see_outbox()
        self.window.resize(683, 384)
        return self.window

    def go(self, place: Place) -> QWidget:
        self.window.go(place)
        QTest.qWait(300)
        return self.window

    # -- menus -------------------------------------------------------------------------------------

    def see_menu_message(self) -> QWidget:
        return self.menu(0)

    def see_menu_folders(self) -> QWidget:
        return self.menu(1)

    def see_menu_organise(self) -> QWidget:
        return self.menu(2)

    def see_menu_view(self) -> QWidget:
        return self.menu(3)

    def see_menu_reading(self) -> QWidget:
        return self.menu(4)

    def see_menu_accounts(self) -> QWidget:
        return self.menu(5)

    def see_menu_exchanges(self) -> QWidget:
        return self.menu(6)

    def see_menu_tools(self) -> QWidget:
        return self.menu(7)

    def see_menu_vault(self) -> QWidget:
        return self.menu(8)

    def see_menu_help(self) -> QWidget:
        return self.menu(9)

    def menu(self, place: int) -> QWidget:
        self.see_mail()
        menu = self.window.menuBar().actions()[place].menu()
        assert isinstance(menu, QMenu)
        menu.popup(self.window.mapToGlobal(self.window.rect().topLeft()))
        return menu

    # -- dialogs -----------------------------------------------------------------------------------

    def see_move(self) -> QWidget:
        return self.shown(MoveDialog(self.facade.folders(), self.window.theme, self.window))

    def see_new_folder(self) -> QWidget:
        return found(self.window.folder_desk.ask_new())

    def see_delete_folder(self) -> QWidget:
        folder = next(one for one in self.facade.folders() if one.role is None)
        self.window.go(folder.id)
        return found(self.window.folder_desk.ask_delete())

    def see_save_search(self) -> QWidget:
        self.see_search()
        return self.after(self.window.actions_.save_search.trigger)

    def see_search_help(self) -> QWidget:
        return self.after(self.window.actions_.search_help.trigger)

    def see_settings(self) -> QWidget:
        return self.window.settings_desk.open_settings()

    def see_policies(self) -> QWidget:
        return self.window.settings_desk.open_policies()

    def see_line(self) -> QWidget:
        return found(self.window.line_desk.open(self.account))

    def see_brake(self) -> QWidget:
        found = Brake(int(self.account), 1, "Conseils de classe", 812, 1200, False)
        return self.shown(BrakeDialog((found,), self.window.theme, self.window))

    def see_plan(self) -> QWidget:
        return self.window.line_desk.show_plan(self.account)

    def see_storage(self) -> QWidget:
        dialog = self.window.storage_desk.open()
        QTest.qWait(800)
        return dialog

    def see_quota(self) -> QWidget:
        return self.window.storage_desk.open_quota(self.account)

    def see_wizard(self) -> QWidget:
        return self.window.add_account()

    def see_wizard_servers(self) -> QWidget:
        wizard = self.window.add_account()
        assert isinstance(wizard, AccountWizard)
        wizard.email.setText("camille.martin@ac-lyon.fr")
        wizard.password.setText("secret")
        wizard.next.click()
        until(wizard.servers.progress.isHidden)
        QTest.qWait(300)
        return wizard

    def see_password(self) -> QWidget:
        account = self.facade.accounts()[0]
        return self.window.account_desk.ask_password(account)

    def see_remove_account(self) -> QWidget:
        self.window.account_desk.ask_remove(self.facade.accounts()[0])
        return self.window.findChildren(QMessageBox)[-1]

    def see_server_data(self) -> QWidget:
        dialog = self.window.account_desk.show_data()
        tree = dialog.facts
        tree.topLevelItem(17).setExpanded(True)
        tree.topLevelItem(17).child(0).setExpanded(True)
        tree.setCurrentItem(tree.topLevelItem(17))
        return dialog

    def see_soundness(self) -> QWidget:
        dialog = self.window.soundness.open()
        QTest.qWait(800)
        return dialog

    def see_import(self) -> QWidget:
        return self.window.transfer_desk.open_import()

    def see_export(self) -> QWidget:
        return self.window.transfer_desk.open_export()

    def see_backup(self) -> QWidget:
        return self.window.transfer_desk.open_backup()

    def see_restore(self) -> QWidget:
        return self.window.transfer_desk.ask_restore()

    def see_seed(self) -> QWidget:
        return self.window.transfer_desk.open_seed()

    def see_about(self) -> QWidget:
        return self.after(self.window.actions_.about.trigger)

    def see_confirm_delivery(self) -> QWidget:
        composer = self.compose()
        writing_gallery.press(composer, "Ctrl+Shift+F9")
        return composer

    def see_pupil_data(self) -> QWidget:
        composer = self.compose(
            to=writing_gallery.PARENTS[:2], subject="Notes",
            text="INE 123456789AB\nPAI de Léa, née le 12/03/2013, moyenne 8,5.\n",
        )  # fmt: skip
        composer.send()
        return found(composer.flow.dialog)

    def see_big_mail(self) -> QWidget:
        composer = self.compose()
        for n in range(3):
            file = self.folder / f"film-{n}.bin"
            file.write_bytes(bytes(4_000_000))
            composer.attach(file)
            until(lambda: not composer.is_attaching())
        until(lambda: len(composer.files.cards) == 3)
        QTest.qWait(300)
        return composer

    def see_group_recipients(self) -> QWidget:
        composer = self.compose(to=())
        composer.activateWindow()
        composer.to.setFocus()
        until(composer.to.field().hasFocus)
        QTest.keyClicks(composer.to.field(), "coll")
        until(lambda: bool(writing_gallery.suggestions()))
        QTest.qWait(300)
        return writing_gallery.suggestions()[0]

    def shown(self, dialog: QWidget) -> QWidget:
        dialog.show()
        return dialog

    def after(self, call: Callable[[], object]) -> QWidget:
        before = set(QApplication.topLevelWidgets())
        call()
        QTest.qWait(300)
        new = [one for one in QApplication.topLevelWidgets() if one not in before]
        return next(one for one in new if one.isVisible() and one.windowTitle())


SCENES = tuple(one.removeprefix("see_") for one in vars(Scenes) if one.startswith("see_"))

if __name__ == "__main__":
    writing_gallery.run("tests.support.window_gallery", Scenes, SCENES)
