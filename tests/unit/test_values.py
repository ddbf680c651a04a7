"""model.values: the same classes as the standard decorator's, with methods made when needed."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, asdict, field, fields, replace
from itertools import count
from typing import Any, ClassVar, Final

import pytest

from mel_desktop.model import values

Made = tuple[Any, ...]
_NUMBERS = count()


def classes(decorator: Callable[..., Any]) -> Made:
    """The same classes, by one decorator or the other."""

    @decorator(frozen=True, slots=True)
    class Point:
        """A place."""

        x: int
        y: int = 2
        seen: list[int] = field(default_factory=list, compare=False, repr=False)
        name: str = field(default="", kw_only=True)
        kinds: ClassVar[int] = 3

    @decorator(frozen=True, slots=True)
    class Higher(Point):
        """And how high."""

        z: int = 5
        number: int = field(init=False, default=7)

    @decorator(slots=True)
    class Box:
        """It can be changed."""

        inside: tuple[int, ...] = ()
        sum: int = field(init=False)

        def __post_init__(self) -> None:
            self.sum = sum(self.inside)

    @decorator(frozen=True, slots=True)
    class Nothing:
        """No field."""

    return Point, Higher, Box, Nothing


OURS: Final = classes(values.dataclass)
STANDARD: Final = classes(dataclasses.dataclass)
BOTH: Final = pytest.mark.parametrize("made", [OURS, STANDARD], ids=["ours", "standard"])


def outcome(work: Callable[[], object]) -> object:
    """What comes of it; for an error its kind."""
    try:
        return work()
    except (TypeError, AttributeError) as error:
        return type(error)


GIVEN: Final[tuple[Callable[[Made], object], ...]] = (
    lambda made: repr(made[0](1)).rpartition(".")[2],
    lambda made: repr(made[1](1, 4, [3], 9, name="a")).rpartition(".")[2],
    lambda made: made[0](1) == made[0](1, 2, [9]),
    lambda made: made[0](1) == made[0](2),
    lambda made: made[0](1) == made[1](1),
    lambda made: made[0](1) != 1,
    lambda made: hash(made[0](1)) == hash(made[0](1, seen=[4])),
    lambda made: len({made[0](1), made[0](1), made[0](3), made[3](), made[3]()}),
    lambda made: hash(made[2]()),
    lambda made: made[0](),
    lambda made: made[0](1, 2, [], "by place"),
    lambda made: made[0](1, wrong=2),
    lambda made: made[1](1).number,
    lambda made: made[1](1, number=2),
    lambda made: made[0](1).seen is made[0](1).seen,
    lambda made: made[2]((1, 2)).sum,
    lambda made: setattr(made[2](), "other", 1),
    lambda made: setattr(made[0](1), "x", 1),
    lambda made: delattr(made[0](1), "x"),
    lambda made: asdict(replace(made[1](1), y=8)),
    lambda made: [one.name for one in fields(made[1])],
    lambda made: made[1].__match_args__,
    lambda made: made[0].__slots__ + made[1].__slots__,
    lambda made: (made[0].__doc__, made[0].kinds, hasattr(made[0](1), "__dict__")),
    lambda made: copy.deepcopy(made[1](1, name="b")) == made[1](1, name="b"),
)


@pytest.mark.parametrize("work", GIVEN, ids=range(len(GIVEN)))
def test_it_is_as_the_standard_has_it(work: Callable[[Made], object]) -> None:
    assert outcome(lambda: work(OURS)) == outcome(lambda: work(STANDARD))


@BOTH
def test_what_is_frozen_says_so(made: Made) -> None:
    with pytest.raises(FrozenInstanceError, match="x"):
        made[0](1).x = 2


def test_what_is_frozen_takes_no_other_name_either() -> None:
    with pytest.raises(FrozenInstanceError, match="nothing"):  # the standard: a TypeError of super
        OURS[1](1).nothing = 2


@values.dataclass(frozen=True, slots=True)
class Kept:
    """Pickled by its name."""

    first: int
    rest: tuple[int, ...] = ()


def test_it_can_be_pickled() -> None:
    kept = Kept(1, (2,))
    assert pickle.loads(pickle.dumps(kept)) == kept


def test_the_first_object_is_as_the_second_also_by_way_of_a_subclass() -> None:
    @values.dataclass(slots=True)
    class Base:
        """Not used before its heir is."""

        at: int
        made: int = field(default_factory=lambda: next(_NUMBERS))

    class Heir(Base):
        def __init__(self) -> None:
            super().__init__(4)

    first, second = Heir(), Heir()
    assert (first.at, second.at, second.made) == (4, 4, first.made + 1)
    assert Base(1).at == 1


def test_nothing_is_written_before_the_first_object() -> None:
    @values.dataclass(frozen=True, slots=True)
    class Seldom:
        """Few starts need it."""

        one: int

    before = Seldom.__init__
    Seldom(1)
    assert Seldom.__init__ is not before
    assert Seldom.__init__.__code__.co_varnames[:2] == ("self", "one")
    assert Seldom.__eq__ is Kept.__eq__


def test_a_class_with_a_method_of_its_own_keeps_it() -> None:
    @values.dataclass(frozen=True, slots=True)
    class Loose:
        """Equal to all."""

        one: int

        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 1

    assert Loose(1) == 5
    with pytest.raises(FrozenInstanceError):
        setattr(Loose(1), "one", 2)  # noqa: B010 as code would that mypy does not see


def test_slots_are_not_to_be_left_out() -> None:
    with pytest.raises(TypeError, match="slots"):
        values.dataclass(frozen=True, slots=False)(object)
