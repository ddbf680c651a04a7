"""A draft that another program changed too: both versions side by side, taken piece by piece."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.outgoing import DraftId
from mel_desktop.model.revisions import (
    HeadChange,
    HeadField,
    Piece,
    RivalFile,
    Rivalry,
    Taken,
)
from mel_desktop.ui import draft_words, figures
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.spoken import NamedBox
from mel_desktop.ui.theme import Theme

MOST_SAME: Final = 300  # signs of a stretch that both have; its middle is left out


class DraftRivalryDialog(QDialog):
    """Nothing is lost: the other version goes to the trash, ours stays in the history."""

    settled = Signal(object)  # Draft

    def __init__(
        self, facade: Facade, bridge: Bridge, theme: Theme, draft: DraftId, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Two versions of a draft"))
        self._facade = facade
        self._theme = theme
        self._rivalry: Rivalry | None = None
        self.of_heads: dict[HeadField, QComboBox] = {}
        self.of_text: list[QComboBox] = []
        self.of_files: list[tuple[QCheckBox, RivalFile]] = []
        self.notice = Notice(theme, self)
        self.sheet = QWidget()
        self._grid = QGridLayout(self.sheet)
        self._grid.setHorizontalSpacing(14)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)
        self.preview = QPlainTextEdit()
        self.preview.setReadOnly(True)
        self.preview.setTabChangesFocus(True)
        self.preview.setAccessibleName(self.tr("The text as it will be"))
        self._lay_out()
        self.notice.say(self.tr("The other version is being read…"))
        bridge.run(
            self, lambda: facade.revisions.rivalry(draft), done=self._take,
            failed=self.notice.say_error,
        )  # fmt: skip

    def _lay_out(self) -> None:
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self.sheet)
        scroll.setAccessibleName(self.tr("Both versions"))
        top = QHBoxLayout()
        self.all_mine = QPushButton(self.tr("All from this &PC"))
        self.all_theirs = QPushButton(self.tr("All from the &other program"))
        for button, taken in ((self.all_mine, Taken.MINE), (self.all_theirs, Taken.THEIRS)):
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, one=taken: self.choose_all(one))
            top.addWidget(button)
        top.addStretch(1)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.ok.setText(self.tr("Keep the version so made"))
        self.ok.setProperty("primary", True)
        self.ok.setEnabled(False)
        buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(self.tr("Decide later"))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.lost = QLabel(
            self.tr(
                "With these choices the layout (bold, lists, tables, pictures) of some passages is"
                " lost; their words stay."
            )
        )
        self.lost.setWordWrap(True)
        self.lost.setAccessibleName(self.lost.text())
        self.lost.hide()
        label = QLabel(self.tr("The text as it will be:"))
        label.setBuddy(self.preview)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addWidget(self.notice)
        column.addLayout(top)
        column.addWidget(scroll, 3)
        column.addWidget(label)
        column.addWidget(self.preview, 1)
        column.addWidget(self.lost)
        column.addWidget(buttons)
        self.resize(940, 640)

    def choose_all(self, taken: Taken) -> None:
        """Everything from one side."""
        for box in (*self.of_heads.values(), *self.of_text):
            box.setCurrentIndex(box.findData(taken))
        for tick, file in self.of_files:
            tick.setChecked((file.mine if taken is Taken.MINE else file.theirs) is not None)

    def accept(self) -> None:
        """Save the merged version, then the other one goes."""
        if self._rivalry is None:
            return
        with self.notice.errors():
            heads = {field: box.currentData() for field, box in self.of_heads.items()}
            saved = self._facade.revisions.settle(
                self._rivalry, heads, self._taken(), self._files()
            )
            self.settled.emit(saved)
            super().accept()

    def _files(self) -> list[RivalFile]:
        return [one for box, one in self.of_files if box.isChecked()]

    def _taken(self) -> list[Taken]:
        return [box.currentData() for box in self.of_text]

    def _take(self, rivalry: Rivalry) -> None:
        self._rivalry = rivalry
        self.notice.say(self.tr("The other version goes to the trash."))
        for column, name in enumerate((self.tr("This PC"), self.tr("The other program"))):
            title = QLabel(f"<b>{name}</b>")
            self._grid.addWidget(title, 0, column)
        for change in rivalry.heads:
            self._add_head(change)
        for file in rivalry.files:
            if not file.content_id:  # a picture of the text goes with the text
                self._add_file(file)
        for piece in rivalry.paragraphs:
            if piece.is_same:
                self._add_same(piece.mine)
            else:
                self._add_piece(piece)
        self._grid.setRowStretch(self._grid.rowCount(), 1)
        self.ok.setEnabled(True)
        self._show_merged()

    def _add_head(self, change: HeadChange) -> None:
        name = draft_words.field_name(change.field)
        row = self._grid.rowCount()
        is_layout = change.field is HeadField.LAYOUT
        own = (self.tr("as on this PC"),), (self.tr("as in the other program"),)
        for column, values in enumerate(own if is_layout else (change.mine, change.theirs)):
            said = self.tr("{field}: {value}").format(field=name, value=", ".join(values) or "–")
            label = _label(said, Qt.TextFormat.PlainText)
            self._grid.addWidget(label, row, column)
        self.of_heads[change.field] = self._choice(
            row, name, Taken.MINE if change.mine or is_layout else Taken.THEIRS,
            has_both=change.field is not HeadField.SUBJECT and not is_layout,
        )  # fmt: skip

    def _add_file(self, file: RivalFile) -> None:
        """Ticked, whichever version has it: nothing goes by itself."""
        row = self._grid.rowCount()
        said = f"{file.filename} ({figures.size(file.size)})"
        name = draft_words.field_name(HeadField.FILES)
        for column, is_there in enumerate((file.mine is not None, file.theirs is not None)):
            words = self.tr("{field}: {value}").format(field=name, value=said if is_there else "–")
            label = _label(words, Qt.TextFormat.PlainText)
            self._grid.addWidget(label, row, column)
        box = QCheckBox(self.tr("keep"))
        box.setChecked(True)
        box.setAccessibleName(self.tr("Keep the file {name}").format(name=file.filename))
        self._grid.addWidget(box, row, 2, Qt.AlignmentFlag.AlignTop)
        self.of_files.append((box, file))

    def _add_same(self, text: str) -> None:
        said = text.strip("\n")
        if not said.strip():  # an empty line between two: a label that says nothing
            return
        if len(said) > MOST_SAME:
            said = f"{said[: MOST_SAME // 2]}\n[…]\n{said[-MOST_SAME // 2 :]}"
        label = _label(said, Qt.TextFormat.PlainText)
        label.setProperty("muted", True)
        self._grid.addWidget(label, self._grid.rowCount(), 0, 1, 2)

    def _add_piece(self, piece: Piece) -> None:
        row = self._grid.rowCount()
        words = self._facade.revisions.words(piece)
        for column, is_mine in enumerate((True, False)):
            html = draft_words.side(words, self._theme.tones, is_mine=is_mine)
            html = html if (piece.mine if is_mine else piece.theirs).strip() else "–"
            self._grid.addWidget(_label(html, Qt.TextFormat.RichText), row, column)
        first = Taken.MINE if piece.mine.strip() else Taken.THEIRS
        name = self.tr("Passage {number}").format(number=len(self.of_text) + 1)
        box = self._choice(row, name, first, has_both=True)
        box.setAccessibleDescription(
            self.tr("This PC: {mine} The other program: {theirs}").format(
                mine=piece.mine.strip(), theirs=piece.theirs.strip()
            )
        )
        self.of_text.append(box)

    def _choice(self, row: int, name: str, first: Taken, *, has_both: bool) -> QComboBox:
        box = NamedBox()
        box.setAccessibleName(self.tr("{name}: what is kept").format(name=name))
        box.addItem(self.tr("from this PC"), Taken.MINE)
        box.addItem(self.tr("from the other"), Taken.THEIRS)
        if has_both:
            box.addItem(self.tr("both"), Taken.BOTH)
        box.setCurrentIndex(box.findData(first))
        box.currentIndexChanged.connect(self._show_merged)
        self._grid.addWidget(box, row, 2, Qt.AlignmentFlag.AlignTop)
        return box

    def _show_merged(self) -> None:
        if self._rivalry is not None and self.ok.isEnabled():
            text = self._facade.revisions.merged_text(self._rivalry, self._taken())
            self.preview.setPlainText(text)
            self.lost.setVisible(self._facade.revisions.loses_layout(self._rivalry, self._taken()))


def _label(text: str, form: Qt.TextFormat) -> QLabel:
    label = QLabel()
    label.setTextFormat(form)
    label.setText(text)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignTop)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
