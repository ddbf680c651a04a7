"""A directory of any size, as an LDAP server might list it; nobody in it lives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mel_desktop.model.people import DirectoryEntry, EntryKind, LdapSettings
from mel_desktop.net.ldap import LdapReader
from mel_desktop.ports import LdapPage
from tests.support.ldap_people import GIVEN, SURNAMES, plain

SOUNDS: Final = (
    "ba", "ber", "cor", "du", "fla", "gui", "lan", "mor", "ni", "ro", "sau", "ti", "vel", "zo",
)  # fmt: skip


class School(LdapReader):
    """``count`` people, a third of them with an address."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self._count = count

    def pages(self, settings: LdapSettings, password: object) -> Iterator[LdapPage]:
        for start in range(0, self._count, 1000):
            last = min(start + 1000, self._count)
            yield LdapPage(tuple(map(made_up, range(start, last))))


def made_up(number: int) -> DirectoryEntry:
    """One of them."""
    given = GIVEN[number % len(GIVEN)]
    surname = SURNAMES[number // 16 % len(SURNAMES)] + "".join(
        SOUNDS[number // step % len(SOUNDS)] for step in (1, 14, 196)
    )
    address = f"{plain(given)}.{plain(surname)}{number}@ac-demo.invalid" if number % 3 == 0 else ""
    return DirectoryEntry(
        f"uid={number}", EntryKind.PERSON, f"{given} {surname}", address,
        role="enseignant" if address else "élève", school=f"Collège {number % 400}", town="Rennes",
    )  # fmt: skip
