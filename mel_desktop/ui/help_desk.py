"""The help: short pages that ship with the program, in a window with a search. No line is needed.

Pages are Markdown in resources/docs/help; the page of the shortcuts is made from the commands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, Qt, QUrl
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.choosing import matches, score
from mel_desktop.model.values import dataclass
from mel_desktop.ui.clear_button import add_clear_button
from mel_desktop.ui.folder_tree import Place
from mel_desktop.ui.help_text import HelpText
from mel_desktop.ui.icons import application_icon
from mel_desktop.ui.language import current
from mel_desktop.ui.shipped import shipped
from mel_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from mel_desktop.ui.main_window import MainWindow

KEYS: Final = "keys"
GUIDE: Final = "guide"
PAGES: Final = (
    "first-day", "offline", "reading", "search", "directory", "writing", "shared-pc", "keyboard",
    GUIDE, "accessibility",  # long ones last: a search shows a short one first
)  # fmt: skip
# Documents beside the help that are pages of it too: French, English.
_DOCUMENTS: Final = {
    GUIDE: ("guide-enseignant", "guide-teacher"),
    "accessibility": ("accessibility.fr", "accessibility"),
}
_NAMED: Final = {file: name for name, files in _DOCUMENTS.items() for file in files}
_PLACES: Final = {
    Place.DRAFTS: "writing", Place.OUTBOX: "writing", Place.FOLLOWUPS: "writing",
    Place.JOURNAL: "offline", Place.DIRECTORY: "directory", Place.ATTACHMENTS: "reading",
}  # fmt: skip
_LINK: Final = re.compile(r"(?:[a-z.]+/)*([a-z][a-z.-]*)\.md|#(.+)")
_MARKS: Final = re.compile(r"[*`|#\[\]]|\((?:[a-z./-]+\.md|#[^)]*)\)|^-+$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class HelpPage:
    """``headings``: the titles within, for who looks for them."""

    name: str
    title: str
    text: str  # Markdown
    headings: str = ""


def read_page(name: str, spoken: str) -> HelpPage:
    """A page that ships, in French where there is no other."""
    if name in _DOCUMENTS:
        file = shipped("docs", f"{_DOCUMENTS[name][spoken == 'en']}.md")
    else:
        file = shipped("docs", "help", spoken, f"{name}.md")
    if not file.is_file():
        file = shipped("docs", "help", "fr", f"{name}.md")
    text = file.read_text(encoding="utf-8")
    lines = text.splitlines()
    title = lines[0].lstrip("# ") if lines else name
    return HelpPage(name, title, text, " ".join(x.lstrip("# ") for x in lines[1:] if x[:1] == "#"))


class HelpDesk(QObject):
    """Opens the page that fits what is shown."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._shown: HelpWindow | None = None

    def pages(self) -> tuple[HelpPage, ...]:
        """Every page, that of the shortcuts last."""
        return (*(read_page(name, current()) for name in PAGES), self._keys())

    def fitting(self) -> str:
        """The page about what the window shows."""
        window = self._window
        page = window.pages.currentWidget()
        if page is window.welcome:
            return "first-day"
        if page is window.mail:
            return "search" if window.mail.is_search() else "reading"
        target = window.tree.target()
        return _PLACES.get(target, "first-day") if isinstance(target, Place) else "first-day"

    def open_fitting(self) -> HelpWindow:
        """The help at the page about what the window shows."""
        return self.open(self.fitting())

    def open_keys(self) -> HelpWindow:
        """The list of all shortcuts."""
        return self.open(KEYS)

    def open_guide(self) -> HelpWindow:
        """The teacher's guide."""
        return self.open(GUIDE)

    def open(self, name: str) -> HelpWindow:
        """The help at a page; there is one window of it."""
        if self._shown is None:
            self._shown = shown = HelpWindow(self.pages(), self._window.theme, self._window)
            shown.destroyed.connect(self._forget)
        self._shown.show_page(name)
        self._shown.show()
        self._shown.raise_()
        self._shown.activateWindow()
        return self._shown

    def _forget(self) -> None:
        self._shown = None

    def _keys(self) -> HelpPage:
        title = self.tr("Keyboard shortcuts")
        heads = (self.tr("Command"), self.tr("Key"))
        lines = [f"# {title}", ""]
        for top in self._window.menuBar().actions():
            menu: Any = top.menu()
            rows = list(_rows(menu)) if menu is not None and top.isVisible() else []
            if rows:
                name = top.text().replace("&", "")
                lines += [f"## {name}", "", f"| {heads[0]} | {heads[1]} |", "|---|---|"]
                lines += [f"| {text} | **{key}** |" for text, key in rows] + [""]
        return HelpPage(KEYS, title, "\n".join(lines))


class HelpWindow(QWidget):
    """Pages at the left, the page at the right, a search above."""

    def __init__(self, pages: tuple[HelpPage, ...], theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowIcon(application_icon())
        self.setWindowTitle(self.tr("Help of Mel Desktop"))
        self._pages = {one.name: one for one in pages}
        self._page = ""
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search the help…"))
        self.search.setAccessibleName(self.tr("Search the help"))
        add_clear_button(self.search)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Pages of the help"))
        self.list.setMaximumWidth(220)
        self.list.setMinimumWidth(120)
        self.list.setWordWrap(True)
        self._nothing = QLabel(self.tr("No page has these words."))
        self._nothing.setProperty("muted", True)
        self._nothing.hide()
        self.browser = HelpText(theme, self)
        self.browser.setAccessibleName(self.tr("Page of the help"))
        self.browser.anchorClicked.connect(self._on_link)
        for page in pages:
            item = QListWidgetItem(page.title)
            item.setData(Qt.ItemDataRole.UserRole, page.name)
            self.list.addItem(item)
        middle = QHBoxLayout()
        middle.setSpacing(12)
        middle.addWidget(self.list)
        middle.addWidget(self.browser, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(10)
        column.addWidget(self.search)
        column.addWidget(self._nothing)
        column.addLayout(middle, 1)
        self.search.textChanged.connect(self._on_search)
        self.search.returnPressed.connect(self.browser.setFocus)
        self.list.currentRowChanged.connect(lambda _: self._show_chosen())
        theme.changed.connect(self._show)
        for key in ("Esc", "Ctrl+W"):
            QShortcut(QKeySequence(key), self).activated.connect(self.close)
        find = QShortcut(QKeySequence("Ctrl+F"), self)
        find.activated.connect(self.search.setFocus)
        self.resize(820, 600)

    def page(self) -> str:
        """The name of the page shown."""
        return self._page

    def show_page(self, name: str) -> None:
        """A page by its name; an unknown one changes nothing."""
        if name not in self._pages:
            return
        self.search.clear()
        self.list.setCurrentRow(list(self._pages).index(name))
        self._show_chosen()
        self.browser.setFocus()

    def _show_chosen(self) -> None:
        if self.list.currentRow() < 0:
            return
        name = self.list.currentItem().data(Qt.ItemDataRole.UserRole)
        if name != self._page:
            self._page = name
            self._show()

    def _show(self) -> None:
        page = self._pages.get(self._page)
        if page is not None:
            self.browser.show_page(page.text, self.search.text())

    def _on_search(self) -> None:
        typed = self.search.text().strip()
        found = []
        for at, page in enumerate(self._pages.values()):
            fits = not typed or matches(typed, _MARKS.sub(" ", page.text))
            self.list.item(at).setHidden(not fits)
            if fits:
                found.append((-score(typed, page.title), at))
        self._nothing.setVisible(not found)
        if found and typed:
            self.list.setCurrentRow(min(found)[1])
        self.browser.show_words(typed)

    def _on_link(self, url: QUrl) -> None:
        link = _LINK.fullmatch(url.toString())
        if link is None:
            return
        if link[1]:
            self.show_page(_NAMED.get(link[1], link[1]))
        else:
            self._show_heading(link[2])

    def _show_heading(self, anchor: str) -> None:
        """At the top: QTextBrowser gives headings of Markdown no anchors."""
        document = self.browser.document()
        block = document.begin()
        while block.isValid():
            if block.blockFormat().headingLevel() and _anchor(block.text()) == anchor:
                self.browser.show_block(block)
                return
            block = block.next()


def _anchor(heading: str) -> str:
    """As where the documents are published: letters and digits, blanks as hyphens."""
    return re.sub(r"[^\w\- ]", "", heading.lower().strip()).replace(" ", "-")


def _rows(menu: Any) -> Iterator[tuple[str, str]]:
    for action in menu.actions():
        below = action.menu()
        if below is not None:
            yield from _rows(below)
        elif action.isVisible() and not action.shortcut().isEmpty():
            key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            yield action.text().replace("&", "").rstrip("…"), key
