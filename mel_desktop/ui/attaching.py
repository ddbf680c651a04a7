"""What is done with the files of a draft: by button, drop and paste; opened, renamed, put aside.

Everything that reads or writes files runs off the window's thread; the draft is saved first, so
that a file never overtakes what was typed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from PySide6.QtCore import QEvent, QMimeData, QObject
from PySide6.QtGui import QGuiApplication, QImage, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFileDialog, QInputDialog

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import MelError
from mel_desktop.model.mail import MessageId
from mel_desktop.model.outgoing import DraftAttachment, DraftContent, DraftId
from mel_desktop.model.risky import is_dangerous
from mel_desktop.model.safety import FileNature
from mel_desktop.ui import figures
from mel_desktop.ui.attachments_files import FILES_MIME, MOST_DRAGGED, dragged
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.composer_files import FileCard, FilesBar, Weight
from mel_desktop.ui.link_aside import LinkDialog
from mel_desktop.ui.message_list import MIME
from mel_desktop.ui.notice import Tone
from mel_desktop.ui.outside import open_outside
from mel_desktop.ui.photo_dialog import PhotoDialog
from mel_desktop.ui.photos import Photo, encoded
from mel_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from mel_desktop.ui.composer import Composer

T = TypeVar("T")
PNG: Final = "image/png"


class Attaching(QObject):
    """One a composer; the bar and its cards are its face."""

    def __init__(self, composer: Composer, facade: Facade, bridge: Bridge, theme: Theme) -> None:
        super().__init__(composer)
        self._composer = composer
        self._facade = facade
        self._bridge = bridge
        self._theme = theme
        self._under_way = 0
        self._natures: dict[int, FileNature] = {}
        self.originals: dict[int, int] = {}  # ids of photos made smaller, and of what they were
        self._files: tuple[DraftAttachment, ...] = ()
        self.bar = FilesBar(theme, composer)
        self.bar.card_made.connect(self._on_card)

    def watch(self) -> None:
        """Files and pictures pasted into the letter are attached."""
        self._composer.text.installEventFilter(self)

    def is_busy(self) -> bool:
        """Whether a file is still being copied."""
        return self._under_way > 0

    # -- coming in ---------------------------------------------------------------------------------

    def choose(self) -> None:
        """By button."""
        dialog = QFileDialog(self._composer, self.tr("Attach files"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self._attach_all)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _attach_all(self, names: list[str]) -> None:
        for name in names:
            self.attach(Path(name))

    def attach(self, path: Path) -> None:
        """Copy a file into the draft: it may be large, or on a slow share."""
        self.bring(path.name, lambda draft: self._facade.attach(draft, path))

    def attach_messages(self, messages: Sequence[MessageId]) -> None:
        """Messages of the list, as files; they are fetched if the line allows."""

        def work(draft: DraftId) -> None:
            for one in messages:
                self._facade.load_raw(one)
                self._facade.safety.add_message(draft, one)

        self.bring(self.tr("%n message(s)", "", len(messages)), work)

    def attach_part(self, message: MessageId, part: str, name: str, media_type: str) -> None:
        """A file of a message that is read; no copy of it leaves the vault."""

        def work(draft: DraftId) -> int:
            octets = self._facade.attachments.octets(message, part, MOST_DRAGGED)
            return self._facade.safety.add_file(draft, name, octets, media_type)

        self.bring(name, work)

    def can_take(self, data: QMimeData) -> bool:
        """Whether something in there becomes an attachment."""
        return (
            data.hasFormat(MIME)
            or data.hasFormat(FILES_MIME)
            or any(url.isLocalFile() for url in data.urls())
        )

    def take(self, data: QMimeData) -> None:
        """What was dropped."""
        if data.hasFormat(MIME):
            found = bytes(data.data(MIME).data()).split()
            self.attach_messages([MessageId(int(one)) for one in found])
            return
        if data.hasFormat(FILES_MIME):
            for message, part, name, media_type in dragged(data):
                self.attach_part(message, part, name, media_type)
            return
        for url in data.urls():
            if url.isLocalFile():
                self.attach(Path(url.toLocalFile()))

    def paste(self) -> bool:
        """Files, or a picture, from the clipboard; False: there is neither."""
        data = QGuiApplication.clipboard().mimeData()
        if self._composer.pictures.take(data):
            return True
        if any(url.isLocalFile() for url in data.urls()):
            self.take(data)
            return True
        if data.hasImage() and not data.hasText():
            return self._paste_picture(QImage(data.imageData()))
        return False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ctrl+V in the letter: text stays the letter's."""
        is_paste = (
            isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and event.matches(QKeySequence.StandardKey.Paste)
        )
        return (is_paste and self.paste()) or super().eventFilter(watched, event)

    def _paste_picture(self, image: QImage) -> bool:
        if image.isNull():
            return False
        octets = encoded(image, "png")
        moment = figures.now().astimezone().strftime("%Y-%m-%d %H.%M.%S")
        name = self.tr("Picture {moment}.png").format(moment=moment)
        self.bring(name, lambda draft: self._facade.safety.add_file(draft, name, octets, PNG))
        return True

    def bring(
        self,
        name: str,
        work: Callable[[DraftId], T],
        done: Callable[[T], None] = lambda _: None,
        *,
        local: bool = False,
    ) -> None:
        """Something into the draft, in the background; ``done`` once the draft has it. ``local``:
        it waits for no network and no share.
        """
        draft = self._composer.settled_draft()
        if draft is None:
            return
        self._under_way += 1
        self._composer.state.setText(self.tr("{name} is being attached…").format(name=name))

        def ended() -> None:
            self._under_way -= 1
            self._composer.reload()

        def came(result: T) -> None:
            ended()
            done(result)

        def failed(error: MelError) -> None:
            ended()
            self._composer.notice.say_error(error)

        self._bridge.run(self, lambda: work(draft), done=came, failed=failed, local=local)

    # -- what is shown -----------------------------------------------------------------------------

    def show_files(self, draft: DraftId, files: tuple[DraftAttachment, ...]) -> None:
        """Cards at once; what a look into the files tells comes a moment later."""
        self._files = files
        with self._composer.notice.errors():
            self.originals = self._facade.safety.originals(draft) if files else {}
        self.bar.show_files(files, self._natures, self.originals)
        if not files:
            return
        self.weigh()
        if all(one.id in self._natures for one in files):
            return

        def done(natures: dict[int, FileNature]) -> None:
            self._natures = natures
            self.bar.show_natures(natures)

        self._run(lambda: self._facade.safety.files(draft), done)

    def look_into(self, draft: DraftId, ended: Callable[[object], None]) -> None:
        """For pupils' data; ``ended`` whatever came of it."""
        safety = self._facade.safety
        self._bridge.run(self, lambda: safety.read_files(draft), done=ended, failed=ended)

    def weigh(self) -> None:
        """Sizes, the server's limit, the time on the present line."""
        composer, safety = self._composer, self._facade.safety
        account = composer.account()
        with composer.notice.errors():
            sizes = tuple(one.size for one in self._files)
            wire = safety.wire_size(DraftContent(), sizes)
            price, force = safety.price_up(account, wire)
            limit = safety.size_limit(account)
            total = sum(sizes)
            waits = self._facade.leaving.waits_for_line(account, wire)
            self.bar.show_weight(Weight(total, total * 4 // 3, wire, limit, price, force, waits))

    def _on_card(self, card: FileCard) -> None:
        card.open_asked.connect(self.open)
        card.rename_asked.connect(self.ask_name)
        card.remove_asked.connect(self.remove)
        card.shrink_asked.connect(self.ask_shrink)
        card.restore_asked.connect(self.restore)
        card.aside_asked.connect(self.ask_aside)

    # -- one file ----------------------------------------------------------------------------------

    def remove(self, attachment: DraftAttachment) -> None:
        """Take it off; older revisions keep it."""
        self._change(lambda draft: self._facade.detach(draft, attachment.id))

    def ask_name(self, attachment: DraftAttachment) -> QInputDialog:
        """Another name."""
        dialog = QInputDialog(self._composer)
        dialog.setWindowTitle(self.tr("Rename the file"))
        dialog.setLabelText(self.tr("Name of the file"))
        dialog.setTextValue(attachment.filename)
        dialog.textValueSelected.connect(lambda name: self.rename(attachment, name))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def rename(self, attachment: DraftAttachment, name: str) -> None:
        """The other name."""
        self._change(lambda draft: self._facade.safety.rename_file(draft, attachment.id, name))

    def open(self, attachment: DraftAttachment) -> None:
        """In another program, as a copy that is destroyed when the vault is locked."""
        draft = self._composer.draft_id()
        if draft is None:
            return
        notice = self._composer.notice
        if is_dangerous(attachment.filename, attachment.media_type):
            notice.say(
                self.tr("{name} is not opened from here: a file of this type can run a program.")
                .format(name=attachment.filename),
                Tone.WARNING,
            )  # fmt: skip
            return

        def done(path: Path) -> None:
            if not open_outside(path):
                words = self.tr("No program on this PC opens {name}.")
                notice.say(words.format(name=path.name), Tone.WARNING)

        self._run(lambda: self._facade.safety.open_file(draft, attachment.id), done)

    # -- photos ------------------------------------------------------------------------------------

    def shrink_then(self, attachment: int, done: Callable[[], None]) -> None:
        """The same by its id, and what comes after."""
        for one in self._files:
            if one.id == attachment:
                self.ask_shrink(one, lambda _: done())

    def put_aside(self, attachment: int) -> None:
        """``ask_aside`` by its id."""
        for one in self._files:
            if one.id == attachment:
                self.ask_aside(one)

    def ask_shrink(
        self, attachment: DraftAttachment, then: Callable[[DraftAttachment], None] | None = None
    ) -> None:
        """Sizes that a photo may have, each with its time on the line; ``then`` once it has it."""
        draft = self._composer.draft_id()
        if draft is None:
            return

        def done(octets: bytes) -> None:
            dialog = PhotoDialog(
                self._facade,
                self._bridge,
                attachment,
                octets,
                account=self._composer.account(),
                parent=self._composer,
            )
            dialog.chosen.connect(lambda photo: self._shrink(attachment, photo))
            if then is not None:
                dialog.chosen.connect(lambda _: then(attachment))
            dialog.open()

        self._run(lambda: self._facade.safety.file_octets(draft, attachment.id), done)

    def _shrink(self, attachment: DraftAttachment, photo: Photo) -> None:
        def work(draft: DraftId) -> None:
            self._facade.safety.replace_file(
                draft, attachment.id, photo.name, photo.octets, photo.media_type
            )

        self._change(work)

    def restore(self, attachment: DraftAttachment) -> None:
        """The photo as it was."""
        original = self.originals.get(attachment.id)
        if original is not None:
            self._change(
                lambda draft: self._facade.safety.swap_file(draft, attachment.id, original)
            )

    # -- elsewhere ---------------------------------------------------------------------------------

    def ask_aside(self, attachment: DraftAttachment) -> LinkDialog:
        """A file service instead of the message itself."""
        dialog = LinkDialog(attachment, self._theme, self._composer)
        dialog.save_asked.connect(lambda path: self._save_aside(attachment, path, dialog))
        dialog.chosen.connect(lambda text: self._give_link(attachment, text))
        dialog.open()
        return dialog

    def _save_aside(self, attachment: DraftAttachment, path: Path, dialog: LinkDialog) -> None:
        draft = self._composer.draft_id()
        if draft is not None:
            self._bridge.run(
                dialog,
                lambda: self._facade.safety.save_file(draft, attachment.id, path),
                done=lambda _: dialog.show_saved(path),
                failed=dialog.show_error,
                local=True,
            )

    def _give_link(self, attachment: DraftAttachment, text: str) -> None:
        self._composer.insert_paragraph(text)
        self.remove(attachment)

    # -- inside ------------------------------------------------------------------------------------

    def _change(self, work: Callable[[DraftId], object]) -> None:
        """A change in the store, and the cards anew."""
        draft = self._composer.settled_draft()
        if draft is None:
            return
        with self._composer.notice.errors():
            work(draft)
        self._composer.reload()

    def _run(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        self._bridge.run(self, work, done=done, failed=self._composer.notice.say_error, local=True)
