"""One attachment of a message: what it is, what it costs, and what can be done with it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPixmap,
)
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.model.links import Price
from mel_desktop.model.mail import MessageId, Part
from mel_desktop.ui import figures, line_words
from mel_desktop.ui.attachments_files import (
    ICONS,
    THUMBNAIL,
    kind_name,
    of_part,
)
from mel_desktop.ui.fetches import Fetch
from mel_desktop.ui.theme import Theme

NAME_WIDTH: Final = 240


def safe_name(name: str) -> str:
    """A file name that stays in the folder chosen and opens nothing by its look."""
    kept = "".join("_" if one in '/\\:*?"<>|' or not one.isprintable() else one for one in name)
    return kept.strip(" .")[:150] or "attachment"


def decoded_size(part: Part) -> int:
    """Octets of the file: what a server states of base64 is a third more."""
    return part.size * 3 // 4 if not part.local and part.encoding == "base64" else part.size


class AttachmentCard(QFrame):
    """One attachment."""

    open_asked = Signal(object)  # Part
    save_asked = Signal(object)  # Part
    stop_asked = Signal(object)  # Part
    look_asked = Signal(object)  # Part
    menu_asked = Signal(object, object)  # Part, QPoint of the screen
    drag_asked = Signal(object)  # Part
    step_asked = Signal(int)  # -1, 1: the card before, the next one

    def __init__(self, part: Part, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("attachment")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._pressed: QPoint | None = None
        self.part = part
        self._local = part.local
        self._narrow = False
        self._save_words = ""
        self._price: Price | None = None
        name = self.name = part.filename or self.tr("(unnamed)")
        self.setToolTip(f"{name}\n{part.media_type}")
        self._icon = QLabel()
        self.kind = of_part(MessageId(0), part).kind
        picture = ICONS[self.kind]
        self._icon.setPixmap(theme.icons.pixmap(picture, 20, self.devicePixelRatioF()))
        self._icon.setAccessibleName(kind_name(self.kind))
        label = QLabel()
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setText(
            label.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, NAME_WIDTH)
        )
        self._facts = QLabel()
        self._facts.setProperty("muted", True)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(self.tr("Progress of {name}").format(name=name))
        self._progress.hide()
        self._look = QPushButton()
        self._look.setProperty("link", True)
        self._look.setIcon(theme.icons.icon("eye"))
        self._look.setToolTip(self.tr("Look at it here (F3)"))
        self._look.setAccessibleName(self.tr("Look at {name} here").format(name=name))
        self._look.clicked.connect(lambda: self.look_asked.emit(self.part))
        self._open = QPushButton(self.tr("Open"))
        self._open.setProperty("link", True)
        self._open.setAccessibleName(self.tr("Open the attachment {name}").format(name=name))
        self._open.clicked.connect(lambda: self.open_asked.emit(self.part))
        self._save = QPushButton()
        self._save.setProperty("link", True)
        self._save.setIcon(theme.icons.icon("save"))
        self._save.clicked.connect(lambda: self.save_asked.emit(self.part))
        self._stop = QPushButton(self.tr("Stop"))
        self._stop.setProperty("link", True)
        self._stop.setIcon(theme.icons.icon("close"))
        self._stop.setAccessibleName(self.tr("Stop fetching {name}").format(name=name))
        self._stop.clicked.connect(lambda: self.stop_asked.emit(self.part))
        self._stop.hide()
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(label)
        words.addWidget(self._facts)
        words.addWidget(self._progress)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 2, 4)
        row.setSpacing(4)
        self._icon.setContentsMargins(0, 0, 4, 0)
        row.addWidget(self._icon)
        row.addLayout(words)
        row.addWidget(self._look)
        row.addWidget(self._open)
        row.addWidget(self._save)
        row.addWidget(self._stop)
        self.show_facts(local=part.local)

    @property
    def is_local(self) -> bool:
        """Whether its octets are here by now."""
        return self._local

    @property
    def facts(self) -> str:
        """What the card says beneath the name."""
        return self._facts.text()

    def show_facts(self, *, local: bool) -> None:
        """Size, and where it is; its price while it is on the server."""
        self._local = local
        self._say_save(self.tr("Save…"), self.tr("Save the attachment {name}"))
        where = self.tr("on this PC") if local else self.tr("on the server")
        words = [figures.size(decoded_size(self.part)), where]
        price = self._price
        if not local and price is not None and price.octets and price.seconds is not None:
            words.append(line_words.about(price.seconds))
        self._facts.setText(" · ".join(words))
        self.setAccessibleName(f"{self.name}, {self._facts.text()}")

    @property
    def thumbnail(self) -> QPixmap:
        """What stands before the name."""
        return self._icon.pixmap()

    def show_thumbnail(self, image: QImage) -> None:
        """A picture of what is in it, instead of the icon of its kind."""
        ratio = self.devicePixelRatioF()
        side = round(THUMBNAIL * ratio)
        pixmap = QPixmap.fromImage(
            image.scaled(
                QSize(side, side),
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        )
        pixmap.setDevicePixelRatio(ratio)
        self._icon.setPixmap(pixmap)
        self.updateGeometry()

    # -- hand and keys -----------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space looks, Return opens, the arrows go on."""
        key = Qt.Key
        if event.key() == key.Key_Space:
            self.look_asked.emit(self.part)
        elif event.key() in (key.Key_Return, key.Key_Enter):
            self.open_asked.emit(self.part)
        elif event.key() in (key.Key_Left, key.Key_Up):
            self.step_asked.emit(-1)
        elif event.key() in (key.Key_Right, key.Key_Down):
            self.step_asked.emit(1)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """By mouse or key."""
        self.menu_asked.emit(self.part, event.globalPos())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Where a drag may begin."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed = event.position().toPoint()
            self.setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Far enough: it is dragged."""
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        way = (event.position().toPoint() - self._pressed).manhattanLength()
        if way >= QApplication.startDragDistance():
            self._pressed = None
            self.drag_asked.emit(self.part)

    def mouseReleaseEvent(self, _: QMouseEvent) -> None:
        """No drag."""
        self._pressed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Looks at it."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.look_asked.emit(self.part)

    def show_price(self, price: Price) -> None:
        """What fetching it would cost on this line."""
        self._price = price
        self.show_facts(local=self._local)

    def show_fetch(self, fetch: Fetch | None) -> None:
        """How far it is; None: not on its way."""
        running = fetch is not None and fetch.running
        self._progress.setVisible(fetch is not None)
        self._stop.setVisible(running)
        self._look.setVisible(not running)
        self._open.setVisible(not running and not self._narrow)
        self._save.setVisible(not running)
        if fetch is None:
            self.show_facts(local=self._local)
            return
        self._progress.setMaximum(fetch.expected)
        self._progress.setValue(min(fetch.done, fetch.expected))
        said = self.tr("{done} of {size}").format(
            done=figures.size(min(fetch.done, fetch.expected)), size=figures.size(fetch.expected)
        )
        left = fetch.seconds_left()
        if running:
            if left is not None:
                said = f"{said}, {line_words.about(left)}"
        else:
            said = self.tr("{progress} here, stopped").format(progress=said)
            self._say_save(self.tr("Go on…"), self.tr("Go on fetching {name}"))
        self._facts.setText(said)

    def _say_save(self, words: str, spoken: str) -> None:
        self._save_words = words
        self._save.setText("" if self._narrow else words)
        self._save.setToolTip(words if self._narrow else "")
        self._save.setAccessibleName(spoken.format(name=self.name))

    def set_narrow(self, narrow: bool) -> None:
        """Little room: saving is a picture without its word; opening is in the preview, the menu
        and Return.
        """
        if narrow is not self._narrow:
            self._narrow = narrow
            self._save.setText("" if narrow else self._save_words)
            self._save.setToolTip(self._save_words if narrow else "")
            self._open.setVisible(not narrow and self._stop.isHidden())
