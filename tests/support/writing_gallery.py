"""Pictures of every screen of writing, to be looked at by people.

``python -m tests.support.writing_gallery FOLDER [LOOK...] [SCENE...]``: French in light, dark, at
200 % and on 1366 x 768, English in light and dark, or the looks that are named (LOOKS, OTHERS); one
PNG a screen and a sheet of them all for each. Nothing of it is compared by a program, but what is
larger than its screen is told.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple, TypeVar

from PySide6.QtCore import QDeadlineTimer, QSettings, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListView, QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.logic import draftdiff
from mel_desktop.model.identities import Signature
from mel_desktop.model.mail import Address
from mel_desktop.model.merging import MergeOptions, Person
from mel_desktop.model.outgoing import Draft, DraftContent
from mel_desktop.model.revisions import Rivalry
from mel_desktop.model.spelling import Language
from mel_desktop.store.database import Transaction
from mel_desktop.ui import language
from mel_desktop.ui.composer import Composer
from mel_desktop.ui.draft_dialogs import ComposerHistory
from mel_desktop.ui.draft_rivalry import DraftRivalryDialog
from mel_desktop.ui.folder_tree import Place
from mel_desktop.ui.letters_menu import LettersMenu
from mel_desktop.ui.link_aside import LinkDialog
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.photo_dialog import PhotoDialog
from mel_desktop.ui.screenshots import grab
from mel_desktop.ui.send_later import DayDialog, SendLaterDialog
from mel_desktop.ui.spelling import SpellingMenu
from mel_desktop.ui.theme import DARK, LIGHT, Theme
from tests.support import planted_school
from tests.support.windows import shown_window

T = TypeVar("T")


class Look(NamedTuple):
    """How a screen is shown. ``screen``: its real pixels, whatever the scale."""

    name: str
    tongue: str
    theme: str
    scale: int = 1
    screen: tuple[int, int] = (1920, 1080)


SMALL_SCREEN = (1366, 768)
TASKBAR_PX = 40  # in real pixels, with the title of a window
LOOKS = (
    Look("fr-light", language.FRENCH, LIGHT),
    Look("fr-dark", language.FRENCH, DARK),
    Look("fr-200", language.FRENCH, LIGHT, 2),
    Look("fr-small", language.FRENCH, LIGHT, screen=SMALL_SCREEN),
    Look("en-light", language.ENGLISH, LIGHT),
    Look("en-dark", language.ENGLISH, DARK),
)
OTHERS = (  # where they are named
    Look("fr-dark-200", language.FRENCH, DARK, 2),
    Look("fr-dark-small", language.FRENCH, DARK, screen=SMALL_SCREEN),
    Look("en-200", language.ENGLISH, LIGHT, 2),
    Look("en-small", language.ENGLISH, LIGHT, screen=SMALL_SCREEN),
    Look("en-dark-200", language.ENGLISH, DARK, 2),
    Look("en-dark-small", language.ENGLISH, DARK, screen=SMALL_SCREEN),
)
PARENTS = tuple(Address("", f"parent.numero{n}@orange.fr") for n in range(1, 9))
LETTER = (
    "Bonjour,\n\nVoici le programme de la sortie au musée. Le départ est à 8 h devant la grille ;"
    " le retour est prévu à 17 h.\n\nPrévoir un pique-nique et de bonnes chaussures.\n\n"
    "Cordialement"
)
QUOTED = f"{LETTER}\n\nLe mardi 24 novembre, Marc Oberlin a écrit :\n> À quelle heure ?\n> Marc\n"
RICH = (
    "<h2>Sortie au musée</h2><p>Le <b>départ</b> est à <u>8 h</u>, <i>devant la grille</i>.</p>"
    "<ul><li>un pique-nique</li><li>de bonnes chaussures</li></ul>"
    '<p>Le programme : <a href="https://www.ac-exemple.invalid/">sur le site</a>.</p>'
    "<blockquote><p>À quelle heure ?</p></blockquote>"
)


class Scenes:
    """One method a screen; each leaves what is to be seen, as a widget."""

    def __init__(self, window: MainWindow, facade: Facade, folder: Path) -> None:
        self.window, self.facade, self.folder = window, facade, folder
        self.account = facade.accounts()[0].id

    def see(self, name: str) -> QWidget:
        """One of SCENES."""
        made: QWidget = getattr(self, f"see_{name}")()
        return made

    # -- composer ----------------------------------------------------------------------------------

    def compose(self, **fields: object) -> Composer:
        usual = {"to": (Address("Marc Oberlin", "marc.oberlin@ac-exemple.invalid"),),
                 "subject": "Sortie au musée", "text": LETTER}  # fmt: skip
        made = self.window.compose(DraftContent(**{**usual, **fields}))  # type: ignore[arg-type]
        assert made is not None
        return made

    def see_composer_plain(self) -> QWidget:
        composer = self.compose(text=QUOTED, cc=PARENTS[:2])
        composer.save_new()
        return composer

    def see_composer_formatted(self) -> QWidget:
        composer = self.compose(text="", html=RICH)
        composer.formats.show_form()
        return composer

    def see_composer_files(self) -> QWidget:
        composer = self.compose()
        photo(self.folder / "Photo de la classe.jpg")
        (self.folder / "Programme de la sortie au musée des Beaux-Arts.pdf").write_bytes(
            b"%PDF-1.4"
        )
        for file in (
            "Photo de la classe.jpg",
            "Programme de la sortie au musée des Beaux-Arts.pdf",
        ):
            composer.attach(self.folder / file)
            until(lambda: not composer.is_attaching())
        until(lambda: len(composer.files.cards) == 2)
        QTest.qWait(300)
        return composer

    def see_composer_menu(self) -> QWidget:
        composer = self.compose()
        composer.more_menu.popup(composer.mapToGlobal(composer.rect().center()))
        return composer.more_menu

    def see_composer_spelling(self) -> QWidget:
        composer = self.compose(text="La réunnion de l’élèv est repportée.\n")
        menu = composer.findChild(SpellingMenu)
        assert menu is not None
        menu.choose(Language.FRENCH)
        QTest.qWait(1500)
        return composer

    def see_completion(self) -> QWidget:
        composer = self.compose(to=())
        composer.activateWindow()
        composer.to.setFocus()
        until(composer.to.field().hasFocus)
        QTest.keyClicks(composer.to.field(), "mar")
        until(lambda: bool(suggestions()))
        return suggestions()[0]

    def see_wrong_address(self) -> QWidget:
        composer = self.compose(to=(Address("", "marc.oberlin@"),))
        composer.send()
        return composer

    # -- before and after it leaves ----------------------------------------------------------------

    def see_checks(self) -> QWidget:
        composer = self.compose(to=PARENTS, subject="", text="Voir la pièce jointe.")
        composer.send()
        return found(composer.flow.dialog)

    def see_check_settings(self) -> QWidget:
        return self.window.letters.open_checks()

    def see_undo_bar(self) -> QWidget:
        draft = self.facade.new_draft(self.account, content())
        row = self.facade.send(draft.id, may_undo=True)
        self.window.undo.begin(row)
        return self.window

    def see_send_later(self) -> QWidget:
        composer = self.compose()
        self.facade.leaving.set_zone(self.account, "C")
        press(composer, "Ctrl+Shift+Return")
        return composer.findChildren(SendLaterDialog)[-1]

    def see_send_later_unknown(self) -> QWidget:
        composer = self.compose()
        self.facade.leaving.set_zone(self.account, "Mayotte")
        press(composer, "Ctrl+Shift+Return")
        return composer.findChildren(SendLaterDialog)[-1]

    def see_quiet_hours(self) -> QWidget:
        composer = self.compose()
        press(composer, "Ctrl+Shift+Return")
        return composer.findChildren(SendLaterDialog)[-1].ask_rules()

    def see_outbox(self) -> QWidget:
        kinds = (
            ("failed", "no-recipient"),
            ("held", ""),
            ("unknown", "connection-lost"),
            ("filed", ""),
        )
        rows = [
            self.facade.send(self.facade.new_draft(self.account, content(subject)).id)
            for subject in ("Refusé", "En attente", "Réponse perdue", "Réunion parents-professeurs")
        ]

        def change(tx: Transaction) -> None:
            for row, (state, reason) in zip(rows, kinds, strict=True):
                tx.run(
                    "UPDATE outbox SET state = ?, reason = ? WHERE id = ?", state, reason, row.id
                )

        self.facade._services.database.write(change)
        self.window.go(Place.OUTBOX)
        self.window.outbox.refresh()
        self.window.outbox.table.selectRow(1)
        return self.window

    def see_followups(self) -> QWidget:
        folder = next(one for one in self.facade.folders() if one.role and one.role.value == "sent")
        for days, row in zip((3, 9), self.facade.messages(folder.id, limit=2), strict=True):
            due = self.facade.leaving.by(
                self.account, (row.received_at + timedelta(days=days)).date()
            )
            self.facade.leaving.wait_for(row.id, due)
        self.window.go(Place.FOLLOWUPS)
        self.window.late.followups.refresh()
        self.window.late.followups.table.selectRow(0)
        return self.window

    def see_remind_day(self) -> QWidget:
        composer = self.compose()
        press(composer, "Ctrl+Shift+F8")
        return composer.findChildren(DayDialog)[-1]

    # -- drafts ------------------------------------------------------------------------------------

    def see_drafts(self) -> QWidget:
        self.window.go(Place.DRAFTS)
        self.window.drafts.refresh()
        self.window.drafts.table.selectRow(0)
        return self.window

    def see_thrown_away(self) -> QWidget:
        for subject in ("Ancien mot aux familles", "Essai"):
            self.facade.delete_draft(self.facade.new_draft(self.account, content(subject)).id)
        self.window.go(Place.DRAFTS)
        self.window.drafts.thrown.setChecked(True)
        self.window.drafts.table.selectRow(0)
        return self.window

    def see_history(self) -> QWidget:
        composer = self.window.writing.open_draft(self.written().id)
        assert composer is not None
        history = composer.findChild(ComposerHistory)
        assert history is not None
        dialog = found(history.open())
        until(lambda: dialog.list.count() > 1)
        dialog.list.setCurrentRow(1)
        QTest.qWait(300)
        return dialog

    def see_rivalry(self) -> QWidget:
        draft = self.written()
        theirs = replace(
            draft.content, to=(*draft.content.to, PARENTS[0]),
            text=LETTER.replace("8 h", "9 h précises").replace("un pique-nique", "un repas froid"),
        )  # fmt: skip
        rivalry = Rivalry(
            draft, theirs, draftdiff.heads(draft.content, theirs),
            draftdiff.paragraphs(draft.content, theirs),
        )  # fmt: skip
        window = self.window
        dialog = DraftRivalryDialog(self.facade, window.bridge, window.theme, draft.id, window)
        dialog.open()
        said = dialog.notice.text
        until(lambda: dialog.notice.text != said)  # there is no server to ask
        dialog._take(rivalry)
        return dialog

    def see_left_open(self) -> QWidget:
        self.facade.revisions.note_open([self.written().id])
        self.window.writing.left_open._offer()
        return self.window

    def written(self) -> Draft:
        """A draft with a history."""
        draft = self.facade.new_draft(self.account, content("Sortie"))
        for text, subject in (
            (LETTER.replace("8 h", "9 h"), "Sortie"),
            (LETTER, "Sortie au musée"),
        ):
            self.facade.save_draft(draft.id, replace(draft.content, text=text, subject=subject))
        return self.facade.draft(draft.id)

    # -- letters -----------------------------------------------------------------------------------

    def see_identities(self) -> QWidget:
        (mine, *_) = self.facade.letters.identities(self.account)
        signature = Signature("Zoé Martin\nProfesseure de mathématiques\nCollège Jean-Moulin")
        self.facade.letters.save_identity(replace(mine, signature=signature))
        return self.window.letters.open_identities()

    def see_templates(self) -> QWidget:
        dialog = letters(self.compose(text="", subject="")).choose_template()
        until(lambda: dialog.list.count() > 0)
        dialog.list.setCurrentRow(0)
        return dialog

    def see_save_template(self) -> QWidget:
        return letters(self.compose()).save_template()

    def see_merge(self) -> QWidget:
        composer = self.compose(
            to=(), subject="Sortie de {élève}", text="Bonjour {prénom} {nom},\n"
        )
        dialog = found(letters(composer).send_to_many())
        dialog.group.setCurrentIndex(0)
        return dialog

    def see_merge_missing(self) -> QWidget:
        composer = self.compose(
            to=(), subject="Sortie", text="Bonjour {prénom}, le prix : {prix}.\n"
        )
        return found(letters(composer).send_to_many())

    def see_merges(self) -> QWidget:
        for subject in ("Sortie de {élève}", "Réunion de rentrée"):
            draft = self.facade.new_draft(self.account, content(subject))
            people = tuple(Person(f"Parent {n}", one.address, {"élève": f"Élève {n}"}, f"p{n}")
                           for n, one in enumerate(PARENTS))  # fmt: skip
            self.facade.letters.start_merge(draft.id, people, MergeOptions())
        dialog = self.window.letters.open_merges()
        dialog.pane.table.selectRow(0)
        return dialog

    def see_own_words(self) -> QWidget:
        menu = self.compose().findChild(SpellingMenu)
        assert menu is not None
        for word in ("Pronote", "Parcoursup", "DNB", "ULIS"):
            self.facade.spelling.add_word(word)
        return menu.show_words()

    # -- files -------------------------------------------------------------------------------------

    def see_photo(self) -> QWidget:
        composer = self.see_composer_files()
        assert isinstance(composer, Composer)
        composer.attaching.ask_shrink(composer.files.cards[0].attachment)
        until(lambda: bool(composer.findChildren(PhotoDialog)))
        dialog = composer.findChildren(PhotoDialog)[-1]
        until(dialog.shrink.isEnabled)
        return dialog

    def see_link_aside(self) -> QWidget:
        composer = self.see_composer_files()
        assert isinstance(composer, Composer)
        dialog = composer.attaching.ask_aside(composer.files.cards[1].attachment)
        assert isinstance(dialog, LinkDialog)
        dialog.show_saved(Path("Programme.pdf"))
        return dialog


SCENES = tuple(one.removeprefix("see_") for one in vars(Scenes) if one.startswith("see_"))


def content(subject: str = "Sortie au musée") -> DraftContent:
    to = (Address("Marc Oberlin", "marc.oberlin@ac-exemple.invalid"),)
    return DraftContent(to=to, subject=subject, text=LETTER)


def letters(composer: Composer) -> LettersMenu:
    return found(composer.findChild(LettersMenu))


def found(value: T | None) -> T:
    assert value is not None
    return value


def suggestions() -> list[QWidget]:
    """The list under a field of recipients."""
    shown = [one for one in QApplication.topLevelWidgets() if one.isVisible()]
    return [one for one in shown if isinstance(one, QListView)]


def press(composer: Composer, keys: str) -> None:
    next(one for one in composer.actions() if one.shortcut().toString() == keys).trigger()


def photo(path: Path) -> None:
    image = QImage(2400, 1600, QImage.Format.Format_RGB32)
    image.fill(QColor("#3b6ea5"))
    for x in range(0, 2400, 3):
        for y in range(0, 1600, 7):
            image.setPixelColor(x, y, QColor((x * 7) % 256, (y * 13) % 256, (x * y) % 256))
    assert image.save(str(path))


def until(condition: Callable[[], object], seconds: int = 20) -> None:
    patience = QDeadlineTimer(seconds * 1000)
    while not condition():
        assert not patience.hasExpired()
        QTest.qWait(20)


@contextmanager
def window_in(look: str, place: Path, made_by: type[Scenes] | None = None) -> Iterator[Scenes]:
    """A fresh window on a profile that one scene may change."""
    wanted = look_of(look)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    language.load(app, wanted.tongue)
    facade = planted_school.open_profile(place / "profile")
    made = Theme(wanted.theme)
    settings = QSettings(str(place / "window.ini"), QSettings.Format.IniFormat)
    try:
        with shown_window(facade, made, settings) as window:
            fit(window)
            yield (made_by or Scenes)(window, facade, place)
    finally:
        facade.close()


def look_of(name: str) -> Look:
    """One of LOOKS or OTHERS."""
    return next(one for one in (*LOOKS, *OTHERS) if one.name == name)


def room(widget: QWidget) -> QSize:
    """What its screen leaves to a window."""
    screen = widget.screen()
    taken = round(TASKBAR_PX / screen.devicePixelRatio())
    return screen.size() - QSize(0, 2 * taken)


def fit(widget: QWidget) -> None:
    """Not larger than its screen, as a window manager would have it."""
    widget.resize(widget.size().boundedTo(room(widget)))


def measured(widget: QWidget) -> str:
    """Its size and its least, and whether that is too large for the screen."""
    size, least, has = widget.size(), widget.minimumSizeHint(), room(widget)
    told = f"{size.width()}x{size.height()}, at least {least.width()}x{least.height()}"
    if size.boundedTo(has) != size or least.boundedTo(has) != least:
        told += f", TOO LARGE for {has.width()}x{has.height()}"
    return told


def take(
    look: str, target: Path, wanted: Sequence[str], made_by: type[Scenes], names: Sequence[str]
) -> None:
    """All scenes in one look, in this process."""
    QApplication([])
    with tempfile.TemporaryDirectory() as temporary:
        first = Path(temporary) / "first"
        os.environ["XDG_STATE_HOME"] = str(first.with_name("state"))
        planted_school.make_profile(first, Path(temporary))
        for name in names:
            if wanted and name not in wanted:
                continue
            place = Path(temporary) / name
            os.environ["XDG_STATE_HOME"] = str(place / "state")  # the person's own is not touched
            shutil.copytree(first, place / "profile")
            with window_in(look, place, made_by) as scenes:
                widget = scenes.see(name)
                fit(widget)
                QTest.qWait(150)
                grab(widget, target / f"{look}-{name}.png")
                sys.stdout.write(f"{look} {name}: {measured(widget)}\n")
                widget.close()
            shutil.rmtree(place)
    sheet(sorted(target.glob(f"{look}-*.png")), target / f"sheet-{look}.png")


def sheet(pictures: Sequence[Path], target: Path, columns: int = 4, cell: int = 460) -> None:
    """All of them on one page."""
    high = cell * 3 // 4
    page = QImage(columns * cell, -(-len(pictures) // columns) * high, QImage.Format.Format_RGB32)
    page.fill(QColor("#777777"))
    painter = QPainter(page)
    for place, path in enumerate(pictures):
        x, y = place % columns * cell, place // columns * high
        image = QImage(str(path)).scaled(
            cell - 12, high - 30, Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )  # fmt: skip
        painter.drawImage(x + 6, y + 22, image)
        painter.drawText(x + 6, y + 16, path.stem)
    painter.end()
    page.save(str(target))


def every_look(module: str, folder: str, *wanted: str) -> None:
    """Every look in a process of its own: screen and scale are chosen before Qt starts.

    Where names of looks are among ``wanted``, these alone.
    """
    Path(folder).mkdir(parents=True, exist_ok=True)
    named = [one for one in (*LOOKS, *OTHERS) if one.name in wanted]
    scenes = [one for one in wanted if one not in {look.name for look in named}]
    with tempfile.TemporaryDirectory() as temporary:
        for look in named or LOOKS:
            screens = Path(temporary) / "screens.json"
            wide, high = look.screen
            one = {"name": "one", "x": 0, "y": 0, "width": wide, "height": high, "dpr": 1}
            screens.write_text(json.dumps({"screens": [one]}), encoding="utf-8")
            subprocess.run(
                [sys.executable, "-m", module, "--look", look.name, folder, *scenes],
                env={
                    **os.environ,
                    "QT_QPA_PLATFORM": f"offscreen:configfile={screens}",
                    "QT_SCALE_FACTOR": str(look.scale),
                },
                check=True,
            )


def run(module: str, made_by: type[Scenes], names: Sequence[str]) -> None:
    """``python -m MODULE FOLDER [LOOK...] [SCENE...]``."""
    if sys.argv[1] == "--look":
        take(sys.argv[2], Path(sys.argv[3]), sys.argv[4:], made_by, names)
    else:
        every_look(module, *sys.argv[1:])


if __name__ == "__main__":
    run("tests.support.writing_gallery", Scenes, SCENES)
