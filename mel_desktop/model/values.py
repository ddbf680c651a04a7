"""``dataclass`` for values of which the program has hundreds and a start needs few.

The standard decorator writes and compiles six methods of each class while its module is loaded: of
550 classes a fifth of the time in which the program starts, and 6 MB. Here a class has its fields
and slots at once; comparing, hashing, printing and refusing to change are the same few functions
for all, and ``__init__`` is written when the first object is made. All else is the standard one's:
``fields``, ``replace``, ``asdict``, ``match``.

Rule 1: ``slots=True`` always, ``frozen`` or not; no other option. ``InitVar`` is not understood.
Rule 2: a class that writes one of these methods itself gets the standard decorator.
"""

from __future__ import annotations

import dataclasses
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import Field, dataclass
else:

    def dataclass(*, slots: bool, frozen: bool = False) -> Callable[[type], type]:
        """A class of values, as ``dataclasses.dataclass`` makes it."""
        if not slots:
            raise TypeError("slots=True is needed")
        return _frozen if frozen else _open


__all__ = ["dataclass"]

_OWN = frozenset({"__init__", "__eq__", "__hash__", "__repr__", "__setattr__", "__delattr__"})
_MISSING = dataclasses.MISSING
_GIVEN_LATER = object()


def _frozen(kind: type) -> type:
    if not _OWN.isdisjoint(vars(kind)):
        return dataclasses.dataclass(frozen=True, slots=True)(kind)
    made: Any = _with_fields(kind)
    hashed = [one for one in dataclasses.fields(made) if _is_hashed(one)]
    made._hashed = _getter(hashed)
    for name, method in _FROZEN.items():
        setattr(made, name, method)
    return cast("type", made)


def _open(kind: type) -> type:
    if not _OWN.isdisjoint(vars(kind)):
        return dataclasses.dataclass(slots=True)(kind)
    made: type = _with_fields(kind)
    made.__hash__ = None  # type: ignore[assignment]  # what can change is no key
    return made


def _with_fields(kind: type) -> Any:
    """The class with slots, and all methods that both kinds have."""
    if kind.__doc__ is None:  # else the signature is written there: slow
        kind.__doc__ = kind.__name__
    made: Any = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True)(kind)
    made._compared = _getter([one for one in dataclasses.fields(made) if one.compare])
    made.__eq__ = _equals
    made.__repr__ = _shows
    made.__init__ = _later(made)
    return made


def _later(kind: type) -> Callable[..., None]:
    def __init__(self: Any, *given: Any, **named: Any) -> None:  # noqa: N807
        made = _written(kind)
        kind.__init__ = made  # type: ignore[misc]
        made(self, *given, **named)

    return __init__


def _written(kind: type) -> Callable[..., None]:
    """``__init__`` of the fields: each set through the descriptor of its slot."""
    names: dict[str, Any] = {"_GIVEN_LATER": _GIVEN_LATER}
    places: list[str] = []
    named: list[str] = []
    lines: list[str] = []
    for one in dataclasses.fields(kind):
        name, value = one.name, one.name
        names[f"_set_{name}"] = getattr(kind, name).__set__
        if one.default_factory is not _MISSING:
            names[f"_make_{name}"] = one.default_factory
            default, fresh = "=_GIVEN_LATER", f"_make_{name}()"
            value = f"{fresh} if {name} is _GIVEN_LATER else {name}" if one.init else fresh
        elif one.default is not _MISSING:
            names[f"_default_{name}"] = one.default
            default = f"=_default_{name}"
            value = name if one.init else f"_default_{name}"
        elif one.init:
            default = ""
        else:
            continue
        if one.init:
            (named if one.kw_only else places).append(f"{name}{default}")
        lines.append(f" _set_{name}(self, {value})")
    if hasattr(kind, "__post_init__"):
        lines.append(" self.__post_init__()")
    given = ", ".join(["self", *places, *(["*", *named] if named else [])])
    exec("\n".join([f"def __init__({given}):", *(lines or [" pass"])]), names)  # noqa: S102
    made: Callable[..., None] = names["__init__"]
    made.__qualname__ = f"{kind.__qualname__}.__init__"
    made.__module__ = kind.__module__
    return made


def _getter(some: list[Field[Any]]) -> Callable[[Any], object]:
    """All of them of an object, as one thing to compare."""
    return attrgetter(*(one.name for one in some)) if some else _nothing


def _nothing(_: object) -> object:
    return ()


def _is_hashed(one: Field[Any]) -> bool:
    return one.compare if one.hash is None else one.hash


def _equals(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    values = self.__class__._compared
    return values(self) == values(other)


def _hash(self: Any) -> int:
    return hash(self.__class__._hashed(self))


@recursive_repr()
def _shows(self: Any) -> str:
    shown = (
        f"{one.name}={getattr(self, one.name)!r}" for one in dataclasses.fields(self) if one.repr
    )
    return f"{self.__class__.__qualname__}({', '.join(shown)})"


def _refuses(self: Any, name: str, *_: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot change field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, one.name) for one in dataclasses.fields(self)]


def _take_state(self: Any, state: list[Any]) -> None:
    for one, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, one.name, value)


_FROZEN = {
    "__hash__": _hash,
    "__setattr__": _refuses,
    "__delattr__": _refuses,
    "__getstate__": _state,
    "__setstate__": _take_state,
}
