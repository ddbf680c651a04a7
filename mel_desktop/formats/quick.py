"""Frozen values made quickly, for readers that make hundreds of thousands of them. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import make_dataclass
from typing import Any, TypeVar

Value = TypeVar("Value")


def quick(kind: type[Value]) -> Callable[..., Value]:
    """Makes values of a frozen dataclass with slots in a third of the time; all fields are given.

    Its own ``__init__`` sets each field by ``object.__setattr__``. A class of the same slots that
    is not frozen sets them directly, and the value then becomes what it is meant to be.
    """

    def freeze(self: Any) -> None:
        self.__class__ = kind

    names: tuple[str, ...] = kind.__slots__  # type: ignore[attr-defined]  # of every such class
    return make_dataclass(
        kind.__name__, names, slots=True, eq=False, namespace={"__post_init__": freeze}
    )
