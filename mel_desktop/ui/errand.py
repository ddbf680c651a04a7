"""Work on an engine thread, and who waits for its end on the main one."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from typing import Any, Generic, TypeVar

import shiboken6
from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal

from mel_desktop.app import faults
from mel_desktop.model.errors import Bug, Cancelled, ErrorCode, MelError

T = TypeVar("T")
logger = logging.getLogger("mel.window")


class Errand(Generic[T]):
    """The work, given to an engine thread; all that it holds is let go on the main thread.

    The engine's thread would else be the last to hold a dialog that was closed meanwhile, and take
    it apart there: shiboken then deletes parts of it a second time, whenever Python next runs.
    """

    __slots__ = ("_held",)

    def __init__(
        self,
        owner: QObject,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[MelError], None],
    ) -> None:
        self._held = [(owner, work, done, failed)]

    def __call__(self) -> T:
        """Engine thread."""
        try:
            return self._held[0][1]()
        except BaseException as error:
            traceback.clear_frames(error.__traceback__)  # they hold what the work held
            raise

    def ending(self, post: Callable[[Callable[[], None]], None]) -> Callable[[Future[T]], None]:
        """What the future calls at its end. ``post`` has a call made on the main thread."""
        last = _last()

        def finish(future: Future[T]) -> None:
            post(lambda: self._tell(future))
            with suppress(RuntimeError):  # the program ends
                last.ended.emit(self)

        return finish

    def forget(self) -> None:
        """Main thread, after the end was told, or instead of it."""
        self._held.clear()

    def _tell(self, future: Future[T]) -> None:
        owner, _, done, failed = self._held[0]
        try:
            settle(owner, future, done, failed)
        finally:
            error = None if future.cancelled() else future.exception()
            if error is not None:
                error.__traceback__ = (
                    None  # frames of here, which the engine's thread may hold last
                )


class _Last(QObject):
    """Lives as long as the program: an errand ends here though its window is closed."""

    ended = Signal(object)

    def __init__(self, parent: QObject | None) -> None:
        super().__init__(parent)
        self.ended.connect(self._forget, Qt.ConnectionType.QueuedConnection)

    def _forget(self, errand: Errand[Any]) -> None:
        errand.forget()


def _last() -> _Last:
    app = QCoreApplication.instance()
    found = None if app is None else app.findChild(_Last)
    return found if isinstance(found, _Last) else _Last(app)


def settle(
    owner: QObject,
    future: Future[T],
    done: Callable[[T], None],
    failed: Callable[[MelError], None],
) -> None:
    """Tell how ``future`` ended, unless ``owner`` is gone. Main thread only."""
    if not shiboken6.isValid(owner):
        return
    try:
        result = future.result()
    except (Cancelled, CancelledError):
        return
    except MelError as error:
        failed(error)
        return
    except Exception as error:  # noqa: BLE001 a bug is told in the window, never lost
        logger.error("background work: %s", faults.description(error))
        failed(Bug(ErrorCode.BUG, support=faults.support_id(error)))
        return
    done(result)
