"""What is done with chosen messages: at once for what a person picks, beside the window for
thousands; and how messages stood before, so that it can be undone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import MelError
from mel_desktop.model.mail import Flags, FolderId, Marks, MessageId
from mel_desktop.model.organising import Ground, Restored, Tag
from mel_desktop.model.values import dataclass
from mel_desktop.ui import figures, tag_words
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.question import Question, ask

if TYPE_CHECKING:
    from mel_desktop.ui.mail_page import MailPage

Ids = tuple[MessageId, ...]
NOTICE_MS: Final = 6000
AT_ONCE: Final = 500  # messages; writing more takes longer than a person notices


@dataclass(frozen=True, slots=True)
class Done:
    """A command that can be undone."""

    words: str
    ground: Ground
    after: Ground | None = None


class MailCommands(QObject):
    """On what is chosen in a page, a closed conversation with all its messages."""

    done = Signal(object)  # Done
    running = Signal(bool)  # thousands are being written

    def __init__(self, facade: Facade, bridge: Bridge, page: MailPage) -> None:
        super().__init__(page)
        self._facade = facade
        self._bridge = bridge
        self._page = page
        self._runs = 0

    def is_running(self) -> bool:
        """Whether thousands are being written."""
        return self._runs > 0

    def run(
        self,
        ids: Ids,
        work: Callable[[Sequence[MessageId]], object],
        words: str,
        *,
        after: Callable[[], object] = lambda: None,
        undoable: bool = True,
    ) -> None:
        """Do ``work`` with the messages; it is told in ``words`` and can be undone."""
        if not ids:
            return
        organise = self._facade.organise
        if len(ids) <= AT_ONCE:
            with self._page.notice.errors():
                ground = organise.ground(ids) if undoable else Ground()
                work(ids)
                stand = organise.ground(ids) if undoable else Ground()
                after()
                if undoable:
                    self.done.emit(Done(words, ground, stand))
            return

        def chain() -> tuple[Ground, Ground, MelError | None]:
            ground = organise.ground(ids) if undoable else Ground()
            trouble = None
            try:
                organise.in_chunks(ids, work, self._tell)
            except MelError as error:  # what was done before it can be undone
                if not undoable:
                    raise
                trouble = error
            return ground, organise.ground(ids) if undoable else Ground(), trouble

        def finished(ran: tuple[Ground, Ground, MelError | None]) -> None:
            ground, stand, trouble = ran
            if trouble is not None:
                self._failed(trouble)
                ground = ground.changed(stand)
                number = len(ground.lines)
                if number:
                    told = self.tr("%n message(s) were changed before the error.", "", number)
                    self.done.emit(Done(told, ground, stand))
                return
            self._end()
            after()
            if undoable:
                self.done.emit(Done(words, ground, stand))

        self._begin()
        self._bridge.run(self, chain, done=finished, failed=self._failed, local=True)

    def restore(self, done: Done) -> None:
        """Undo a command; what cannot be put back yet can be undone once more."""
        organise = self._facade.organise
        if len(done.ground.lines) <= AT_ONCE:
            self._restored(done, organise.restore(done.ground, after=done.after))
            self._page.refresh_ids()
            return

        def finished(restored: Restored) -> None:
            self._end()
            self._restored(done, restored)

        def failed(error: MelError) -> None:
            self._failed(error)
            self.done.emit(done)

        self._begin()
        self._bridge.run(
            self,
            lambda: organise.restore(done.ground, self._tell, after=done.after),
            done=finished,
            failed=failed,
            local=True,
        )

    def _restored(self, done: Done, restored: Restored) -> None:
        if restored.trouble is None:
            return
        self._page.notice.say_error(restored.trouble)
        left = len(restored.rest.lines)
        words = self.tr("%n message(s) are not put back yet.", "", left)
        self.done.emit(Done(words, restored.rest, done.after))

    # -- flags -------------------------------------------------------------------------------------

    def toggle(self, mark: Marks) -> None:
        """Set a mark, or take it off when all have it."""
        ids = self._page.chosen_ids()
        if not ids:
            return
        with self._page.notice.errors():
            have_all = all(row.flags.marks & mark for row in self._facade.message_rows(ids))
            wanted, none = Flags(mark), Flags()
            add, remove = (none, wanted) if have_all else (wanted, none)
            number = len(ids)
            words = {
                (Marks.FLAGGED, False): self.tr("%n message(s) flagged.", "", number),
                (Marks.FLAGGED, True): self.tr("The flag is off %n message(s).", "", number),
                (Marks.SEEN, False): self.tr("%n message(s) marked as read.", "", number),
                (Marks.SEEN, True): self.tr("%n message(s) marked as unread.", "", number),
            }[(mark, have_all)]
            self.run(ids, lambda some: self._facade.flag(some, add, remove), words)

    def mark_all_read(self) -> None:
        """Everything that the list shows."""
        ids = tuple(self._page.listed_ids())
        words = self.tr("Everything is marked as read.")
        seen = Flags(Marks.SEEN)
        self.run(ids, lambda some: self._facade.flag(some, seen, Flags()), words)

    def toggle_tag(self, tag: Tag, ids: Ids | None = None) -> None:
        """Put a tag on, or take it off when all have it."""
        ids = self._page.chosen_ids() if ids is None else ids
        if not ids:
            return
        name, wanted, none = (
            tag_words.name_of(tag),
            Flags(keywords=frozenset({tag.keyword})),
            Flags(),
        )
        with self._page.notice.errors():
            rows = self._facade.message_rows(ids)
            have_all = all(tag.keyword in row.flags.keywords for row in rows)
            add, remove = (none, wanted) if have_all else (wanted, none)
            words = (
                self.tr("The tag “{name}” is off %n message(s).", "", len(ids))
                if have_all
                else self.tr("The tag “{name}” is on %n message(s).", "", len(ids))
            ).format(name=name)
            self.run(ids, lambda some: self._facade.flag(some, add, remove), words)

    # -- away --------------------------------------------------------------------------------------

    def delete(self) -> None:
        """Delete the chosen messages; asks where it is for good."""
        ids = self._page.chosen_ids()
        if not ids:
            return
        if self._page.is_trash():
            ask(
                self._page,
                Question(
                    title=self.tr("Delete for good"),
                    text=self.tr(
                        "Delete %n message(s) for good? This cannot be undone.", "", len(ids)
                    ),
                    yes=self.tr("Delete"),
                    no=self.tr("Keep"),
                ),
                lambda: self._delete(ids, for_good=True),
            )
            return
        self._delete(ids)

    def _delete(self, ids: Ids, *, for_good: bool = False) -> None:
        words = self.tr("%n message(s) deleted.", "", len(ids))
        after = lambda: self._page.go_past(ids)  # noqa: E731
        self.run(ids, self._facade.delete, words, after=after, undoable=not for_good)

    def archive(self) -> None:
        """Into the archive of each account and year."""
        ids = self._page.chosen_ids()
        words = self.tr("%n message(s) archived.", "", len(ids))
        self.run(ids, self._facade.organise.archive, words, after=lambda: self._page.go_past(ids))

    def junk(self) -> None:
        """It is junk; in the junk folder: it is none."""
        ids = self._page.chosen_ids()
        if not ids:
            return
        with self._page.notice.errors():
            is_junk = not self._facade.organise.is_junk(ids[0])
            words = (
                self.tr("%n message(s) moved to junk.", "", len(ids))
                if is_junk
                else self.tr("%n message(s) are no junk: back in the inbox.", "", len(ids))
            )
            self.run(
                ids,
                lambda some: self._facade.organise.junk(some, is_junk),
                words,
                after=lambda: self._page.go_past(ids),
            )

    def toggle_pin(self) -> None:
        """On top of the folder, or no more."""
        ids = self._page.chosen_ids()
        with self._page.notice.errors():
            pinned = not all(row.pinned for row in self._facade.message_rows(ids))
            words = (
                self.tr("%n message(s) pinned.", "", len(ids))
                if pinned
                else self.tr("%n message(s) no longer pinned.", "", len(ids))
            )
            self.run(ids, lambda some: self._facade.organise.pin(some, pinned), words)

    def end_snooze(self, ids: Ids) -> None:
        """Back at once."""
        words = self.tr("%n message(s) are back.", "", len(ids))
        self.run(ids, self._facade.organise.end_snooze, words)

    # -- elsewhere ---------------------------------------------------------------------------------

    def ask_folder(self, *, copied: bool) -> None:
        """Choose a folder for the chosen messages."""
        from mel_desktop.ui.dialogs import MoveDialog, movable  # noqa: PLC0415 first needed here

        ids = self._page.chosen_ids()
        if not ids:
            return
        with self._page.notice.errors():
            first = self._facade.message_rows(ids[:1])
            folders = self._facade.folders()
            here = next((one for one in folders if first and one.id == first[0].folder), None)
            if here is None:
                return
            current = None if self._page.is_search() else here.id
            fitting = movable(folders, here.account, current)
            dialog = MoveDialog(fitting, self._page.theme, self._page, copied=copied)
            dialog.chosen.connect(lambda folder: self._page.drop_on(ids, folder, copied=copied))
            dialog.open()

    def copy_to(self, ids: Ids, folder: FolderId) -> None:
        """Copy messages; the copies appear when the server has them."""
        notice = self._page.notice

        def copied() -> None:
            notice.say(
                self.tr(
                    "%n message(s) will be copied; the copies appear when the server has them.",
                    "",
                    len(ids),
                )
            )
            QTimer.singleShot(NOTICE_MS, notice, notice.clear)

        work = lambda some: self._facade.copy(some, folder)  # noqa: E731
        self.run(ids, work, "", after=copied, undoable=False)

    def move_to(self, ids: Ids, folder: FolderId) -> None:
        """Move messages; shown at once, carried out when the line allows."""

        def moved() -> None:
            shown = self._page.folder()
            if not self._page.is_search() and (shown is None or shown.id != folder):
                self._page.go_past(ids)

        words = self.tr("%n message(s) moved.", "", len(ids))
        self.run(ids, lambda some: self._facade.move(some, folder), words, after=moved)

    # -- thousands ---------------------------------------------------------------------------------

    def _begin(self) -> None:
        self._runs += 1
        self.running.emit(True)

    def _end(self) -> None:
        self._runs -= 1
        self._page.notice.clear()
        self.running.emit(self.is_running())
        self._page.refresh_ids()

    def _failed(self, error: MelError) -> None:
        self._end()
        self._page.notice.say_error(error)

    def _tell(self, done: int, total: int) -> None:
        """On the thread that writes."""
        self._bridge.post(lambda: self._say(done, total))

    def _say(self, done: int, total: int) -> None:
        if self.is_running():
            self._page.notice.say(
                self.tr("{done} of {total} messages…").format(
                    done=figures.count(done), total=figures.count(total)
                )
            )
