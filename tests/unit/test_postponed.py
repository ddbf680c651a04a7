"""app.postponed: built once, when first asked; what is not built need not be closed."""

from __future__ import annotations

import importlib
import inspect
import re
import sys
import threading
from typing import Any

import pytest

from mel_desktop.app import seldom
from mel_desktop.app.postponed import Postponed, is_built, later, postponed


class Thing:
    """Counts how often it is built."""

    built = 0

    def __init__(self, word: str, *, times: int = 1) -> None:
        Thing.built += 1
        self.word = word * times

    def __call__(self, more: str) -> str:
        return self.word + more

    def say(self) -> str:
        return self.word


@pytest.fixture(autouse=True)
def none_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Thing, "built", 0)


def test_it_is_built_when_first_asked_and_once() -> None:
    one = later(lambda: Thing("a", times=2))
    assert (Thing.built, is_built(one)) == (0, False)
    assert (one.say(), one.word, one("b")) == ("aa", "aa", "aab")
    assert (Thing.built, is_built(one)) == (1, True)
    one.word = "c"
    assert one.say() == "c"
    one.extra = 1  # type: ignore[attr-defined]
    del one.extra  # type: ignore[attr-defined]
    assert not hasattr(one, "extra")
    assert is_built(Thing("d"))


def test_threads_that_ask_at_once_get_the_same() -> None:
    start = threading.Barrier(8)

    def make() -> Thing:
        made.wait(0.05)  # the others come meanwhile
        return Thing("a")

    made = threading.Event()
    one: Any = Postponed(make)
    seen: list[int] = []

    def ask() -> None:
        start.wait(5)
        seen.append(id(one.say.__self__))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(seen)) == 1
    assert (len(seen), Thing.built) == (8, 1)


def test_what_fails_is_tried_again() -> None:
    tries: list[int] = []

    def make() -> Thing:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("not now")
        return Thing("a")

    one = later(make)
    with pytest.raises(OSError, match="not now"):
        one.say()
    assert not is_built(one)
    assert one.say() == "a"


def test_its_module_is_loaded_when_it_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    build = postponed("colorsys", "rgb_to_hls")
    one = build(0.0, 0.0, 0.0)
    assert "colorsys" not in sys.modules
    assert one.count(0.0) == 3
    assert "colorsys" in sys.modules


@pytest.mark.parametrize("name", seldom.__all__)
def test_each_class_of_the_wiring_is_where_it_is_said_to_be(name: str) -> None:
    build = getattr(seldom, name)
    with pytest.raises(TypeError, match=r"argument|takes no"):  # it is there, and wants arguments
        build(nobody_knows_this=1).anything  # noqa: B018 asked


def test_no_constructor_of_the_wiring_waits_for_the_database() -> None:
    """One lock guards all building: such a wait could be for whoever waits for that lock."""
    named = re.findall(r'postponed\(\s*"([\w.]+)", "(\w+)"', inspect.getsource(seldom))
    assert len(named) > 40
    waits = []
    for module, name in named:
        kind = getattr(importlib.import_module(module), name)
        own = (getattr(kind, one, None) for one in ("__init__", "__post_init__"))
        body = "".join(
            inspect.getsource(one)
            for one in own
            if inspect.isfunction(one) and one.__code__.co_filename != "<string>"  # generated
        )
        if re.search(r"\.(read|write|acquire|wait|join)\(|^\s+with ", body, re.MULTILINE):
            waits.append(f"{module}.{name}")
    assert waits == []
