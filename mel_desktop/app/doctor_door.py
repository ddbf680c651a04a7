"""The doctor: checks that come as they are done, and the bundle for a help desk."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mel_desktop.app import faults
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.changes import Check, CheckState
from mel_desktop.model.doctor import Bundle
from mel_desktop.model.errors import Cancelled, ErrorCode, MelError

if TYPE_CHECKING:
    from mel_desktop.app.doctor_words import CheckWords
    from mel_desktop.app.profile_services import Services
    from mel_desktop.services.doctor import Group

logger = logging.getLogger("mel.doctor")

AT_ONCE: Final = 4
GROUP_S: Final = 120.0  # all checks of an account, however slow its servers
STEP_S: Final = 0.2

OnCheck = Callable[[Check], None]
Stop = Callable[[], bool]


class DoctorDoor:
    """``facade.checkup``. ``run`` blocks: see ``Facade.in_background``."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def run(
        self,
        account: AccountId | None = None,
        *,
        on_check: OnCheck | None = None,
        cancelled: Stop | None = None,
        versions: Mapping[str, str] | None = None,
        deadline_s: float = GROUP_S,
    ) -> tuple[Check, ...]:
        """Every check, in the order of their groups; ``on_check`` hears each when it is done, on
        threads of its own. NOT_FOUND | Cancelled.

        ``versions``: what only the caller knows, such as Qt's.
        """
        over = threading.Event()  # nobody waits any more

        def stop() -> bool:
            return over.is_set() or (cancelled is not None and cancelled())

        doctor = self._services.doctor
        groups = doctor.groups(account, stop, versions or {})
        run = _Run(on_check or (lambda _: None), stop)
        pool = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="mel-doctor")
        try:
            futures = [pool.submit(run.group, one) for one in groups]
            self._wait(futures, stop, deadline_s)
            over.set()
            for one in futures:
                one.cancel()
            while wait(futures, timeout=0).not_done:  # one line may follow another
                doctor.abort()
                wait(futures, timeout=STEP_S)
        finally:
            over.set()
            pool.shutdown(wait=True, cancel_futures=True)
        if cancelled is not None and cancelled():
            raise Cancelled
        return run.checks(groups)

    @staticmethod
    def _wait(futures: list[Future[None]], stop: Stop, seconds: float) -> None:
        ends = time.monotonic() + seconds
        while not stop() and time.monotonic() < ends:
            if not wait(futures, timeout=STEP_S).not_done:
                return

    def words(self, check: Check, language: str) -> CheckWords:
        """A check in "fr" or "en"."""
        from mel_desktop.app import doctor_words  # noqa: PLC0415 seldom

        return doctor_words.words(check, language)

    def spelt_out(self, checks: tuple[Check, ...]) -> tuple[Check, ...]:
        """With their English words filled in."""
        from mel_desktop.app import doctor_words  # noqa: PLC0415 seldom

        return tuple(map(doctor_words.spelt_out, checks))

    def bundle(self, checks: tuple[Check, ...], language: str) -> Bundle:
        """What may go to a help desk; a person reads it first."""
        from mel_desktop.app import support_bundle  # noqa: PLC0415 seldom

        return support_bundle.bundle(self._services, checks, language)

    def save_bundle(
        self, bundle: Bundle, target: Path, names: frozenset[str] | None = None
    ) -> None:
        """Write the parts of these names: one text, or a file each for a .zip. DISK_FULL |
        NOT_WRITABLE.
        """
        from mel_desktop.app import support_bundle  # noqa: PLC0415 seldom

        support_bundle.save(bundle, target, names)


class _Run:
    """One run: what was found so far."""

    def __init__(self, on_check: OnCheck, stop: Stop) -> None:
        self._on_check = on_check
        self._stop = stop
        self._found: dict[str, list[Check]] = {}
        self._whole: set[str] = set()
        self._guard = threading.Lock()

    def group(self, group: Group) -> None:
        """All checks of a group, until nobody waits any more."""
        try:
            for one in group.run():
                if self._stop():
                    return
                self._take(group.name, one)
        except Cancelled:
            return
        except MelError as error:
            self._break_off(group.name, error.code)
        except Exception as error:  # noqa: BLE001 a bug in one check never hides the others
            logger.error("doctor: %s", faults.description(error))
            self._break_off(group.name, ErrorCode.BUG)
        self._whole.add(group.name)

    def _break_off(self, name: str, code: ErrorCode) -> None:
        self._take(
            name, Check(f"{name}-unfinished", "", CheckState.FAIL, code.text, says=code.text)
        )

    def checks(self, groups: tuple[Group, ...]) -> tuple[Check, ...]:
        """Everything, in order; a group that took too long says so."""
        return tuple(one for group in groups for one in self._of(group))

    def _of(self, group: Group) -> Iterator[Check]:
        with self._guard:
            yield from tuple(self._found.get(group.name, ()))
        if group.name not in self._whole:
            account = group.name.removeprefix("account-")
            late = Check(
                f"{group.name}-unfinished",
                "",
                CheckState.FAIL,
                "timed-out",
                says="unfinished",
                account=AccountId(int(account)) if account.isdecimal() else None,
            )
            self._on_check(late)
            yield late

    def _take(self, name: str, check: Check) -> None:
        with self._guard:
            self._found.setdefault(name, []).append(check)
        self._on_check(check)
