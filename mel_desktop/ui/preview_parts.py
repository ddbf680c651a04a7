"""What previews are made of: a picture, a text, a table, cards, an attached message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QImage, QPixmap, QTransform, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.model.contacts import OwnContact
from mel_desktop.model.mail import Address
from mel_desktop.model.previews import ArchiveMember, AttachedMail
from mel_desktop.ui import figures
from mel_desktop.ui.theme import Theme

LONGEST: Final = 4096  # pixels of a picture that is shown
STEP: Final = 1.25
LEAST, MOST = 0.05, 8.0
MOST_WIDTH: Final = 320  # of a column at first
MONOSPACE: Final = ["DejaVu Sans Mono", "Consolas", "Menlo", "monospace"]
Index = QModelIndex | QPersistentModelIndex


def tool(theme: Theme, icon: str, words: str, key: str = "") -> QToolButton:
    """A button with an icon; its key stands in its tip."""
    button = QToolButton()
    button.setIcon(theme.icons.icon(icon))
    button.setAccessibleName(words)
    button.setToolTip(f"{words} ({key})" if key else words)
    if key:
        button.setShortcut(key)
        button.setToolTip(
            f"{words} ({button.shortcut().toString(button.shortcut().SequenceFormat.NativeText)})"
        )
    return button


class Canvas(QScrollArea):
    """A picture that fits the room or stands at a scale; Ctrl and the wheel zoom."""

    zoom_asked = Signal(float)  # a factor
    resized = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self._label = QLabel()
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._label.setAccessibleName(name)
        self.setWidget(self._label)
        self.setWidgetResizable(True)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAccessibleName(name)

    def show_pixmap(self, pixmap: QPixmap) -> None:
        """Draw it as it is."""
        self._label.setPixmap(pixmap)

    @property
    def pixmap(self) -> QPixmap:
        """What is drawn."""
        return self._label.pixmap()

    def room(self) -> QSize:
        """What fits without scrolling."""
        return self.maximumViewportSize() - QSize(2, 2)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom with Ctrl."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_asked.emit(STEP if event.angleDelta().y() > 0 else 1 / STEP)
            event.accept()
        else:
            super().wheelEvent(event)

    def resizeEvent(self, event: object) -> None:
        """Fits again."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        self.resized.emit()


class PictureView(QWidget):
    """A picture: fitted first, zoomed and turned by keys."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.canvas = Canvas(self.tr("Picture"))
        self._image = QImage()
        self._scale: float | None = None  # None: fitted
        self._turned = 0
        self.said = QLabel()
        self.said.setProperty("muted", True)
        row = QHBoxLayout()
        row.setContentsMargins(12, 4, 12, 4)
        row.addWidget(self.said, 1)
        for icon, words, key, call in (
            ("zoom-out", self.tr("Smaller"), "Ctrl+-", lambda: self.zoom(1 / STEP)),
            ("zoom-in", self.tr("Larger"), "Ctrl++", lambda: self.zoom(STEP)),
            ("rotate", self.tr("Turn"), "Ctrl+R", self.turn),
        ):
            button = tool(theme, icon, words, key)
            button.clicked.connect(call)
            row.addWidget(button)
        fit = QPushButton(self.tr("Fit"))
        fit.setAccessibleName(self.tr("Fit to the window"))
        fit.setShortcut("Ctrl+0")
        fit.clicked.connect(self.fit)
        row.addWidget(fit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.canvas, 1)
        column.addLayout(row)
        self.canvas.zoom_asked.connect(self.zoom)
        self.canvas.resized.connect(self._on_resized)

    def show_image(self, image: QImage) -> None:
        """Another picture, fitted."""
        self._image, self._scale, self._turned = image, None, 0
        self._draw()

    @property
    def scale(self) -> float:
        """Drawn pixels for one of the picture."""
        if self._scale is not None:
            return self._scale
        size = self._turned_image().size()
        room = self.canvas.room() * self.devicePixelRatioF()
        return min(1.0, room.width() / max(1, size.width()), room.height() / max(1, size.height()))

    def zoom(self, factor: float) -> None:
        """Larger or smaller."""
        self._scale = min(MOST, max(LEAST, self.scale * factor))
        self._draw()

    def _on_resized(self) -> None:
        if self._scale is None:
            self._draw()

    def fit(self) -> None:
        """As large as the window lets it be."""
        self._scale = None
        self._draw()

    def turn(self) -> None:
        """A quarter to the right."""
        self._turned = (self._turned + 90) % 360
        self._draw()

    def _turned_image(self) -> QImage:
        return self._image.transformed(QTransform().rotate(self._turned))

    def _draw(self) -> None:
        if self._image.isNull():
            return
        image, scale = self._turned_image(), self.scale
        size = QSize(max(1, round(image.width() * scale)), max(1, round(image.height() * scale)))
        size = size.boundedTo(QSize(2 * LONGEST, 2 * LONGEST))
        pixmap = QPixmap.fromImage(
            image.scaled(
                size,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        )
        pixmap.setDevicePixelRatio(self.devicePixelRatioF())
        self.canvas.show_pixmap(pixmap)
        self.said.setText(
            f"{image.width()} × {image.height()} · {round(scale * 100)}\N{NO-BREAK SPACE}%"
        )


class TextView(QWidget):
    """A text, in the letters of the window or all of one width."""

    def __init__(self) -> None:
        super().__init__()
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName(self.tr("Text of the file"))
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.note = QLabel()
        self.note.setProperty("muted", True)
        self.note.setWordWrap(True)
        self.fixed = QCheckBox(self.tr("&Fixed width"))
        self.fixed.toggled.connect(self._set_fixed)
        row = QHBoxLayout()
        row.setContentsMargins(12, 4, 12, 4)
        row.addWidget(self.note, 1)
        row.addWidget(self.fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.text, 1)
        column.addLayout(row)

    def show_text(self, text: str, note: str, *, fixed: bool) -> None:
        """Another text, and what is to be known of it."""
        self.fixed.setChecked(fixed)
        self.text.setPlainText(text)
        self.note.setText(note)

    def _set_fixed(self, on: bool) -> None:
        font = QFont(self.font())
        if on:
            font.setFamilies(MONOSPACE)
            font.setStyleHint(QFont.StyleHint.Monospace)
        self.text.setFont(font)
        wrap = QPlainTextEdit.LineWrapMode
        self.text.setLineWrapMode(wrap.NoWrap if on else wrap.WidgetWidth)


class CellModel(QAbstractTableModel):
    """Rows of texts, read-only."""

    def __init__(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        super().__init__()
        self._heads = tuple(heads)
        self._rows = tuple(rows)
        self._width = len(self._heads) or max((len(row) for row in rows), default=0)

    def rowCount(self, parent: Index | None = None) -> int:
        """Number of rows."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Number of columns."""
        return 0 if parent is not None and parent.isValid() else self._width

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The text of a cell; "" beyond the end of a short row."""
        if not index.isValid() or role not in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ToolTipRole,
        ):
            return None
        row = self._rows[index.row()]
        return row[index.column()] if index.column() < len(row) else ""

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Headings, or numbers."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation is Qt.Orientation.Horizontal and self._heads:
            return self._heads[section]
        return str(section + 1)


class TableView(QWidget):
    """A table of texts, and what is to be known of it."""

    def __init__(self) -> None:
        super().__init__()
        self.table = QTableView()
        self.table.setAccessibleName(self.tr("Table"))
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        self.table.setWordWrap(False)
        self.table.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        self.note = QLabel()
        self.note.setProperty("muted", True)
        self.note.setContentsMargins(12, 6, 12, 6)
        self.note.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.table, 1)
        column.addWidget(self.note)

    def show_rows(self, rows: Sequence[Sequence[str]], rest: int) -> None:
        """A table with its own headings, if any, as its first row."""
        note = self.tr("%n more row(s) not shown.", "", rest) if rest else ""
        self._show(CellModel((), rows), note)

    def show_members(self, members: Sequence[ArchiveMember], rest: int) -> None:
        """What is in an archive: nothing of it is unpacked."""
        rows = [
            (
                one.name,
                figures.size(one.size),
                self.tr("with a password") if one.is_locked else self.tr("none"),
            )
            for one in members
        ]
        heads = (self.tr("File"), self.tr("Size"), self.tr("Protection"))
        count = len(members) + rest
        note = self.tr("%n file(s) in this archive; nothing is unpacked here.", "", count)
        if rest:
            note += " " + self.tr("Only the first {n} are shown.").format(
                n=figures.count(len(members))
            )
        self._show(CellModel(heads, rows), note)

    def _show(self, model: CellModel, note: str) -> None:
        model.setParent(self.table)
        self.table.setModel(model)
        self.table.horizontalHeader().setResizeContentsPrecision(50)
        self.table.resizeColumnsToContents()
        for column in range(model.columnCount()):
            if self.table.columnWidth(column) > MOST_WIDTH:
                self.table.setColumnWidth(column, MOST_WIDTH)
        self.note.setText(note)
        self.note.setVisible(bool(note))


class CardsView(QScrollArea):
    """Cards of people, each with a way into one's own contacts."""

    add_asked = Signal(object)  # OwnContact

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setAccessibleName(self.tr("Contacts"))

    def show_cards(self, cards: Sequence[OwnContact], rest: int) -> None:
        """Other cards."""
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(12)
        for card in cards:
            column.addWidget(self._card(card))
        if rest:
            column.addWidget(QLabel(self.tr("%n more card(s) not shown.", "", rest)))
        column.addStretch(1)
        self.setWidget(inner)

    def _card(self, card: OwnContact) -> QWidget:
        box = QWidget()
        name = plain(card.name or self.tr("(no name)"), bold=True)
        facts = plain(
            "\n".join(one for one in (card.role, card.school, *card.emails, *card.phones) if one)
        )
        add = QPushButton(self.tr("Add to my contacts…"))
        add.setAccessibleName(self.tr("Add {name} to my contacts").format(name=card.name))
        add.setAutoDefault(False)
        add.clicked.connect(lambda: self.add_asked.emit(card))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(name)
        words.addWidget(facts)
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.addLayout(words, 1)
        row.addWidget(add, 0, Qt.AlignmentFlag.AlignTop)
        return box


class MailView(QWidget):
    """A message attached to another one: its head, its text, and its files."""

    look_asked = Signal(int)  # place of a file in ``mail.files``
    save_asked = Signal(object)  # places

    def __init__(self) -> None:
        super().__init__()
        self.subject = plain("", bold=True)
        self.head = plain("")
        self.text = TextView()
        self.files_label = plain("")
        self.files = QListWidget()
        self.files.setAccessibleName(self.tr("Files of the attached message"))
        self.files.setMaximumHeight(self.fontMetrics().height() * 6)
        self.files.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.files.itemActivated.connect(lambda item: self.look_asked.emit(self.files.row(item)))
        self.look = QPushButton(self.tr("&Look at it"))
        self.look.clicked.connect(lambda: self.look_asked.emit(self.files.currentRow()))
        self.save = QPushButton(self.tr("Sa&ve these files…"))
        self.save.clicked.connect(lambda: self.save_asked.emit(self._chosen()))
        head = QVBoxLayout()
        head.setContentsMargins(16, 10, 16, 10)
        head.setSpacing(4)
        head.addWidget(self.subject)
        head.addWidget(self.head)
        buttons = QHBoxLayout()
        for button in (self.look, self.save):
            button.setAutoDefault(False)
            button.setAccessibleName(button.text().replace("&", ""))
            buttons.addWidget(button)
        buttons.addStretch(1)
        self.foot = QWidget()
        foot = QVBoxLayout(self.foot)
        foot.setContentsMargins(16, 4, 16, 8)
        foot.addWidget(self.files_label)
        foot.addWidget(self.files)
        foot.addLayout(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.text, 1)
        column.addWidget(self.foot)

    def _chosen(self) -> tuple[int, ...]:
        """Those that are selected, else all."""
        rows = sorted(one.row() for one in self.files.selectedIndexes())
        return tuple(rows or range(self.files.count()))

    def show_mail(self, mail: AttachedMail) -> None:
        """Another message. Whatever it says is shown as text."""
        self.subject.setText(mail.subject or self.tr("(no subject)"))
        lines = [self.tr("From: {who}").format(who=_person(mail.sender))]
        for words, people in ((self.tr("To: {who}"), mail.to), (self.tr("Cc: {who}"), mail.cc)):
            if people:
                some = ", ".join(map(_person, people[:5]))
                lines.append(words.format(who=some + (" …" if len(people) > 5 else "")))
        if mail.sent_at is not None:
            lines.append(figures.long_date(mail.sent_at))
        self.head.setText("\n".join(lines))
        self.text.show_text(
            mail.text, self.tr("Shown as text; nothing remote is loaded."), fixed=False
        )
        self.files.clear()
        self.files.addItems([f"{one.filename} ({figures.size(one.size)})" for one in mail.files])
        self.files.setCurrentRow(0)
        self.files.clearSelection()  # "these files" are all until some are chosen
        self.files_label.setText(self.tr("%n file(s) in it:", "", len(mail.files)))
        self.foot.setVisible(bool(mail.files))


def plain(text: str, *, bold: bool = False) -> QLabel:
    """Words of strangers: no markup, selectable."""
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(text)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if bold:
        font = label.font()
        font.setWeight(QFont.Weight.DemiBold)
        label.setFont(font)
    return label


def _person(who: Address) -> str:
    return f"{who.name} <{who.address}>" if who.name else who.address
