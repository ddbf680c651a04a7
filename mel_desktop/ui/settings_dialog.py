"""The settings: pages, and a field that finds any of them by its words, in either language.

What is decided in a dialog of its own (checks, quiet hours, vault, line ...) stands here too, as a
button that opens it: nobody has to know where a setting lives.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from typing import Final

from PySide6.QtCore import QSettings, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.choosing import matches, read_slots, write_slots
from mel_desktop.model.policy import Policy
from mel_desktop.model.values import dataclass
from mel_desktop.ui import interface_choice as names
from mel_desktop.ui import language, layout_desk, theme, toolbar
from mel_desktop.ui.clear_button import add_clear_button
from mel_desktop.ui.fixed import field_with_note
from mel_desktop.ui.handlers import Handlers, HandlerState
from mel_desktop.ui.interface_choice import choice, is_fixed, keep, wants_plain
from mel_desktop.ui.spoken import NamedBox
from mel_desktop.ui.theme import Theme

SIZES: Final = (90, 100, 110, 125, 150)
WIDTH, HEIGHT = 720, 540
PAGES_WIDTH: Final = 170


@dataclass(slots=True)
class Row:
    """One setting: what it is called, words by which it may be looked for, where it stands."""

    title: str
    words: str
    frame: QFrame
    field: QWidget
    page: int

    @property
    def called(self) -> str:
        """Its title; of a box to be ticked its own words."""
        if self.title or not isinstance(self.field, QCheckBox):
            return self.title
        return self.field.text()


@dataclass(slots=True)
class Page:
    """One page; its rows are added as they are made."""

    title: str
    column: QVBoxLayout
    rows: list[Row] = field(default_factory=list)


class SettingsDialog(QDialog):
    """What is chosen holds at once; kept in the profile, without a word of anyone's mail."""

    changed = Signal()
    hiding_changed = Signal(bool)  # a setting of the vault, that its giver keeps

    def __init__(
        self,
        settings: QSettings,
        themed: Theme,
        parent: QWidget,
        *,
        policy: Policy | None = None,
        elsewhere: tuple[tuple[QAction, str], ...] = (),
        hides: bool = True,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Settings"))
        self._settings = settings
        self._policy = policy or Policy()
        self._theme = themed
        self._pages: list[Page] = []
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Find a setting…"))
        self.search.setAccessibleName(self.tr("Find a setting"))
        add_clear_button(self.search)
        self.pages = QListWidget(self)
        self.pages.ensurePolished()  # rows are measured once: with the paddings of the theme
        self.pages.setAccessibleName(self.tr("Pages of settings"))
        self.pages.setMaximumWidth(PAGES_WIDTH)
        self.stack = QStackedWidget()
        self._nothing = QLabel(self.tr("No setting has these words."))
        self._nothing.setProperty("muted", True)
        self._nothing.setWordWrap(True)
        self._nothing.hide()
        self._make_appearance()
        self._make_window()
        self._make_reading()
        self._make_news(hides=hides)
        self._make_handlers()
        if elsewhere:
            self._make_elsewhere(elsewhere)
        self._lay_out()
        self.pages.currentRowChanged.connect(self._show_page)
        self.pages.setCurrentRow(0)
        self.search.textChanged.connect(self._on_search)
        self.resize(WIDTH, HEIGHT)
        self.search.setFocus()

    def rows(self) -> tuple[Row, ...]:
        """Every setting, page by page."""
        return tuple(row for page in self._pages for row in page.rows)

    def found(self) -> tuple[Row, ...]:
        """The settings that have the words of the search field; none while it is empty."""
        typed = self.search.text()
        if not typed.strip():
            return ()
        return tuple(one for one in self.rows() if matches(typed, f"{one.title} {one.words}"))

    def go_to(self, title: str) -> None:
        """Show a setting, the keyboard in it."""
        row = next((one for one in self.rows() if one.called == title), None)
        if row is None:
            return
        self.pages.setCurrentRow(row.page)
        _mark(row.frame, found=True)
        row.field.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in the search field goes to the first setting that was found."""
        is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if is_enter and self.search.hasFocus():
            for row in self.found():
                if row.field.isEnabled():
                    row.field.setFocus(Qt.FocusReason.TabFocusReason)
                    break
            return
        super().keyPressEvent(event)

    # -- pages -------------------------------------------------------------------------------------

    def _make_appearance(self) -> None:
        self._page(self.tr("Appearance"))
        self.language = self._choice(
            self.tr("Language"), "langue français anglais french english", names.LANGUAGE,
            (
                (self.tr("As the system (French first)"), language.SYSTEM),
                ("Français", language.FRENCH), ("English", language.ENGLISH),
            ),
            note=self.tr("The language changes at the next start."),
        )  # fmt: skip
        self.theme = self._choice(
            self.tr("Theme"), "thème sombre clair couleur nuit jour dark light colour night",
            names.THEME,
            (
                (self.tr("As the system"), theme.SYSTEM), (self.tr("Light"), theme.LIGHT),
                (self.tr("Dark"), theme.DARK),
            ),
            now=self._theme.wanted,
        )  # fmt: skip
        self.contrast = self._choice(
            self.tr("Contrast"),
            "contraste accessibilité vue malvoyant high contrast accessibility sight",
            names.CONTRAST,
            (
                (self.tr("As the system"), theme.SYSTEM), (self.tr("Usual"), theme.NORMAL),
                (self.tr("High"), theme.HIGH),
            ),
        )  # fmt: skip
        self.letters = self._choice(
            self.tr("Size of letters"),
            "taille police caractères texte grossir agrandir zoom lisibilité font text bigger",
            names.SIZE,
            tuple((f"{one} %".replace(" ", "\N{NO-BREAK SPACE}"), str(one)) for one in SIZES),
        )
        self.density = self._choice(
            self.tr("Density"), "densité serré compact aéré confortable espace lignes rows spacing",
            names.DENSITY,
            ((self.tr("Comfortable"), "comfortable"), (self.tr("Compact"), "compact")),
        )  # fmt: skip

    def _make_window(self) -> None:
        self._page(self.tr("Window"))
        self.layout_ = self._choice(
            self.tr("Layout"),
            "disposition volets panneaux colonnes lecture liste panes columns reading list",
            names.LAYOUT,
            (
                (self.tr("Three columns"), layout_desk.WIDE),
                (self.tr("Message below the list"), layout_desk.CLASSIC),
                (self.tr("List alone"), layout_desk.LIST),
            ),
        )
        self.toolbar = self._choice(
            self.tr("Toolbar"), "barre outils boutons icônes texte buttons icons words",
            names.TOOLBAR,
            (
                (self.tr("Icons and words"), toolbar.BOTH), (self.tr("Icons"), toolbar.ICONS),
                (self.tr("Words"), toolbar.WORDS),
            ),
        )  # fmt: skip
        self.resume = self._check(
            self.tr("Go on where it stopped: folder, message, letters being written"),
            "reprendre démarrage ouverture restaurer session start restore resume", names.RESUME,
        )  # fmt: skip
        self.tray = self._check(
            self.tr("An icon beside the clock, with the number of unread messages"),
            "zone notification barre tâches systray horloge badge tray taskbar", names.TRAY,
        )  # fmt: skip
        self.to_tray = self._check(
            self.tr("Closing the window leaves the program beside the clock"),
            "fermer réduire arrière-plan zone notification tray close minimise background",
            names.TO_TRAY,
        )

    def _make_reading(self) -> None:
        self._page(self.tr("Reading"))
        self.plain = self._check(
            self.tr("Open messages as plain text"),
            "lecture texte brut html mise en forme formatting reading", names.PLAIN,
            now=wants_plain(self._settings, self._policy),
        )  # fmt: skip

    def _make_news(self, *, hides: bool) -> None:
        self._page(self.tr("Notifications"))
        self.notify = self._choice(
            self.tr("New messages"),
            "notification alerte avis arrivée nouveau courrier contenu alert arrival content",
            names.NOTIFY,
            (
                (self.tr("Sender and subject"), "details"),
                (self.tr("Their number only"), "number"), (self.tr("Not announced"), "off"),
            ),
        )  # fmt: skip
        self.hiding = QCheckBox(self.tr("Shared PC: only ever tell how many came"))
        self.hiding.setChecked(hides)
        self.hiding.toggled.connect(self.hiding_changed)
        hide_words = "poste partagé confidentialité masquer contenu salle des professeurs privacy"
        self._add("", f"{self.hiding.text()} {hide_words}", self.hiding)
        self.notify_quiet = self._check(
            self.tr("Nothing in quiet hours: evenings, weekends, school holidays"),
            "heures calmes silence déconnexion soir week-end vacances quiet evening holidays",
            names.NOTIFY_QUIET,
        )
        self.notify_class = QLineEdit()
        self.notify_class.setPlaceholderText("08:00-12:00, 13:30-17:00")
        self._slots_note = QLabel()
        self._slots_note.setProperty("muted", True)
        self._slots_note.setWordWrap(True)
        self.notify_class.setText(choice(self._settings, self._policy, names.NOTIFY_CLASS))
        self.notify_class.textChanged.connect(lambda: self._on_slots())
        self.notify_class.editingFinished.connect(self._tidy_slots)
        self._add(
            self.tr("Nothing during lessons"),
            "cours classe leçon silence vidéoprojecteur horaires lessons class projector",
            self.notify_class, note=self._slots_note,
        )  # fmt: skip
        self._on_slots()

    def _make_handlers(self) -> None:
        self._page(self.tr("This computer"))
        self.handlers = Handlers(self)
        self._handler_words = {kind: QLabel(self.tr("Looking…")) for kind in ("mailto", "eml")}
        for kind, title, words in (
            ("mailto", self.tr("Addresses in other programs (mailto:)"),
             "application par défaut navigateur lien adresse default browser link"),
            ("eml", self.tr("Message files (.eml)"),
             "application par défaut fichier message default file"),
        ):  # fmt: skip
            label = self._handler_words[kind]
            label.setWordWrap(True)
            label.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._add(title, words, label)
        self.handlers.told.connect(self._on_handler)
        self._handlers_page = len(self._pages) - 1

    def _make_elsewhere(self, actions: tuple[tuple[QAction, str], ...]) -> None:
        self._page(self.tr("Other settings"))
        for action, words in actions:
            button = QPushButton(action.text().replace("&", ""))
            button.setStyleSheet("text-align: left;")  # a list to be read down its edge
            button.setAccessibleName(action.text().replace("&", "").rstrip("…"))
            button.setEnabled(action.isEnabled())
            button.clicked.connect(lambda _=False, call=action: self._open(call))
            self._add("", f"{button.text()} {words}", button)

    # -- what stands on them -----------------------------------------------------------------------

    def _page(self, title: str) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 10, 0)
        column.setSpacing(8)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(page)
        self.stack.addWidget(area)
        self.pages.addItem(title)
        self._pages.append(Page(title, column))

    def _choice(
        self,
        title: str,
        words: str,
        name: str,
        values: tuple[tuple[str, str], ...],
        *,
        now: str | None = None,
        note: str = "",
    ) -> QComboBox:
        box = NamedBox()
        for shown, value in values:
            box.addItem(shown, value)
        wanted = choice(self._settings, self._policy, name) if now is None else now
        box.setCurrentIndex(max(0, box.findData(wanted)))
        box.setMinimumContentsLength(10)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.currentIndexChanged.connect(lambda: self._keep(name, box.currentData()))
        said = QLabel(note)
        said.setProperty("muted", True)
        said.setWordWrap(True)
        offered = " ".join(shown for shown, _ in values)
        self._add(title, f"{words} {offered}", box, name=name, note=said if note else None)
        return box

    def _check(self, text: str, words: str, name: str, *, now: bool | None = None) -> QCheckBox:
        box = QCheckBox(text)
        is_on = choice(self._settings, self._policy, name) == "true" if now is None else now
        box.setChecked(is_on)
        box.toggled.connect(lambda on: self._keep(name, "true" if on else "false"))
        self._add("", f"{text} {words}", box, name=name)
        return box

    def _add(
        self,
        title: str,
        words: str,
        shown: QWidget,
        *,
        name: str = "",
        note: QLabel | None = None,
    ) -> None:
        page = self._pages[-1]
        frame = QFrame()
        frame.setObjectName("setting")
        column = QVBoxLayout(frame)
        column.setContentsMargins(10, 4, 6, 4)
        column.setSpacing(3)
        if title:
            label = QLabel(title)
            label.setBuddy(shown)
            shown.setAccessibleName(title)
            column.addWidget(label)
        column.addWidget(field_with_note(shown, fixed=bool(name) and is_fixed(self._policy, name)))
        if note is not None:
            column.addWidget(note)
            shown.setAccessibleDescription(note.text() or shown.accessibleDescription())
        page.column.addWidget(frame)
        page.rows.append(Row(title, words, frame, shown, len(self._pages) - 1))

    def _lay_out(self) -> None:
        for page in self._pages:
            page.column.addStretch(1)
        self.pages.setMinimumWidth(110)
        middle = QHBoxLayout()
        middle.setSpacing(12)
        middle.addWidget(self.pages)
        middle.addWidget(self.stack, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(12)
        column.addWidget(self.search)
        column.addWidget(self._nothing)
        column.addLayout(middle, 1)
        column.addWidget(buttons)

    def _show_page(self, place: int) -> None:
        self.stack.setCurrentIndex(place)
        if place == self._handlers_page:
            self.handlers.look()

    # -- search ------------------------------------------------------------------------------------

    def _on_search(self) -> None:
        typed = bool(self.search.text().strip())
        found = self.found()
        for row in self.rows():
            _mark(row.frame, found=row in found)
        with_some = {row.page for row in found}
        for place in range(self.pages.count()):
            self.pages.item(place).setHidden(typed and place not in with_some)
        self._nothing.setVisible(typed and not found)
        if found:
            if self.pages.currentRow() not in with_some:
                self.pages.setCurrentRow(min(with_some))
            first = next(row for row in found if row.page == self.pages.currentRow())
            area = self.stack.currentWidget()
            if isinstance(area, QScrollArea):
                area.ensureWidgetVisible(first.frame)

    # -- what is chosen ----------------------------------------------------------------------------

    def _keep(self, name: str, value: str) -> None:
        keep(self._settings, self._policy, name, value)
        if name == names.THEME and value != self._theme.wanted:
            self._theme.apply(value)
        self.changed.emit()

    def _on_slots(self) -> None:
        text = self.notify_class.text()
        slots = read_slots(text)
        self.notify_class.setProperty("wrong", slots is None)
        self.notify_class.style().unpolish(self.notify_class)
        self.notify_class.style().polish(self.notify_class)
        if slots is None:
            self._slots_note.setText(self.tr("Hours are written like 08:00-12:00, 13:30-17:00."))
            return
        self._slots_note.setText(self.tr("Monday to Saturday. Empty: announced in lessons too."))
        self._keep(names.NOTIFY_CLASS, write_slots(slots))

    def _tidy_slots(self) -> None:
        slots = read_slots(self.notify_class.text())
        if slots is not None:
            self.notify_class.setText(write_slots(slots))

    def _on_handler(self, kind: str, state: HandlerState) -> None:
        words = {
            HandlerState.OURS: self.tr("Opened by Mel Desktop."),
            HandlerState.OTHER: self.tr(
                "Opened by another program. Choose Mel Desktop in the settings of the system, "
                "under default applications."
            ),
            HandlerState.UNKNOWN: self.tr("The system does not tell which program opens them."),
        }
        self._handler_words[kind].setText(words[state])

    def _open(self, action: QAction) -> None:
        call: Callable[[], None] = action.trigger
        self.accept()
        call()


def _mark(frame: QFrame, *, found: bool) -> None:
    if bool(frame.property("found")) != found:
        frame.setProperty("found", found)
        frame.style().unpolish(frame)
        frame.style().polish(frame)
