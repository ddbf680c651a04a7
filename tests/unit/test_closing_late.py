"""Closing against building late (app.postponed): each order of the two, forced."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

import pytest

from mel_desktop.app import postponed, wiring
from mel_desktop.app.facade import Facade
from mel_desktop.app.postponed import close_for_good, is_built, later
from mel_desktop.model.errors import Cancelled
from mel_desktop.net.lines import Lines
from mel_desktop.services.doctor import Doctor
from mel_desktop.services.previews import Previews

LONG_S = 20.0


class Thing:
    """Something with a process behind it: it must not stay open."""

    def __init__(self) -> None:
        self.closed = 0

    def close(self) -> None:
        self.closed += 1

    def say(self) -> str:
        return "closed" if self.closed else "open"


class Seen:
    """The lock of all building; tells when a second thread comes to it."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._inside: int | None = None
        self.somebody_waits = threading.Event()

    def __enter__(self) -> None:
        if self._inside not in (None, threading.get_ident()):
            self.somebody_waits.set()
        self._lock.acquire()
        self._inside = threading.get_ident()

    def __exit__(
        self, kind: type[BaseException] | None, it: BaseException | None, at: TracebackType | None
    ) -> None:
        self._inside = None
        self._lock.release()


@pytest.fixture
def guard(monkeypatch: pytest.MonkeyPatch) -> Seen:
    found = Seen()
    monkeypatch.setattr(postponed, "_GUARD", found)
    return found


@pytest.fixture
def aside() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


def held(made: list[Thing], until: threading.Event, begun: threading.Event) -> Callable[[], Thing]:
    def make() -> Thing:
        begun.set()
        assert until.wait(LONG_S)
        made.append(Thing())
        return made[-1]

    return make


def test_built_before_it_is_closed() -> None:
    one = later(Thing)
    assert one.say() == "open"
    close_for_good(one)
    assert (one.say(), one.closed) == ("closed", 1)


def test_what_is_no_late_one_is_closed_as_ever() -> None:
    one = Thing()
    close_for_good(one)
    assert one.closed == 1


def test_closed_while_it_is_being_built(guard: Seen, aside: ThreadPoolExecutor) -> None:
    made: list[Thing] = []
    begun = threading.Event()
    one = later(held(made, guard.somebody_waits, begun))  # built only once the other one waits
    asked = aside.submit(lambda: one.say())
    assert begun.wait(LONG_S)
    close_for_good(one)
    assert asked.result(LONG_S) in ("open", "closed")  # who asked first may still have got it open
    assert [thing.closed for thing in made] == [1]
    assert one.say() == "closed"


def test_asked_while_it_is_being_closed(
    guard: Seen, aside: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = later(Thing)
    is_there, inside = postponed._is_there, threading.Event()

    def slowly(what: postponed.Postponed) -> bool:
        if not inside.is_set():  # the closing one, with the lock in its hands
            inside.set()
            assert guard.somebody_waits.wait(LONG_S)
        return is_there(what)

    monkeypatch.setattr(postponed, "_is_there", slowly)
    closing = aside.submit(close_for_good, one)
    assert inside.wait(LONG_S)
    assert one.say() == "closed"
    closing.result(LONG_S)
    assert one.closed == 1


def test_asked_after_it_was_closed() -> None:
    one = later(Thing)
    close_for_good(one)
    assert not is_built(one)  # closing loads nothing
    assert (one.say(), one.closed) == ("closed", 1)
    close_for_good(one)
    assert one.closed == 2  # that is the object's business


def test_what_failed_is_closed_when_it_is_built_after_all() -> None:
    tries: list[int] = []

    def make() -> Thing:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("not now")
        return Thing()

    one = later(make)
    close_for_good(one)
    with pytest.raises(OSError, match="not now"):
        one.say()
    assert one.say() == "closed"


# -- a profile -------------------------------------------------------------------------------------


@pytest.fixture
def facade(tmp_path: Path) -> Iterator[Facade]:
    found = wiring.create_profile(
        tmp_path / "profile", use_keyring=False, offline=True, temporary=True
    )
    yield found
    found.close()


def children() -> set[int]:
    """Processes of ours."""
    tasks = Path("/proc/self/task").glob("*/children")
    return {int(one) for task in tasks for one in task.read_text(encoding="ascii").split()}


def look(previews: Previews) -> None:
    """As for the preview of a broken archive: it is taken apart in a process of its own."""
    previews._ask({"look": "listing"}, lambda: iter((b"PK",)))


def test_previews_have_a_process_that_goes_with_the_profile(facade: Facade) -> None:
    before = children()
    look(facade._services.previews)
    assert children() - before
    facade.close()
    assert children() == before


def test_previews_first_asked_for_after_closing_start_no_process(facade: Facade) -> None:
    before = children()
    facade.close()
    with pytest.raises(Cancelled):
        look(facade._services.previews)
    assert children() == before


@pytest.mark.parametrize("name", ["previews", "lines", "doctor"])
def test_what_is_asked_for_while_the_profile_closes_is_closed(
    facade: Facade, guard: Seen, aside: ThreadPoolExecutor, name: str
) -> None:
    """It is being built when the closing comes to it."""
    services = facade._services
    one = getattr(services, name)
    make, begun, made = object.__getattribute__(one, "_make"), threading.Event(), []

    def slowly() -> object:
        begun.set()
        assert guard.somebody_waits.wait(LONG_S)
        made.append(make())
        return made[-1]

    object.__setattr__(one, "_make", slowly)
    asked = aside.submit(lambda: one.close)
    assert begun.wait(LONG_S)
    facade.close()
    asked.result(LONG_S)
    assert len(made) == 1
    before = children()
    refuses(made[0])
    assert children() == before


@pytest.mark.parametrize("name", ["previews", "lines", "doctor"])
def test_what_is_asked_for_after_closing_is_closed(facade: Facade, name: str) -> None:
    facade.close()
    one = getattr(facade._services, name)
    assert not is_built(one)
    assert one.close is not None
    refuses(object.__getattribute__(one, "_made"))


def refuses(one: object) -> None:
    """It does nothing any more."""
    if isinstance(one, Previews):
        with pytest.raises(Cancelled):
            look(one)
        return
    lines = one.close.__self__ if isinstance(one, Doctor) else one  # type: ignore[attr-defined]
    assert isinstance(lines, Lines)
    with pytest.raises(Cancelled), lines.line():
        pass
