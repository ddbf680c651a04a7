"""Regular expressions that are compiled when they are first used."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pytest

import mel_desktop
from mel_desktop.model import patterns
from mel_desktop.model.patterns import late


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    found: list[object] = []
    real = re.compile

    def counted(text: str, flags: int = 0) -> re.Pattern[str]:
        found.append(text)
        return real(text, flags)

    monkeypatch.setattr(re, "compile", counted)
    return found


def test_it_is_compiled_once_and_by_the_first_use(compiled: list[object]) -> None:
    digits = late(r"\d+")
    assert compiled == []
    assert digits.sub("x", "a12") == "ax"
    assert digits.findall("1 22") == ["1", "22"]
    assert compiled == [r"\d+"]


@pytest.mark.parametrize("text", ["(?P<word>a+)(b)?", b"(?P<word>a+)(b)?"])
def test_it_says_what_the_pattern_says(text: Any) -> None:
    real: Any = re.compile(text, re.IGNORECASE)
    ours: Any = late(text, re.IGNORECASE)
    subject, fill = ("xAAb", "-") if isinstance(text, str) else (b"xAAb", b"-")
    assert ours.search(subject).span() == real.search(subject).span()
    assert ours.match(subject, 1).groupdict() == real.match(subject, 1).groupdict()
    assert ours.fullmatch(subject) is None
    assert [one.span() for one in ours.finditer(subject)] == [(1, 4)]
    assert ours.split(subject) == real.split(subject)
    assert ours.subn(fill, subject) == real.subn(fill, subject)
    assert (ours.pattern, ours.flags, ours.groups) == (real.pattern, real.flags, real.groups)
    assert ours.groupindex == real.groupindex


def test_after_that_its_methods_are_the_pattern_s() -> None:
    ours = late("a")
    assert ours.pattern == "a"
    assert type(vars(ours)["search"]) is type(re.compile("a").search)
    assert not hasattr(type(ours), "__getattr__")


def test_what_is_no_method_of_a_pattern_is_refused() -> None:
    with pytest.raises(AttributeError):
        _ = late("a").serach  # type: ignore[attr-defined]
    with pytest.raises(TypeError):
        re.sub(late("a"), "b", "c")


def _everywhere() -> Iterator[tuple[str, Any]]:
    """Every late pattern at the head of a module, with those in its tuples and mappings."""
    for found in pkgutil.walk_packages(mel_desktop.__path__, "mel_desktop."):
        if found.name.endswith("__main__") or found.name in _NOT_HERE:
            continue
        for name, value in vars(importlib.import_module(found.name)).items():
            for one in _inside(value):
                yield f"{found.name}.{name}", one


def _inside(value: object, depth: int = 0) -> Iterator[Any]:
    if type(value) in {patterns.Late, patterns._Compiled}:
        yield value
    elif depth < 3 and isinstance(value, tuple | list | frozenset | set):
        for one in value:
            yield from _inside(one, depth + 1)
    elif depth < 3 and isinstance(value, dict):
        for one in (*value.keys(), *value.values()):
            yield from _inside(one, depth + 1)


_NOT_HERE = frozenset({"mel_desktop.ui.session_windows"})  # imports what Windows alone has


def test_all_of_the_program_can_be_compiled() -> None:
    """A wrong one is no longer found by importing its module."""
    found = list(_everywhere())
    for name, one in found:
        assert one.pattern is not None, name
    assert len(found) > 250
