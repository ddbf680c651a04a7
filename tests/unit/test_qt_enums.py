"""Enumerations that are made quicker are those that ``enum`` makes."""

from __future__ import annotations

import enum
import importlib
import inspect
import json
import subprocess
import sys
from typing import Any

import pytest

from mel_desktop.ui import qt_enums

KINDS = (enum.Enum, enum.IntEnum, enum.Flag, enum.IntFlag)
# In a process of its own: PySide makes each of them once.
MADE = """
import enum, json, sys
asked, real = [], enum.EnumType._create_
def create(cls, class_name, names, **given):
    asked.append([cls.__name__, class_name, names, str(given.get("boundary"))])
    return real(cls, class_name, names, **given)
enum.EnumType._create_ = create
import PySide6.QtCore, PySide6.QtGui, PySide6.QtWidgets, PySide6.QtNetwork, PySide6.QtDBus
for module in (PySide6.QtCore, PySide6.QtGui, PySide6.QtWidgets, PySide6.QtNetwork, PySide6.QtDBus):
    for name in dir(module):
        dir(getattr(module, name))
print(json.dumps(asked))
"""


def standard() -> Any:
    """``_create_`` as Python has it, whether or not the window was imported before."""
    made: Any = vars(enum.EnumType)["_create_"]
    is_ours = made.__module__ == qt_enums.__name__
    return inspect.getclosurevars(made).nonlocals["standard"] if is_ours else made


@pytest.fixture(scope="module")
def asked() -> list[tuple[str, str, list[tuple[str, int]], str]]:
    done = subprocess.run(
        [sys.executable, "-c", MADE], check=True, capture_output=True, text=True, timeout=120
    )
    rows = json.loads(done.stdout)
    return [(kind, name, [(a, b) for a, b in names], keep) for kind, name, names, keep in rows]


def both(kind: Any, name: str, names: Any, **given: Any) -> tuple[Any, Any]:
    """(the standard one, ours)."""
    given = {"module": "there", "qualname": name, "type": None, "start": 1} | given
    return (
        standard()(kind, name, names, **given),
        qt_enums._quicker(standard())(kind, name, names, **given),
    )


def shown(member: Any) -> tuple[object, ...]:
    extra = (int(member),) if isinstance(member, int) else ()
    state = {name: value for name, value in vars(member).items() if name != "__objclass__"}
    return (
        member.name, member.value, repr(member), str(member), f"{member}", hash(member), state,
        member.__reduce_ex__(4)[1:], *extra,
    )  # fmt: skip


def parts(flag: Any) -> object:
    """Names of the single ones, or why there are none."""
    try:
        return [getattr(one, "name", None) for one in flag]
    except (AttributeError, ValueError) as error:  # of bits without a name, or a negative value
        return str(error)


def told(kind: Any) -> dict[str, object]:
    """All that there is to see of an enumeration."""
    by_name = kind._member_map_
    found: dict[str, object] = {
        "own": sorted(vars(kind)),
        "names": kind._member_names_,
        "all": [(name, shown(one), one is getattr(kind, name)) for name, one in by_name.items()],
        "values": [(value, one.name) for value, one in kind._value2member_map_.items()],
        "listed": [one.name for one in kind],
        "back": [one.name for one in reversed(kind)],
        "class": [one.__class__ is kind and one.__objclass__ is kind for one in by_name.values()],
        "found": [kind(one.value) is one and kind[name] is one for name, one in by_name.items()],
        "inside": [sys.version_info < (3, 12) or one.value in kind for one in by_name.values()],
        "length": len(kind),
        "hashable": getattr(kind, "_hashable_values_", None),
        "module": (kind.__module__, kind.__qualname__, kind.__doc__),
    }
    if issubclass(kind, enum.Flag):
        some = list(by_name.values())[:12]
        pairs = [(a, b) for a in some for b in some]
        found |= {
            "masks": [
                getattr(kind, one, None)
                for one in ("_flag_mask_", "_singles_mask_", "_all_bits_", "_boundary_")
            ],
            "by_def": kind._iter_member_.__name__,
            "or": [((a | b).value, (a | b).name, parts(a | b)) for a, b in pairs],
            "and": [((a & b).value, (a ^ b).value) for a, b in pairs],
            "not": [(~one).value for one in some],
        }
    return found


def test_every_enumeration_of_qt_is_the_same(asked: Any) -> None:
    assert len(asked) > 700
    for kind, name, names, boundary in asked:
        given = {"boundary": enum.KEEP} if boundary == "keep" else {}
        theirs, ours = both(getattr(enum, kind), name, names, **given)
        assert told(ours) == told(theirs), name


def test_nearly_all_of_qt_goes_the_quicker_way(asked: Any) -> None:
    plain = [qt_enums._is_plain(getattr(enum, kind), names) for kind, _, names, _ in asked]
    assert sum(plain) > 0.95 * len(plain)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "names",
    [
        [("name", 1), ("value", 2)],
        [("A", 1), ("mro", 2)],
        [("A", 1), ("_b", 2)],
        [("A", 1), ("A", 2)],
        [("A", "x")],
        [("A", True)],
        [["A", 1]],
        (("A", 1), ("B", 2)),
        "A B C",
        {"A": 1},
        None,
    ],
)
def test_what_is_not_plain_goes_the_standard_way(kind: Any, names: Any) -> None:
    assert not qt_enums._is_plain(kind, names)


@pytest.mark.parametrize("kind", KINDS)
def test_two_names_of_a_value_and_values_out_of_order(kind: Any) -> None:
    names = [
        ("Both", 3),
        ("Two", 2),
        ("One", 1),
        ("Uno", 1),
        ("None_", 0),
        ("Four", 4),
        ("All", -1),
    ]
    theirs, ours = both(kind, "Made", names, boundary=enum.KEEP)
    assert told(ours) == told(theirs)
    assert ours.Uno is ours.One


def test_another_python_keeps_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    before: Any = enum.EnumType._create_  # type: ignore[attr-defined]
    monkeypatch.setattr(sys, "version_info", (3, 14, 0))
    qt_enums.hasten()
    assert enum.EnumType._create_ is before  # type: ignore[attr-defined]


def test_the_window_has_them() -> None:
    importlib.import_module("mel_desktop.ui")
    assert enum.EnumType._create_.__module__ == qt_enums.__name__  # type: ignore[attr-defined]
