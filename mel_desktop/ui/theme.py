"""Light and dark: colours, palette, one style sheet. Follows the system unless told otherwise.

Blue #000091 and its family are used as colours only; neither the State's typeface nor its marks
are. Every text colour keeps 4.5:1 against what it stands on (EN 301 549 11.1.4.3), 7:1 in the high
contrast: a test counts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from mel_desktop.model.values import dataclass
from mel_desktop.ui.icons import IconSet
from mel_desktop.ui.shipped import shipped

SYSTEM: Final = "system"
LIGHT: Final = "light"
DARK: Final = "dark"
NORMAL: Final = "normal"  # contrast
HIGH: Final = "high"
LEAST_SIZE, MOST_SIZE = 90, 150  # per cent of the system's letters
BASE_POINTS: Final = "mel-base-points"  # a property of the application: its letters at 100 %


@dataclass(frozen=True, slots=True)
class Tones:
    """The colours of one theme, by what they are for."""

    dark: bool
    window: str  # behind panes, bars
    surface: str  # lists, reader, fields
    raised: str  # headers, chips, hover
    line: str  # borders, separators
    text: str
    muted: str
    faint: str  # disabled
    accent: str
    accent_hover: str
    on_accent: str
    selected: str
    selected_text: str
    info: str
    info_ground: str
    success: str
    warning: str
    warning_ground: str
    danger: str
    danger_ground: str
    star: str
    mark: str  # behind words that a search found
    high: bool = False  # of high contrast: 7:1 at least, edges drawn strongly


LIGHT_TONES: Final = Tones(
    dark=False,
    window="#f6f6f6",
    surface="#ffffff",
    raised="#f5f5fe",
    line="#dddddd",
    text="#161616",
    muted="#5f5f5f",
    faint="#929292",
    accent="#000091",
    accent_hover="#1212b8",
    on_accent="#ffffff",
    selected="#e3e3fd",
    selected_text="#161616",
    info="#0058b8",
    info_ground="#e8edff",
    success="#18753c",
    warning="#a03c00",
    warning_ground="#fff1e6",
    danger="#c9191e",
    danger_ground="#ffe9e9",
    star="#b34000",
    mark="#ffe58a",
)
DARK_TONES: Final = Tones(
    dark=True,
    window="#161616",
    surface="#1e1e1e",
    raised="#2a2a2f",
    line="#3d3d42",
    text="#f0f0f0",
    muted="#b0b0b4",
    faint="#76767b",
    accent="#a3a3fb",
    accent_hover="#c1c1fd",
    on_accent="#161616",
    selected="#323267",
    selected_text="#ffffff",
    info="#8fb4ff",
    info_ground="#1f2a44",
    success="#5fc98a",
    warning="#ffa26b",
    warning_ground="#3d2a1e",
    danger="#ff8f8f",
    danger_ground="#422325",
    star="#ffa26b",
    mark="#5c4a00",
)
HIGH_LIGHT_TONES: Final = Tones(
    dark=False,
    window="#ffffff",
    surface="#ffffff",
    raised="#f0f0f0",
    line="#161616",
    text="#000000",
    muted="#2b2b2b",
    faint="#595959",
    accent="#000091",
    accent_hover="#000060",
    on_accent="#ffffff",
    selected="#cfcfff",
    selected_text="#000000",
    info="#003a78",
    info_ground="#ffffff",
    success="#0b4a22",
    warning="#6a2700",
    warning_ground="#ffffff",
    danger="#8f0009",
    danger_ground="#ffffff",
    star="#6a2700",
    mark="#ffe14d",
    high=True,
)
HIGH_DARK_TONES: Final = Tones(
    dark=True,
    window="#000000",
    surface="#000000",
    raised="#1c1c1c",
    line="#f0f0f0",
    text="#ffffff",
    muted="#dedede",
    faint="#b0b0b0",
    accent="#c9c9ff",
    accent_hover="#e3e3fd",
    on_accent="#000000",
    selected="#2a2a6e",
    selected_text="#ffffff",
    info="#b8d0ff",
    info_ground="#000000",
    success="#8ff0b4",
    warning="#ffc9a3",
    warning_ground="#000000",
    danger="#ffc2c2",
    danger_ground="#000000",
    star="#ffc9a3",
    mark="#5c4a00",
    high=True,
)

# The whole style sheet; @name is a colour of Tones.
_SHEET: Final = """
QWidget { color: @text; }
QMainWindow, QDialog { background: @window; }
QToolTip { background: @raised; color: @text; border: 1px solid @line; padding: 4px; }

QMenuBar { background: @window; padding: 0 4px; }
QMenuBar::item { padding: 4px 8px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: @selected; color: @selected_text; }
QMenu { background: @surface; border: 1px solid @line; padding: 4px; menu-scrollable: 1; }
QMenu::item { padding: 5px 28px 5px 12px; border-radius: 4px; }
QMenu::icon { padding-left: 8px; }
QMenu::item:selected { background: @selected; color: @selected_text; }
QMenu::item:disabled { color: @faint; }
QMenu::separator { height: 1px; background: @line; margin: 4px 8px; }

QToolBar { background: @window; border: none; border-bottom: 1px solid @line; spacing: 1px;
  padding: 3px 6px; }
QToolBar::separator { width: 1px; background: @line; margin: 6px 4px; }
QToolButton { background: transparent; border: 1px solid transparent; border-radius: 6px;
  padding: 3px 5px; }
QToolButton:hover { background: @raised; border-color: @line; }
QToolButton:pressed, QToolButton:checked { background: @selected; color: @selected_text; }
QToolButton:focus { border-color: @accent; }
QToolButton:disabled { color: @faint; }
QToolButton[primary="true"] { color: @accent; font-weight: 600; }
QToolButton[popupMode="2"] { padding-right: 20px; }
QToolButton::menu-indicator { image: url(@arrow); width: 10px; height: 10px;
  subcontrol-origin: padding; subcontrol-position: center right; right: 5px; }

QPushButton { background: @surface; border: 1px solid @line; border-radius: 6px;
  padding: 5px 12px; }
QPushButton:hover { background: @raised; border-color: @accent; }
QPushButton:pressed { background: @selected; }
QPushButton:focus { border-color: @accent; }
QPushButton:disabled { color: @faint; border-color: @line; background: @window; }
QPushButton[primary="true"] { background: @accent; color: @on_accent; border-color: @accent;
  font-weight: 600; }
QPushButton[primary="true"]:hover { background: @accent_hover; }
QPushButton[danger="true"] { color: @danger; }
QPushButton[danger="true"]:hover { border-color: @danger; background: @danger_ground; }
QPushButton[primary="true"]:disabled { background: @line; color: @muted; border-color: @line; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QPushButton[link="true"] { background: transparent; border-color: transparent; color: @accent;
  padding: 3px 6px; }
QPushButton[flush="true"] { padding: 3px 0; border-left-width: 0; border-right-width: 0;
  text-align: left; }
QPushButton[link="true"]:hover { background: @raised; }
QPushButton[link="true"]:focus { border-color: @accent; }

QLineEdit, QComboBox, QAbstractSpinBox, QPlainTextEdit, QTextEdit { background: @surface;
  border: 1px solid @line; border-radius: 6px; padding: 4px 8px;
  selection-background-color: @accent; selection-color: @on_accent; }
QAbstractSpinBox { selection-background-color: @selected; selection-color: @selected_text; }
QAbstractSpinBox QLineEdit { border: none; padding: 0; background: transparent; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: none; width: 22px;
  background: transparent; subcontrol-origin: border; }
QAbstractSpinBox::up-button { subcontrol-position: top right; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: @raised; }
QAbstractSpinBox::up-arrow { image: url(@rise); width: 10px; height: 10px; }
QAbstractSpinBox::down-arrow { image: url(@arrow); width: 10px; height: 10px; }
QLineEdit:focus, QComboBox:focus, QAbstractSpinBox:focus, QPlainTextEdit:focus, QTextEdit:focus {
  border: 1px solid @accent; }
QAbstractSpinBox QLineEdit:focus { border: none; }
QLineEdit:disabled, QComboBox:disabled, QAbstractSpinBox:disabled { color: @faint;
  background: @window; }
QLineEdit[wrong="true"] { border-color: @danger; }
QComboBox::drop-down, QDateEdit::drop-down { border: none; width: 24px; }
QComboBox::down-arrow, QDateEdit::down-arrow { image: url(@arrow); width: 12px; height: 12px; }
QComboBox#origin { border: none; background: transparent; padding-left: 2px; }
QComboBox#origin:disabled { color: @text; }
QComboBox#origin:disabled::down-arrow { image: none; }
QComboBox QAbstractItemView { background: @surface; border: 1px solid @line;
  selection-background-color: @selected; selection-color: @selected_text; }
QCheckBox, QRadioButton { spacing: 8px; }
QCheckBox::indicator, QRadioButton::indicator { width: 14px; height: 14px;
  border: 1px solid @muted; background: @surface; border-radius: 4px; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border: 1px solid @accent; }
QListView::indicator, QTreeView::indicator {
    width: 13px; height: 13px; border: 1px solid @muted; border-radius: 3px;
    background: @surface; }
QListView::indicator:checked, QTreeView::indicator:checked {
    background: @accent; border-color: @accent; image: url(@check); }
QCheckBox::indicator:checked { background: @accent; border-color: @accent; image: url(@check); }
QRadioButton::indicator:checked { border: 4px solid @accent; width: 8px; height: 8px;
  background: @on_accent; }
QCheckBox:focus, QRadioButton:focus { color: @accent; }
QCheckBox:disabled, QRadioButton:disabled { color: @faint; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: @line;
  background: @window; }
QCheckBox::indicator:checked:disabled { background: @faint; border-color: @faint; }
QRadioButton::indicator:checked:disabled { border-color: @faint; background: @window; }

QAbstractItemView { background: @surface; border: none; outline: none; }
QTreeView, QListView, QTableView { selection-background-color: @selected;
  selection-color: @selected_text; alternate-background-color: @surface; }
QTreeView#folders { background: @window; padding: 4px 0; show-decoration-selected: 0;
  selection-background-color: transparent; }
QTreeView#folders::branch { background: transparent; }
QTreeView#folders:focus, QListView#messages:focus { border: 1px solid transparent; }
QDialog QListWidget { border: 1px solid @line; border-radius: 6px; padding: 2px; }
QDialog QListWidget:focus { border: 1px solid @accent; }
QListWidget::item { padding: 3px 6px; border-radius: 4px; }
QListWidget::item:selected { background: @selected; color: @selected_text; }
QTreeView::item { padding: 3px 8px; }
QTreeView#folders::item { padding: 0; }
QTableView { gridline-color: transparent; }
QTableCornerButton::section { background: @window; border: none;
  border-bottom: 1px solid @line; }
QTableView::item { padding: 4px 8px; border-bottom: 1px solid @line; }
QTableView::item:selected { background: @selected; color: @selected_text; }
QTableView:focus, QListView:focus, QTreeView:focus { border: 1px solid @accent; }
QListView, QTreeView, QTableView { border: 1px solid transparent; }
QHeaderView::section { background: @window; color: @muted; border: none;
  border-bottom: 1px solid @line; padding: 5px 11px; font-weight: 600; }

QSplitter::handle { background: @line; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QScrollBar:vertical { background: transparent; width: 11px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 11px; margin: 0; }
QScrollBar::handle { background: @line; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: @faint; }
QScrollBar::handle:disabled { background: transparent; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QProgressBar { background: @line; border: none; border-radius: 3px; max-height: 6px; }
QProgressBar::chunk { background: @accent; border-radius: 3px; }
QScrollArea { border: none; background: transparent; }
QTabWidget::pane { border: none; border-top: 1px solid @line; }
QTabBar { qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; border: none; border-bottom: 2px solid transparent;
  padding: 6px 12px; color: @muted; }
QTabBar::tab:hover { color: @text; background: @raised; }
QTabBar::tab:selected { color: @accent; border-bottom-color: @accent; }
QTabBar::tab:focus { background: @selected; color: @selected_text; }

QLabel[careful="true"] { color: @warning; }
QFrame#bar, QWidget#bar { background: @window; border-top: 1px solid @line; }
QWidget#paneHead { background: @surface; border-bottom: 1px solid @line; }
QWidget#sheet { background: @surface; }
QWidget#readerHead { background: @surface; border-bottom: 1px solid @line; }
QTextBrowser#mail { background: @surface; border: none; padding: 8px 12px; border-radius: 0; }
QTextBrowser#mail[paper="true"] { background: #ffffff; color: #161616; }
QTextEdit#letter { border: none; border-radius: 0; padding: 10px 12px; }
QTextEdit#letter:focus { border: none; }
QFrame#card { background: @surface; border: 1px solid @line; border-radius: 8px; }
QFrame#chip { background: @raised; border: 1px solid @line; border-radius: 12px; }
QFrame#chip[wrong="true"] { background: @danger_ground; border-color: @danger; }
QFrame#chip:focus { border-color: @accent; background: @selected; }
QFrame#attachment { background: @raised; border: 1px solid @line; border-radius: 6px; }
QFrame#notice { border-radius: 6px; margin: 6px 12px; border: 1px solid @info;
  background: @info_ground; }
QDialog QFrame#notice { margin: 4px 0; }
QFrame#notice[flush="true"] { margin: 0; }
QFrame#notice[tone="warning"] { border-color: @warning; background: @warning_ground; }
QFrame#notice[tone="danger"] { border-color: @danger; background: @danger_ground; }
QFrame#setting { border: none; border-left: 3px solid transparent; }
QFrame#setting[found="true"] { border-left: 3px solid @accent; background: @raised; }
QFrame#rule { background: @line; max-height: 1px; min-height: 1px; border: none; }
QLabel[muted="true"] { color: @muted; }
QLabel[wrong="true"] { color: @danger; }
QLabel[good="true"] { color: @success; }
QLineEdit QFrame#chip { border-radius: 6px; }
QLineEdit QFrame#chip QLabel { background: transparent; }
QLineEdit QFrame#chip QToolButton { padding: 0; border-radius: 4px; color: @muted; }
QLineEdit QFrame#chip QToolButton:hover { color: @danger; }
QListView#suggestions, QListView#suggestions:focus { border: 1px solid @accent;
  border-radius: 6px; padding: 1px; }
QFrame#tokens { background: transparent; border: none; }
QFrame#tokens[dropping="true"] { background: @selected; border-radius: 6px; }
QFrame#tokens QLineEdit { border: none; background: transparent; padding: 3px 2px; }
QLineEdit#subject { border: none; border-radius: 0; background: transparent; font-weight: 600;
  padding: 6px 0; }
"""
# Added in the high contrast: where the keyboard is must be seen at once.
_HIGH_SHEET: Final = """
QToolButton:focus, QPushButton:focus, QPushButton[link="true"]:focus, QLineEdit:focus,
  QComboBox:focus, QAbstractSpinBox:focus, QPlainTextEdit:focus, QTextEdit:focus,
  QDialog QListWidget:focus { border: 2px solid @accent; }
QTableView:focus, QListView:focus, QTreeView:focus { border: 2px solid @accent; }
QCheckBox:focus, QRadioButton:focus { text-decoration: underline; }
QScrollBar::handle { background: @muted; }
QMenu::item:selected, QMenuBar::item:selected { border: 1px solid @accent; }
QLabel[muted="true"] { color: @text; }
"""
# Added where more is to stand on a small screen.
_COMPACT_SHEET: Final = """
QMenu::item { padding: 2px 28px 2px 12px; }
QTableView::item { padding: 1px 6px; }
QToolBar { padding: 0 6px; }
QToolButton { padding: 1px 4px; }
QHeaderView::section { padding: 2px 9px; }
"""


def style_sheet(tones: Tones, *, compact: bool = False) -> str:
    """The style sheet in these colours."""
    sheet = _SHEET + (_HIGH_SHEET if tones.high else "") + (_COMPACT_SHEET if compact else "")
    for name in sorted(Tones.__slots__, key=len, reverse=True):
        sheet = sheet.replace(f"@{name};", f"{getattr(tones, name)};")
    ending = "dark" if tones.dark else "light"
    for mark, name in (
        ("@arrow", "arrow-down"),
        ("@rise", "arrow-up"),
        ("@check", "check"),
    ):
        sheet = sheet.replace(mark, f'"{shipped("icons", f"{name}-{ending}.svg").as_posix()}"')
    return sheet


def palette(tones: Tones) -> QPalette:
    """The same colours for what style sheets do not reach: delegates, native parts."""
    made = QPalette()
    roles = QPalette.ColorRole
    pairs = (
        (roles.Window, tones.window),
        (roles.WindowText, tones.text),
        (roles.Base, tones.surface),
        (roles.AlternateBase, tones.raised),
        (roles.ToolTipBase, tones.raised),
        (roles.ToolTipText, tones.text),
        (roles.PlaceholderText, tones.muted),
        (roles.Text, tones.text),
        (roles.Button, tones.window),
        (roles.ButtonText, tones.text),
        (roles.Highlight, tones.selected),
        (roles.HighlightedText, tones.selected_text),
        (roles.Link, tones.accent),
        (roles.LinkVisited, tones.accent),
        (roles.Mid, tones.line),
        (roles.Accent, tones.accent),
    )
    for role, colour in pairs:
        made.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(tones.faint))
    return made


def paper() -> QPalette:
    """Black on white for HTML mail that brings its own colours, in the dark theme too."""
    return palette(LIGHT_TONES)


class Theme(QObject):
    """What is in use now. ``changed`` tells widgets that paint by themselves."""

    changed = Signal()

    def __init__(self, wanted: str = SYSTEM, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wanted = wanted
        self._contrast = SYSTEM
        self._size = 100
        self.compact = False
        self.tones = LIGHT_TONES
        self.icons = _icons(LIGHT_TONES)
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._on_system_changed)
        hints.accessibility().contrastPreferenceChanged.connect(self._on_system_contrast)
        self.apply(wanted)

    @property
    def wanted(self) -> str:
        """SYSTEM, LIGHT or DARK."""
        return self._wanted

    @property
    def contrast(self) -> str:
        """SYSTEM, NORMAL or HIGH."""
        return self._contrast

    @property
    def size(self) -> int:
        """Of letters, in per cent of the system's."""
        return self._size

    def dress(self, *, contrast: str, size: int, compact: bool) -> None:
        """Contrast, size of letters (LEAST_SIZE to MOST_SIZE), how close things stand."""
        size = min(MOST_SIZE, max(LEAST_SIZE, size))
        now = (self._contrast, self._size, self.compact)
        if now != (contrast, size, compact):
            self._contrast, self._size, self.compact = contrast, size, compact
            self.apply(self._wanted)

    def apply(self, wanted: str) -> None:
        """Put on a theme; SYSTEM follows the desktop from now on."""
        self._wanted = wanted
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        hints = QGuiApplication.styleHints()
        schemes = {LIGHT: Qt.ColorScheme.Light, DARK: Qt.ColorScheme.Dark}
        if wanted in schemes:
            hints.setColorScheme(schemes[wanted])
        else:
            hints.unsetColorScheme()
        dark = wanted == DARK or (
            wanted not in schemes and hints.colorScheme() == Qt.ColorScheme.Dark
        )
        if self._is_high():
            self._put_on(app, HIGH_DARK_TONES if dark else HIGH_LIGHT_TONES)
        else:
            self._put_on(app, DARK_TONES if dark else LIGHT_TONES)

    def _is_high(self) -> bool:
        if self._contrast != SYSTEM:
            return self._contrast == HIGH
        asked = QGuiApplication.styleHints().accessibility().contrastPreference()
        return asked is Qt.ContrastPreference.HighContrast

    def _on_system_changed(self) -> None:
        if self._wanted == SYSTEM:
            self.apply(SYSTEM)

    def _on_system_contrast(self) -> None:
        if self._contrast == SYSTEM:
            self.apply(self._wanted)

    def _put_on(self, app: QApplication, tones: Tones) -> None:
        self.tones = tones
        self.icons = _icons(tones)
        if not app.styleSheet():  # the first time
            app.setStyle("Fusion")
            app.setFont(_font(app.font()))
        follow = _resize_letters(app, self._size)
        sheet = style_sheet(tones, compact=self.compact)
        sheet += f"/* {self._size} */"  # another size alone would not reach the widgets
        if app.styleSheet() != sheet:  # each of these looks at every widget again
            app.setPalette(palette(tones))
            app.setStyleSheet(sheet)
        follow()
        self.changed.emit()


def letters() -> float:
    """How large letters are now, 1.0 being the system's."""
    app = QApplication.instance()
    base = app.property(BASE_POINTS) if isinstance(app, QApplication) else None
    return QApplication.font().pointSizeF() / float(base) if base else 1.0


def _resize_letters(app: QApplication, size: int) -> Callable[[], None]:
    """Letters of ``size`` per cent. What is returned is called once the style sheet is on: letters
    that widgets chose for themselves follow in proportion, for Qt leaves these alone.
    """
    if app.property(BASE_POINTS) is None:
        app.setProperty(BASE_POINTS, app.font().pointSizeF())
    before = app.font().pointSizeF()
    wanted = float(app.property(BASE_POINTS)) * size / 100
    if abs(wanted - before) < 0.01:
        return lambda: None
    own = [
        (widget, widget.font().pointSizeF())
        for widget in app.allWidgets()
        if widget.testAttribute(Qt.WidgetAttribute.WA_SetFont) and widget.font().pointSizeF() > 0
    ]
    font = app.font()
    font.setPointSizeF(wanted)
    app.setFont(font)

    def follow() -> None:
        for widget, points in own:
            if abs(widget.font().pointSizeF() - points) < 0.01:
                font = widget.font()
                font.setPointSizeF(points * wanted / before)
                widget.setFont(font)

    return follow


def _icons(tones: Tones) -> IconSet:
    return IconSet(QColor(tones.text), QColor(tones.faint), QColor(tones.accent))


def _font(system: QFont) -> QFont:
    """The system's own interface font; a plain one where the desktop names none that exists."""
    if QFontInfo(system).family() in {"DejaVu Sans", "Bitstream Vera Sans", ""}:
        system.setFamilies(["Noto Sans", "Carlito", "Liberation Sans", "DejaVu Sans"])
    if QFontInfo(system).pointSizeF() < 10:
        system.setPointSizeF(10)
    return system
