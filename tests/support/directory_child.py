"""An import that stops at a point and waits to be killed: ``folder key point``."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mel_desktop.model.people import DirectoryEntry, Item, Membership, Tie
from mel_desktop.services import directory_imports
from tests.support.directory_world import Listed, World, class_of, in_class, person

COUNT = 40
BATCH = 10


def copy(text: str, count: int = COUNT) -> list[Item]:
    """A class of ``count`` people, each tied to the next."""
    found: list[Item] = [class_of("6eB")]
    for one in range(count):
        found += [
            in_class("6eB", f"p{one}"), Tie(f"p{one}", f"p{(one + 1) % count}"),
            person(f"p{one}", f"{text} Numéro{one}"),
        ]  # fmt: skip
    return found


def state(world: World) -> tuple[list[str], int, int]:
    """Names shown, members of the class, ties of what is shown."""
    hits = world.directory.search("numéro", limit=500).hits
    groups = world.directory.groups()
    ties = [len(world.persons.card(hit.id).family) for hit in hits]
    return sorted(hit.entry.name for hit in hits), sum(count for _, _, count in groups), sum(ties)


class Halting(Listed):
    """Stops before the item of this number."""

    def __init__(self, items: list[Item], at: int) -> None:
        super().__init__(items)
        self.at = at

    def __iter__(self) -> Iterator[Item]:
        for number, item in enumerate(self.items):
            if number == self.at:
                halt()
            assert isinstance(item, DirectoryEntry | Membership | Tie)
            yield item
        if self.at == len(self.items):
            halt()


def halt(*_: Any) -> Any:
    """Say so, and never go on."""
    print("here", flush=True)
    threading.Event().wait()


def main() -> None:
    """Import a second copy as far as the point says."""
    folder, key, point = sys.argv[1:]
    world = World(Path(folder), bytes.fromhex(key))
    directory_imports.BATCH = BATCH  # type: ignore[misc]
    if point == "shown":  # the new copy is there, the rows of the old one too
        directory_imports.clean = halt
        world.directory.import_reader(Listed(copy("Nouveau")), name="AAF", url="x")
    elif point == "waiting":
        world.directory.import_reader(Listed(copy("Nouveau", 5)), name="AAF", url="x")
        halt()
    else:
        world.directory.import_reader(Halting(copy("Nouveau"), int(point)), name="AAF", url="x")


if __name__ == "__main__":
    main()
