"""Several tables of one school's export as one source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from mel_desktop.formats.people_csv import PeopleFile
from mel_desktop.model.people import Item, SkippedLine

Placed = tuple[int, str, PeopleFile]  # place among the files, its name in reasons


class TableExport:
    """Up to some files, pupils first whatever their order. Iterate once."""

    attribution: Final = ""
    is_delta: Final = False

    def __init__(self, files: Iterable[Placed]) -> None:
        self._files = sorted(files, key=lambda one: one[0])

    def __iter__(self) -> Iterator[Item]:
        several = len(self._files) > 1
        for _, name, file in self._files:
            for item in self._items(name, file):
                if several and isinstance(item, SkippedLine):
                    yield SkippedLine(item.line, f"{item.reason} ({name})")
                else:
                    yield item

    def _items(self, name: str, file: PeopleFile) -> Iterator[Item]:
        """What one of the files says; ``name``: which it is."""
        return iter(file)
