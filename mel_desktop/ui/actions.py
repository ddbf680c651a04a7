"""Every command of the main window: text, icon, shortcut. Menus and toolbar are made of these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from mel_desktop.ui.theme import Theme


class Actions(QObject):
    """Commands by name, as attributes; icons follow the theme."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._icons: dict[QAction, str] = {}
        self._painted: set[QAction] = set()  # drawn when they are first seen: start-up time
        self._theme = theme
        self._make_message()
        self._make_view()
        self._make_folders()
        self._make_line()
        self._make_account()
        self._make_exchanges()
        self._make_rules()
        self._make_records()
        self._make_reading()
        self._make_attachments()
        self._make_organise()
        self._make_trust()
        self._make_smime()
        self._make_agenda()
        self._make_window()
        theme.changed.connect(self._paint_again)

    def _make_message(self) -> None:
        add = self._add
        self.new = add(self.tr("&New message"), "new", "Ctrl+N", short=self.tr("New"))
        self.reply = add(self.tr("&Reply"), "reply", "Ctrl+R")
        self.reply_all = add(self.tr("Reply to &all"), "reply-all", "Ctrl+Shift+R")
        self.forward = add(self.tr("&Forward"), "forward", "Ctrl+L")
        self.forward_attached = add(self.tr("Forward as attac&hment"), "attachment", "Ctrl+Shift+X")
        self.delete = add(self.tr("&Delete"), "trash", "Del")
        self.move = add(self.tr("&Move…"), "move", "Ctrl+Shift+M", short=self.tr("Move"))
        self.copy = add(self.tr("&Copy to a folder…"), "copy", "Ctrl+Shift+C")
        self.flag = add(self.tr("Flag / remove the fla&g"), "flag", "Ctrl+D", short=self.tr("Flag"))
        self.read = add(
            self.tr("Mark as read / &unread"), "unread", "Ctrl+U", short=self.tr("Read/unread")
        )
        self.keep_here = add(self.tr("&Keep here, remove there…"), "server", "Ctrl+Shift+J")
        self.write_class = add(self.tr("&Write to a class…"), "group", "Ctrl+G")
        self.add_contact = add(self.tr("Add the sender to my c&ontacts…"), "person", "Ctrl+B")
        self.merges = add(self.tr("&Letters to many…"), "group", "Ctrl+Shift+Y")
        self.templates = add(self.tr("Templa&tes…"), "text", "Ctrl+Shift+T")
        self.select_all = add(self.tr("&Select all messages"), "", "Ctrl+Shift+A")
        self.quit = add(self.tr("&Quit"), "", "Ctrl+Q")
        self.quit.setMenuRole(QAction.MenuRole.QuitRole)

    def _make_view(self) -> None:
        add = self._add
        self.search = add(self.tr("&Search messages"), "search", "Ctrl+F")
        self.save_search = add(self.tr("S&ave this search…"), "save", "Ctrl+Shift+S")
        self.search_server = add(self.tr("Search on the s&erver too"), "server", "Ctrl+Shift+E")
        self.rename_search = add(self.tr("Rename the saved searc&h…"), "", "Ctrl+Shift+F2")
        self.delete_search = add(self.tr("De&lete the saved search…"), "trash", "Ctrl+Shift+F3")
        self.search_help = add(self.tr("&Help with the search"), "info", "Shift+F1")
        self.inbox = add(self.tr("&Inbox"), "inbox", "Ctrl+1")
        self.drafts = add(self.tr("&Drafts being written"), "drafts", "Ctrl+2")
        self.outbox = add(self.tr("&Outbox"), "outbox", "Ctrl+3")
        self.remind = add(self.tr("Rem&ind me without an answer…"), "waiting", "Ctrl+Shift+F8")
        self.followups = add(self.tr("Ans&wers awaited"), "waiting", "Ctrl+7")
        self.journal = add(self.tr("Waitin&g changes"), "journal", "Ctrl+4")
        self.directory = add(self.tr("Di&rectory"), "directory", "Ctrl+5")
        self.attachments = add(self.tr("A&ttachments"), "attachment", "Ctrl+6")
        self.unread_only = add(self.tr("Only &unread messages"), "", "Ctrl+Shift+U", checkable=True)
        self.folders = add(
            self.tr("Show the &folders"), "menu", "F9", checkable=True, short=self.tr("Folders")
        )
        self.plain = add(self.tr("&Plain text / formatting"), "text", "Ctrl+Shift+H")
        self.next_pane = add(self.tr("Ne&xt pane"), "", "F6")
        self.previous_pane = add(self.tr("Pre&vious pane"), "", "Shift+F6")
        self.settings = add(self.tr("Se&ttings…"), "settings", "Ctrl+,")
        self.settings.setMenuRole(QAction.MenuRole.PreferencesRole)

    def _make_folders(self) -> None:
        add = self._add
        self.new_folder = add(self.tr("&New folder…"), "folder", "Ctrl+Shift+F")
        self.rename_folder = add(self.tr("&Rename the folder…"), "", "F2")
        self.delete_folder = add(self.tr("&Delete the folder…"), "trash", "Ctrl+F2")
        self.subscribe_folder = add(
            self.tr("&Subscribed to the folder"), "", "Shift+F2", checkable=True
        )

    def _make_line(self) -> None:
        add = self._add
        self.line = add(self.tr("&Line and budget…"), "server", "Ctrl+Shift+L")
        self.rest = add(self.tr("&Bring the rest now…"), "download", "Ctrl+Shift+B")
        self.storage = add(self.tr("Stora&ge…"), "archive", "Ctrl+Shift+G")
        self.plan = add(self.tr("&What would a sync do?"), "info", "Shift+F5")

    def _make_account(self) -> None:
        add = self._add
        self.sync = add(self.tr("&Synchronise now"), "sync", "F5", short=self.tr("Synchronise"))
        self.offline = add(
            self.tr("Work &offline"),
            "offline",
            "Ctrl+Shift+O",
            checkable=True,
            short=self.tr("Offline"),
        )
        self.add_account = add(self.tr("&Add an account…"), "account", "Ctrl+Shift+N")
        self.add_by_page = add(self.tr("Add an account b&y the browser…"), "account", "Ctrl+F5")
        self.password = add(self.tr("&Password of the account…"), "key", "Ctrl+Shift+P")
        self.remove_account = add(self.tr("&Remove the account…"), "trash", "Ctrl+Shift+Del")
        self.network = add(self.tr("Co&nnection and proxy…"), "server", "Ctrl+Shift+F6")
        self.migrate = add(self.tr("&Move to another service…"), "sync", "Ctrl+F11")
        self.join_box = add(self.tr("&Functional box to shared box…"), "group", "Ctrl+Shift+F11")
        self.identities = add(self.tr("I&dentities and signatures…"), "person", "Ctrl+Shift+I")
        self.checks = add(self.tr("Chec&ks before sending…"), "send", "Ctrl+Shift+F10")
        self.server_data = add(self.tr("Data of the ser&vers…"), "server", "Ctrl+Shift+F7")
        self.import_csv = add(self.tr("&Import a directory (CSV)…"), "import", "Ctrl+I")
        self.lock = add(self.tr("&Lock now"), "lock", "F12", short=self.tr("Lock"))
        self.lock.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)  # composers too
        self.switch_user = add(self.tr("&Change of user…"), "person", "Ctrl+F12")
        self.vault = add(self.tr("&Vault…"), "key", "Shift+F12")
        self.check = add(self.tr("Chec&k the vault…"), "info", "Ctrl+Shift+F12")
        self.doctor = add(self.tr("Dia&gnosis…"), "service", "Ctrl+Shift+F1")
        self.policies = add(self.tr("&Rules of the establishment…"), "school", "Ctrl+F1")
        self.about = add(self.tr("&About Mel Desktop"), "info", "Alt+F1")
        self.about.setMenuRole(QAction.MenuRole.AboutRole)

    def _make_exchanges(self) -> None:
        add = self._add
        self.import_mail = add(self.tr("&Import mail…"), "import", "Ctrl+F7")
        self.export_mail = add(self.tr("&Export mail…"), "save", "Ctrl+F8")
        self.backup = add(self.tr("&Back up…"), "archive", "Ctrl+F9")
        self.restore = add(self.tr("&Restore a backup…"), "undo", "Ctrl+Shift+F9")
        self.seed = add(self.tr("&Hand over to another PC…"), "copy", "Ctrl+F10")

    def _make_rules(self) -> None:
        add = self._add
        self.rules = add(self.tr("&Rules…"), "folder", "Ctrl+F6")
        self.absence = add(self.tr("&Absence message…"), "waiting", "Ctrl+F3")
        self.rule_from = add(self.tr("Make a rule &from this message…"), "new", "Ctrl+Shift+F5")

    def _make_records(self) -> None:
        self.records = self._add(self.tr("What the &directory holds…"), "school", "Shift+F11")

    def _make_reading(self) -> None:
        add = self._add
        self.print_ = add(self.tr("&Print…"), "", "Ctrl+P")
        self.pdf = add(self.tr("Save as P&DF…"), "save", "Alt+P")
        self.find_in = add(self.tr("&Find in the message…"), "search", "Alt+F3")
        self.zoom_in = add(self.tr("&Larger letters"), "", "Ctrl++")
        self.zoom_out = add(self.tr("&Smaller letters"), "", "Ctrl+-")
        self.zoom_usual = add(self.tr("&Usual size"), "", "Ctrl+0")
        self.quotes = add(self.tr("Show / fold &quoted text"), "", "Ctrl+Shift+Q")
        self.images = add(self.tr("Show remote &images"), "image", "Alt+I")
        self.images_always = add(self.tr("&Always for this sender"), "", "Alt+Shift+I")
        self.image_senders = add(self.tr("S&enders whose images are shown…"), "", "Alt+Shift+S")
        self.colours = add(self.tr("&Colours of the sender"), "", "Alt+Shift+C")
        self.source = add(self.tr("S&ource of the message"), "text", "Ctrl+Shift+V")
        self.headers = add(self.tr("All &header fields"), "", "Alt+Shift+H")

    def _make_attachments(self) -> None:
        add = self._add
        self.look = add(self.tr("Look at the attachment here"), "eye", "F3")
        self.save_files = add(self.tr("Save all attachments…"), "save", "Shift+F3")
        self.to_files = add(self.tr("Go to the attachments"), "attachment", "Shift+F4")

    def _make_organise(self) -> None:
        add = self._add
        self.archive = add(self.tr("&Archive"), "archive", "Ctrl+E", short=self.tr("Archive"))
        self.junk = add(self.tr("&Junk / no junk"), "junk", "Ctrl+J")
        self.tags = add(self.tr("&Tags…"), "tag", "Ctrl+T")
        self.snooze = add(self.tr("&Snooze…"), "sleep", "Ctrl+M", short=self.tr("Snooze"))
        self.end_snooze = add(self.tr("&End the snooze"), "", "Ctrl+Alt+M")
        self.pin = add(self.tr("&Pin on top / take the pin out"), "pin", "Ctrl+Shift+D")
        self.all_read = add(self.tr("Mark all as &read"), "read", "Ctrl+Alt+U")
        self.edit_tags = add(self.tr("Edit the ta&gs…"), "settings", "Ctrl+Shift+F4")
        self.conversations = add(
            self.tr("In &conversations"), "conversation", "Ctrl+H", checkable=True
        )
        self.quick_filter = add(self.tr("Quick &filters"), "search", "Ctrl+Shift+W")
        self.all_boxes = add(self.tr("A&ll boxes"), "boxes", "Ctrl+9")

    def _make_trust(self) -> None:
        self.trust = self._add(self.tr("Can this message &be trusted?"), "info", "F7")
        self.report = self._add(self.tr("Report as sus&picious…"), "warning", "Shift+F7")

    def _make_smime(self) -> None:
        self.certificates = self._add(self.tr("My &certificates…"), "key", "Shift+F9")

    def _make_agenda(self) -> None:
        add = self._add
        self.agenda = add(self.tr("Age&nda"), "agenda", "Ctrl+8")
        self.answer_invitation = add(self.tr("Answer the in&vitation"), "agenda", "F8")
        self.answer_receipt = add(self.tr("Answer about the r&eceipt"), "read", "Shift+F8")

    def _make_window(self) -> None:
        add = self._add
        self.palette = add(self.tr("Find a command…"), "search", "Ctrl+K")
        self.layout = add(self.tr("Next layout"), "", "F4")
        self.full_screen = add(self.tr("Full screen"), "", "F11", checkable=True)
        self.close_window = add(self.tr("Close the window"), "close", "Ctrl+W")
        self.open_file = add(self.tr("Open a message file…"), "file", "Ctrl+Alt+O")
        self.help = add(self.tr("Help contents"), "info", "F1")
        self.keys = add(self.tr("Keyboard shortcuts"), "text", "Ctrl+F4")
        self.guide = add(self.tr("&Teacher’s guide"), "school", "Alt+Shift+F1")

    def all(self) -> Iterator[QAction]:
        """Every command."""
        return (one for one in self.children() if isinstance(one, QAction))

    def need_messages(self) -> tuple[QAction, ...]:
        """Commands that act on chosen messages."""
        return (
            self.delete, self.move, self.copy, self.flag, self.read, self.keep_here,
            self.forward_attached, self.archive, self.junk, self.tags, self.snooze, self.end_snooze,
            self.pin,
        )  # fmt: skip

    def need_one_message(self) -> tuple[QAction, ...]:
        """Commands that act on one message."""
        return (
            self.reply, self.reply_all, self.forward, self.plain, self.rule_from, self.add_contact,
            self.trust, self.report,
        )  # fmt: skip

    def _add(
        self, text: str, icon: str, shortcut: str, *, short: str = "", checkable: bool = False
    ) -> QAction:
        action = QAction(text, self)
        key = QKeySequence(shortcut)
        action.setShortcut(key)
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setCheckable(checkable)
        words = text.replace("&", "").replace("…", "")
        action.setIconText(short or words)
        native = key.toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{words} ({native})")
        self._icons[action] = icon
        self._window.addAction(action)
        return action

    def paint(self, wanted: Iterable[QAction]) -> None:
        """Draw the icons of commands that are about to be seen."""
        for action in wanted:
            icon = self._icons.get(action)
            if icon and action not in self._painted:
                self._painted.add(action)
                action.setIcon(self._theme.icons.icon(icon))

    def _paint_again(self) -> None:
        for action in self._painted:
            action.setIcon(self._theme.icons.icon(self._icons[action]))
