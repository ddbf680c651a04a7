"""Modules that stand in until something is asked of them."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mel_desktop.system.unasked import Placeholder, not_yet

NAME = "late_one_of_the_test"
PARENT = "late_package_of_the_test"


@pytest.fixture(autouse=True)
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / f"{NAME}.py").write_text("VALUE = 7\n\n\ndef call():\n    return VALUE\n")
    package = tmp_path / PARENT
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "child.py").write_text("VALUE = 8\n")
    (tmp_path / "user_of_the_test.py").write_text(
        f"import {PARENT}.child\nimport {NAME} as late\nfrom {PARENT} import child\n"
        f"\n\ndef used():\n    return late.call(), {PARENT}.child.VALUE, child.VALUE\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    for name in (NAME, PARENT, f"{PARENT}.child", "user_of_the_test"):
        sys.modules.pop(name, None)


def test_what_is_named_is_not_loaded_and_leaves_no_trace() -> None:
    with not_yet((NAME, f"{PARENT}.child")):
        importlib.import_module("user_of_the_test")
        assert isinstance(sys.modules[NAME], Placeholder)
    assert NAME not in sys.modules
    assert f"{PARENT}.child" not in sys.modules


@pytest.mark.parametrize("inside", [True, False])
def test_it_is_loaded_when_something_is_asked_of_it(*, inside: bool) -> None:
    with not_yet((NAME, f"{PARENT}.child")):
        user = importlib.import_module("user_of_the_test")
        if inside:
            assert user.used() == (7, 8, 8)
    assert user.used() == (7, 8, 8)
    assert not isinstance(sys.modules[NAME], Placeholder)
    assert importlib.import_module(NAME).VALUE == 7


def test_what_is_loaded_already_stays() -> None:
    before = importlib.import_module(NAME)
    with not_yet((NAME,)):
        assert sys.modules[NAME] is before
    assert sys.modules[NAME] is before


def test_what_is_missing_says_so() -> None:
    with not_yet(("no_such_module_at_all",)):
        found = importlib.import_module("no_such_module_at_all")
        assert not hasattr(found, "__path__")  # what imports ask; loads nothing
        with pytest.raises(ModuleNotFoundError):
            _ = found.anything
