"""Qt's enumerations, made in a third of the time.

PySide has Python's ``enum`` make those of a class when the class is first used: 365 with 5,000
members until the window is painted, at ten microseconds a member, since ``enum`` foresees all that
a class written in Python may ask for. PySide gives names and whole numbers. Here the class is made
by ``enum`` without members, and those are put in as ``enum`` does it. What is not as plain goes the
standard way, and so does all where Python is another than those that were compared
(tests/unit/test_qt_enums.py compares every enumeration of Qt).
"""

from __future__ import annotations

import enum
import sys
from collections.abc import Callable
from typing import Any, Final

COMPARED: Final = ((3, 11), (3, 13))  # the first and the last
_TAKEN: Final = {  # a member of such a name is redirected
    kind: frozenset({"mro"}.union(*map(vars, kind.__mro__)))
    for kind in (enum.Enum, enum.IntEnum, enum.Flag, enum.IntFlag)
}
_set_attribute: Final = type.__setattr__  # the metaclass's own looks for members first


def hasten() -> None:
    """For all that PySide makes from here on."""
    if COMPARED[0] <= sys.version_info[:2] <= COMPARED[1]:
        standard = enum.EnumType._create_  # type: ignore[attr-defined]  # private
        enum.EnumType._create_ = _quicker(standard)  # type: ignore[attr-defined]


def _quicker(standard: Callable[..., Any]) -> Callable[..., Any]:
    def _create_(cls: Any, class_name: str, names: Any, **given: Any) -> Any:
        if given.get("type") is not None or not _is_plain(cls, names):
            return standard(cls, class_name, names, **given)
        if given.get("module") is None:  # else it is looked for among the callers, of which we are
            given["module"] = __name__  # PySide writes its own there
        made = standard(cls, class_name, [], **given)
        _fill(made, names)
        return made

    return _create_


def _is_plain(cls: Any, names: Any) -> bool:
    """Pairs of a name that means nothing to ``enum`` and a whole number, each name once."""
    taken = _TAKEN.get(cls)
    if taken is None or type(names) is not list:
        return False
    seen = set()
    for pair in names:
        if type(pair) is not tuple or len(pair) != 2:
            return False
        name, value = pair
        if type(name) is not str or type(value) is not int:
            return False
        if name in taken or name.startswith("_") or not name:
            return False
        seen.add(name)
    return len(seen) == len(names)


def _fill(kind: Any, names: list[tuple[str, int]]) -> None:
    """As ``enum._proto_member.__set_name__`` and the end of ``EnumType.__new__``."""
    is_flag, is_int = issubclass(kind, enum.Flag), issubclass(kind, int)
    listed, by_name, by_value = kind._member_names_, kind._member_map_, kind._value2member_map_
    mask = singles = 0
    for name, value in names:
        is_single = value != 0 and not value & (value - 1)
        if is_flag:
            mask |= value
            singles |= value if is_single else 0
        member: Any = by_value.get(value)
        if member is None:
            member = int.__new__(kind, value) if is_int else object.__new__(kind)
            member.__dict__.update(
                _value_=value, _name_=name, __objclass__=kind, _sort_order_=len(listed)
            )
            if is_single or not is_flag:
                listed.append(name)
            by_value[value] = member
        _set_attribute(kind, name, member)
        by_name[name] = member
    if hasattr(kind, "_hashable_values_"):  # from 3.12 on
        kind._hashable_values_.extend(by_value)
    if is_flag:
        kind._flag_mask_, kind._all_bits_ = mask, 2 ** mask.bit_length() - 1
        if hasattr(kind, "_singles_mask_"):
            kind._singles_mask_ = singles
        values = [by_name[name]._value_ for name in listed]
        if values != sorted(values):
            kind._iter_member_ = kind._iter_member_by_def_
