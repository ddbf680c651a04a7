"""How the panes of the window stand: three columns, the reader below, or the list alone.

The sizes of each layout are remembered for themselves. A small window has its own way whatever was
chosen: list and reader take turns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QSettings, QSize, Qt, Signal

from mel_desktop.model.policy import Policy
from mel_desktop.ui.interface_choice import LAYOUT, choice
from mel_desktop.ui.theme import letters

if TYPE_CHECKING:
    from PySide6.QtWidgets import QSplitter

    from mel_desktop.ui.actions import Actions
    from mel_desktop.ui.folder_tree import FolderTree
    from mel_desktop.ui.mail_page import MailPage
    from mel_desktop.ui.toolbar import Tools

WIDE, CLASSIC, LIST = "wide", "classic", "list"
LAYOUTS: Final = (WIDE, CLASSIC, LIST)
NARROW_BELOW: Final = 860  # px of the window's width
LOW_BELOW: Final = 520  # px of its height: no room for list and reader one above the other
LEAST_HEIGHT: Final = 120  # px of list and reader together
SIZES: Final = {WIDE: (400, 700), CLASSIC: (300, 360), LIST: (400, 700)}


class LayoutDesk(QObject):
    """Puts the panes where they belong; remembers their sizes."""

    changed = Signal(str)

    def __init__(
        self,
        settings: QSettings,
        actions: Actions,
        *,
        tree: FolderTree,
        mail: MailPage,
        splitter: QSplitter,
        toolbar: Tools,
    ) -> None:
        super().__init__(toolbar)
        self._settings = settings
        self._folders = actions.folders
        self._tree, self._mail, self._splitter = tree, mail, splitter
        self._toolbar = toolbar
        self._size = QSize()
        self._small: bool | None = None  # the folders give way
        self.layout = ""
        actions.layout.triggered.connect(lambda: self.next())
        mail.splitter.splitterMoved.connect(lambda: self._remember())
        splitter.splitterMoved.connect(lambda: self._remember())
        self._bring_folders()
        self.take_settings()

    @property
    def narrow(self) -> bool:
        """Whether the window is too small for folders beside the messages."""
        return bool(self._small)

    def take_settings(self) -> None:
        """The layout that was chosen."""
        wanted = choice(self._settings, Policy(), LAYOUT)
        self._put(wanted if wanted in LAYOUTS else WIDE)
        if self._size.isValid():
            self.fit(self._size)  # letters may be larger now

    def choose(self, layout: str) -> None:
        """WIDE, CLASSIC or LIST, from now on."""
        self._settings.setValue(LAYOUT, layout)
        self._put(layout)

    def next(self) -> None:
        """The one after this."""
        self.choose(LAYOUTS[(LAYOUTS.index(self.layout) + 1) % len(LAYOUTS)])

    def fit(self, size: QSize) -> None:
        """The window has another size."""
        self._size = size
        self._toolbar.fit(size.width())
        small = size.width() < NARROW_BELOW * letters()
        if small != self._small:
            self._small = small
            self._folders.setChecked(not small)
            self._tree.setVisible(not small)
            self._toolbar.folders_button.setVisible(small)
        low = self.layout == CLASSIC and size.height() < LOW_BELOW * letters()
        self._mail.set_narrow(small or low or self.layout == LIST)

    def _put(self, layout: str) -> None:
        if layout == self.layout:
            return
        self.layout = layout
        inner = self._mail.splitter
        upright = layout == CLASSIC
        inner.setOrientation(Qt.Orientation.Vertical if upright else Qt.Orientation.Horizontal)
        inner.setMinimumHeight(LEAST_HEIGHT if upright else 0)  # a low window shows one of the two
        if self._size.isValid():
            self.fit(self._size)
        inner.setSizes(self._kept(layout) or list(SIZES[layout]))
        self.changed.emit(layout)

    # -- sizes -------------------------------------------------------------------------------------

    def _remember(self) -> None:
        if self._small:
            return
        self._settings.setValue("sizes/folders", _text(self._splitter.sizes()))
        if self.layout != LIST:
            self._settings.setValue(f"sizes/{self.layout}", _text(self._mail.splitter.sizes()))

    def _bring_folders(self) -> None:
        sizes = self._kept("folders")
        if sizes:
            self._splitter.setSizes(sizes)

    def _kept(self, name: str) -> list[int]:
        """Two sizes in px; none where nothing sensible was kept."""
        words = str(self._settings.value(f"sizes/{name}", "")).split()
        sizes = [int(one) for one in words if one.isascii() and one.isdigit() and len(one) < 6]
        return sizes if len(sizes) == 2 and sum(sizes) > 0 else []


def _text(sizes: list[int]) -> str:
    return " ".join(str(one) for one in sizes)
