"""The menu bar: every command once, where a person would look for it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar

from mel_desktop.ui.actions import Actions

Entries = tuple[QAction | None, ...]  # None: a line between groups


class Menus(QObject):
    """Fills a menu bar. An object for its ``tr`` only."""

    def __init__(self, acts: Actions, bar: QMenuBar, parent: QObject) -> None:
        super().__init__(parent)
        self._acts = acts
        bar.setAccessibleName(self.tr("Menus"))
        for title, entries in self._menus(acts):
            menu = bar.addMenu(title)
            menu.setAccessibleName(title.replace("&", ""))
            menu.aboutToShow.connect(partial(self._paint, menu))
            for entry in entries:
                if entry is None:
                    menu.addSeparator()
                else:
                    menu.addAction(entry)

    def _paint(self, menu: QMenu) -> None:
        self._acts.paint(menu.actions())

    def hide_vault(self) -> None:
        """Without the commands of the vault, their keys included: it is somebody else's."""
        acts = self._acts
        for action in (acts.lock, acts.switch_user, acts.vault):
            action.setVisible(False)
            for place in action.associatedObjects():
                if isinstance(place, QMenu):
                    place.menuAction().setVisible(False)

    def _menus(self, acts: Actions) -> tuple[tuple[str, Entries], ...]:
        return (
            (
                self.tr("&Message"),
                (
                    acts.new, acts.write_class, None, acts.reply, acts.reply_all, acts.forward,
                    acts.forward_attached, acts.remind,
                    acts.answer_invitation, acts.answer_receipt, None,
                    acts.read, acts.flag, acts.move, acts.copy, acts.keep_here, acts.delete,
                    acts.add_contact, acts.select_all, None,
                    acts.look, acts.save_files, acts.to_files, None,
                    acts.templates, acts.merges, None,
                    acts.open_file, acts.close_window, acts.quit,
                ),
            ),
            (
                self.tr("F&olders"),
                (
                    acts.new_folder, acts.rename_folder, acts.delete_folder, None,
                    acts.subscribe_folder,
                ),
            ),
            (
                self.tr("Or&ganise"),
                (
                    acts.archive, acts.junk, acts.pin, acts.snooze,
                    acts.end_snooze, acts.all_read, None, acts.tags, acts.edit_tags, None,
                    acts.conversations, acts.quick_filter, acts.all_boxes,
                ),
            ),
            (
                self.tr("&View"),
                (
                    acts.inbox, acts.drafts, acts.outbox, acts.followups, acts.journal,
                    acts.directory, acts.attachments, acts.agenda, None,
                    acts.search, acts.save_search, acts.search_server, acts.rename_search,
                    acts.delete_search, None, acts.unread_only, acts.plain, None,
                    acts.folders, acts.layout, acts.full_screen, acts.next_pane,
                    acts.previous_pane,
                ),
            ),
            (
                self.tr("Rea&ding"),
                (
                    acts.print_, acts.pdf, None, acts.find_in, acts.quotes, acts.images,
                    acts.images_always, acts.image_senders, acts.colours, None,
                    acts.zoom_in, acts.zoom_out, acts.zoom_usual, None,
                    acts.source, acts.headers,
                ),
            ),
            (
                self.tr("&Accounts"),
                (
                    acts.sync, acts.offline, None, acts.line, acts.rest, acts.plan, acts.storage,
                    None,
                    acts.add_account, acts.add_by_page, acts.identities, acts.certificates,
                    acts.password,
                    acts.network, acts.migrate, acts.join_box, acts.remove_account, None,
                    acts.checks, acts.server_data,
                    acts.import_csv, None, acts.settings,
                ),
            ),
            (
                self.tr("E&xchanges"),
                (
                    acts.import_mail, acts.export_mail, None, acts.backup, acts.restore, None,
                    acts.seed,
                ),
            ),
            (
                self.tr("Too&ls"),
                (
                    acts.rules, acts.absence, None, acts.rule_from, None, acts.trust,
                    acts.report, None, acts.records,
                ),
            ),
            (self.tr("Vaul&t"), (acts.lock, acts.switch_user, None, acts.vault, acts.check)),
            (
                self.tr("&Help"),
                (
                    acts.help, acts.guide, acts.search_help, acts.keys, acts.palette, None,
                    acts.doctor, acts.policies, None, acts.about,
                ),
            ),
        )  # fmt: skip
