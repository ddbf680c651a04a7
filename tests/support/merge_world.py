"""A post office that also merges."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mel_desktop.model.merging import Person
from mel_desktop.services.directory import Directory
from mel_desktop.services.identities import Identities
from mel_desktop.services.merging import Merging
from mel_desktop.services.templates import Templates
from mel_desktop.system.clock import SystemRandomness
from tests.support.post_office import PARIS, PostOffice


class MergeOffice(PostOffice):
    """Real services on a real store."""

    def __init__(self, folder: Path, *, letters: Path | None = None, **options: object) -> None:
        super().__init__(folder, **options)  # type: ignore[arg-type]
        self.identities = Identities(self.database, self.accounts, self.clock)
        self.directory = Directory(self.database, None, self.clock, lambda: True)  # type: ignore[arg-type]
        self.templates = Templates(self.database, self.clock, tuple, letters, zone=PARIS)
        self.merging = Merging(
            self.database, self.accounts, self.directory, self.templates, self.outbox, self.clock,
            SystemRandomness(),
        )  # fmt: skip


@contextmanager
def merge_office(folder: Path, **options: object) -> Iterator[MergeOffice]:
    office = MergeOffice(folder, **options)  # type: ignore[arg-type]
    try:
        yield office
    finally:
        office.close()


def class_of(number: int) -> tuple[Person, ...]:
    return tuple(
        Person(f"Parent {one}", f"parent{one}@ac-exemple.test", {"élève": f"Élève {one}"})
        for one in range(number)
    )
