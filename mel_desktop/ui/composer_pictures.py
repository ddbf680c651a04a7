"""Pictures in the text of a draft: by button, paste and drop; described, resized, taken out.

A picture is in the vault before it stands in the text; what is shown comes from there. Which
pictures belong to a revision follows from its text (services.draft_pictures), so that undo brings
back a picture with its octets. All of it only in a letter with formatting: in a plain one a picture
is an attachment.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QMimeData, QObject, QPoint
from PySide6.QtGui import QAction, QImage, QKeySequence, QTextCursor
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMenu

from mel_desktop.app import letters
from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import LocalRefusal, MelError
from mel_desktop.model.letter import Embedded, Inline, Letter, Picture
from mel_desktop.model.outgoing import DraftAttachment, DraftId
from mel_desktop.ui import figures
from mel_desktop.ui.photos import Photo, drawn_anew, encoded, fit_for_text
from mel_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from mel_desktop.ui.composer import Composer

SMALL: Final = 200
MEDIUM: Final = 480
LARGE: Final = 640  # wider ones begin as medium
HEAVY: Final = 1024 * 1024  # octets from which a smaller photo is proposed
MOST_EMBEDDED: Final = 30


class Pictures(QObject):
    """One a composer."""

    def __init__(self, composer: Composer, facade: Facade, theme: Theme) -> None:
        super().__init__(composer)
        self._composer = composer
        self._facade = facade
        self._letter = composer.text
        self._letter.picture_source = self.octets
        self._letter.intake = self.take
        self._letter.picture_menu_asked.connect(self._show_menu)
        self._letter.embedded_given.connect(self._take_embedded)
        composer.formats.picture_asked.connect(self.choose)
        self.menu = QMenu(self.tr("Picture"), composer)
        self.menu.setAccessibleName(self.tr("Picture"))
        self.menu.setIcon(theme.icons.icon("image"))
        self._make_menu()

    def _make_menu(self) -> None:
        self.describe_action = self._add(self.tr("&Description…"), self.ask_description)
        self.menu.addSeparator()
        self.sizes: dict[int, QAction] = {}
        for width, words in (
            (SMALL, self.tr("&Small")),
            (MEDIUM, self.tr("&Medium")),
            (0, self.tr("&Full size")),
        ):
            action = self._add(words, lambda _=False, one=width: self.resize(one))
            action.setCheckable(True)
            self.sizes[width] = action
        self.menu.addSeparator()
        self.shrink_action = self._add(self.tr("S&hrink the photo…"), self.ask_shrink)
        self.restore_action = self._add(self.tr("Back to the ori&ginal"), self.restore)
        self.menu.addSeparator()
        self.remove_action = self._add(self.tr("&Remove\tDel"), self.remove)
        self.menu.aboutToShow.connect(self._show_state)
        self.options_action = QAction(self.tr("P&icture: description and size"), self._composer)
        self.options_action.setShortcut(QKeySequence("Alt+Return"))
        self.options_action.triggered.connect(self.show_options)

    def _add(self, words: str, call: Callable[..., object]) -> QAction:
        action = self.menu.addAction(words)
        action.triggered.connect(call)
        return action

    # -- shown -------------------------------------------------------------------------------------

    def octets(self, content_id: str) -> bytes:
        """A picture of the draft; before the draft exists, of the message that is quoted in it."""
        draft = self._composer.draft_id()
        try:
            if draft is not None:
                return self._facade.safety.picture(draft, content_id)
            for message in self._composer.originals():
                found = self._facade.inline_image(message, content_id)
                if found is not None:
                    return found[1]
        except MelError:  # not of this draft: nothing is shown
            pass
        return b""

    # -- coming in ---------------------------------------------------------------------------------

    def choose(self) -> None:
        """By button."""
        from mel_desktop.ui.letter_edit import PICTURE_ENDINGS  # noqa: PLC0415 seldom

        dialog = QFileDialog(self._composer, self.tr("Put in pictures"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        endings = " ".join(f"*{one}" for one in PICTURE_ENDINGS)
        dialog.setNameFilter(self.tr("Pictures ({endings})").format(endings=endings))
        dialog.filesSelected.connect(lambda names: self.put_files([Path(one) for one in names]))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def take(self, data: QMimeData) -> bool:
        """What was pasted or dropped into the text; False: it is none of ours."""
        from mel_desktop.ui.letter_edit import PICTURE_ENDINGS  # noqa: PLC0415 seldom

        if not self._letter.is_rich:
            return False
        files = [Path(one.toLocalFile()) for one in data.urls() if one.isLocalFile()]
        pictures = [one for one in files if one.suffix.lower() in PICTURE_ENDINGS]
        if files:
            for other in [one for one in files if one not in pictures] if pictures else ():
                self._composer.attach(other)
            self.put_files(pictures)
            return bool(pictures)
        if data.hasImage() and not data.hasText():
            return self._put_image(QImage(data.imageData()))
        return False

    def put_files(self, paths: list[Path]) -> None:
        """Pictures from files, where the cursor is; each on a line of its own if there are more."""
        read = self._facade.safety.read_outside
        self._put([(path.name, lambda one=path: read(one)) for path in paths])  # type: ignore[misc]

    def _put_image(self, image: QImage) -> bool:
        if image.isNull():
            return False
        moment = figures.now().astimezone().strftime("%Y-%m-%d %H.%M.%S")
        name = self.tr("Picture {moment}.png").format(moment=moment)
        self._put([(name, lambda: encoded(image, "png"))])
        return True

    def _put(self, given: list[tuple[str, Callable[[], bytes]]]) -> None:
        at = QTextCursor(self._letter.textCursor())

        def work(draft: DraftId) -> tuple[list[tuple[str, Photo]], list[LocalRefusal]]:
            made, wrong = [], []
            for name, read in given:
                try:
                    photo = fit_for_text(name, read())
                    content_id = self._facade.safety.add_picture(
                        draft, photo.name, photo.octets, photo.media_type
                    )
                except LocalRefusal as error:  # the others may be good
                    wrong.append(error)
                    continue
                made.append((content_id, photo))
            return made, wrong

        def done(came: tuple[list[tuple[str, Photo]], list[LocalRefusal]]) -> None:
            made, wrong = came
            self._put_in(at, made)
            if wrong:
                self._composer.notice.say_error(wrong[0])
            elif made and len(given) == 1:
                self._after_one(*made[0])

        if given:
            names = ", ".join(name for name, _ in given[:3])
            self._composer.attaching.bring(names, work, done, local=True)

    def _put_in(self, at: QTextCursor, made: list[tuple[str, Photo]]) -> None:
        if not self._letter.is_rich:  # plain text was chosen meanwhile: nothing shows them
            return
        for place, (content_id, photo) in enumerate(made):
            self._letter.hold_picture(content_id, photo.octets)
            if place:
                at.insertBlock()
            width = MEDIUM if photo.width > LARGE else 0
            self._letter.put_picture(at, Picture(content_id, "", width))
        self._letter.setTextCursor(at)
        self._composer.save()

    def _after_one(self, content_id: str, photo: Photo) -> None:
        if len(photo.octets) > HEAVY:
            self._propose_smaller(content_id, len(photo.octets))
        if self._select(content_id):
            self.ask_description()

    def _propose_smaller(self, content_id: str, octets: int) -> None:
        def call() -> None:
            self._composer.notice.clear()
            if self._select(content_id):
                self.ask_shrink()

        self._composer.notice.say(
            self.tr("This picture weighs {size}.").format(size=figures.size(octets)),
            button=self.tr("Shrink it…"),
            call=call,
        )

    def _take_embedded(self, letter: Letter, embedded: tuple[Embedded, ...]) -> None:
        """Pictures inside of HTML that was pasted: their pixels alone go on."""
        at = QTextCursor(self._letter.textCursor())

        def work(draft: DraftId) -> dict[str, tuple[str, bytes]]:
            made = {}
            for place, one in enumerate(embedded[:MOST_EMBEDDED]):
                name = self.tr("Picture {number}").format(number=place + 1)
                try:
                    photo = drawn_anew(name, one.octets)
                    made[one.content_id] = (
                        self._facade.safety.add_picture(
                            draft, photo.name, photo.octets, photo.media_type
                        ),
                        photo.octets,
                    )
                except LocalRefusal:  # no picture, or no room: its description stays
                    continue
            return made

        def done(made: dict[str, tuple[str, bytes]]) -> None:
            def own(one: Picture) -> Inline:
                if not one.content_id.startswith("embedded-"):
                    return one
                if one.content_id not in made:
                    return letters.described(one)
                return Picture(made[one.content_id][0], one.alt, one.width)

            for content_id, octets in made.values():
                self._letter.hold_picture(content_id, octets)
            self._letter.setTextCursor(at)
            self._letter.insert_letter(letters.redrawn(letter, own))
            self._composer.save()

        self._composer.attaching.bring(self.tr("A picture"), work, done, local=True)

    # -- the menu ----------------------------------------------------------------------------------

    def show_options(self) -> None:
        """The menu of the picture where the cursor is, by key."""
        found = self._letter.picture_here()
        if found is None:
            self._composer.notice.say(self.tr("Put the cursor beside a picture first."))
            return
        self._letter.setTextCursor(found[0])
        corner = self._letter.cursorRect().bottomLeft()
        self._show_menu(self._letter.viewport().mapToGlobal(corner))

    def _show_menu(self, where: QPoint) -> None:
        self.menu.popup(where)
        self.menu.setActiveAction(self.describe_action)

    def _show_state(self) -> None:
        found = self._letter.picture_here()
        width = -1 if found is None else found[1].width
        file = None if found is None else self._file(found[1].content_id)
        originals = self._composer.attaching.originals
        self.shrink_action.setEnabled(file is not None and file.media_type != "image/gif")
        self.shrink_action.setVisible(file is None or file.id not in originals)
        self.restore_action.setVisible(file is not None and file.id in originals)
        for one, action in self.sizes.items():
            action.setChecked(one == width)

    def ask_description(self) -> QInputDialog | None:
        """What it shows, for those who do not see it."""
        found = self._letter.picture_here()
        if found is None:
            return None
        content_id, alt = found[1].content_id, found[1].alt
        dialog = QInputDialog(self._composer)
        dialog.setWindowTitle(self.tr("Description of the picture"))
        dialog.setLabelText(
            self.tr(
                "What does it show? This is read aloud to people who do not see it,\n"
                "and stands in the plain text of the message."
            )
        )
        dialog.setTextValue(alt)
        dialog.setOkButtonText(self.tr("Put in"))
        dialog.setCancelButtonText(self.tr("Cancel") if alt else self.tr("Without description"))
        dialog.resize(520, dialog.sizeHint().height())
        dialog.textValueSelected.connect(lambda text: self._describe(content_id, text))
        dialog.finished.connect(dialog.deleteLater)
        dialog.finished.connect(lambda _: self._go_on())
        dialog.open()
        return dialog

    def _describe(self, content_id: str, text: str) -> None:
        if self._select(content_id):
            self.describe(text)

    def _go_on(self) -> None:
        """Behind the picture, so that what is typed next does not take its place."""
        cursor = self._letter.textCursor()
        cursor.setPosition(cursor.selectionEnd())
        self._letter.setTextCursor(cursor)
        self._letter.setFocus()

    def describe(self, text: str) -> None:
        """This is what the picture shows."""
        self._change(lambda one: Picture(one.content_id, " ".join(text.split())[:200], one.width))

    def resize(self, width: int) -> None:
        """So many pixels wide, 0 for its own width; never wider than it is."""
        own = self._letter.width_of

        def resized(one: Picture) -> Picture:
            natural = own(one.content_id)
            return Picture(one.content_id, one.alt, 0 if 0 < natural <= width else width)

        self._change(resized)

    def remove(self) -> None:
        """Out of the text, and out of the draft with the next revision. Undo brings it back."""
        found = self._letter.picture_here()
        if found is not None:
            found[0].removeSelectedText()
            self._letter.setTextCursor(found[0])

    def ask_shrink(self) -> None:
        """Sizes that a photo may have, as with attachments."""
        file = self._file_here()
        if file is not None:
            self._composer.attaching.ask_shrink(file, self._refresh)

    def restore(self) -> None:
        """The photo as it was."""
        file = self._file_here()
        if file is not None:
            self._composer.attaching.restore(file)
            self._refresh(file)

    # -- inside ------------------------------------------------------------------------------------

    def _change(self, change: Callable[[Picture], Picture]) -> None:
        found = self._letter.picture_here()
        if found is None:
            return
        cursor, picture = found
        at = cursor.selectionStart()
        self._letter.put_picture(cursor, change(picture))
        self._select_at(at)

    def _select(self, content_id: str) -> bool:
        """Select a picture of the text; False: it is gone."""
        at = self._letter.place_of(content_id)
        if at is None:
            return False
        self._select_at(at)
        return True

    def _select_at(self, at: int) -> None:
        cursor = QTextCursor(self._letter.document())
        cursor.setPosition(at)
        cursor.setPosition(at + 1, QTextCursor.MoveMode.KeepAnchor)
        self._letter.setTextCursor(cursor)

    def _file(self, content_id: str) -> DraftAttachment | None:
        files = self._composer.attachments()
        return next((one for one in files if one.content_id == content_id), None)

    def _file_here(self) -> DraftAttachment | None:
        self._composer.save()
        found = self._letter.picture_here()
        return None if found is None else self._file(found[1].content_id)

    def _refresh(self, file: DraftAttachment) -> None:
        self._letter.hold_picture(file.content_id, self.octets(file.content_id))
