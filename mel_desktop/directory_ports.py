"""What the directory needs from outside: people from files and from servers; see ports.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from mel_desktop.model.accounts import Secret
from mel_desktop.model.people import DirectorySource, Item


class PeopleReader(Protocol):
    """A file, an archive or an address book that was recognised. Iterate once.

    Iterating raises LocalRefusal(BAD_FILE) when it cannot be trusted as a whole.
    It may have, and is taken as given in brackets without: ``is_delta`` (False; a delta changes
    only what it names), ``source_name`` (""; the source of all exports of one kind of one school),
    ``before`` (set before iterating: the state that was kept), ``state`` (None; JSON to keep),
    ``complete`` (True), ``skipped_more`` (0), ``cuts`` (()): the last four after iterating.
    In a delta an entry replaces the held row, and its classes and ties with it (Membership: those
    that the same record told); a Change replaces what it says.
    """

    @property
    def format_name(self) -> str:
        """A value of SourceKind."""
        ...

    @property
    def attribution(self) -> str:
        """What is to be shown with the data; whole once all was read."""
        ...

    def __iter__(self) -> Iterator[Item]: ...


class Refresh(PeopleReader, Protocol):
    """What a server answered. ``is_delta``, ``unchanged``: before iterating; the rest after it."""

    @property
    def is_delta(self) -> bool:
        """A list of changes, not a whole copy."""
        ...

    @property
    def unchanged(self) -> bool:
        """The server says that nothing is new (304, the same sync-token): nothing is imported."""
        ...

    @property
    def complete(self) -> bool:
        """False when the server cut its answer: then nothing is removed."""
        ...

    @property
    def state(self) -> Mapping[str, Any]:
        """JSON that is given back next time; stored in the transaction that shows the copy."""
        ...


# (source, its settings, state of the last time, password). Called while no other import runs, not
# offline, not on hold. MelError.
Refresher = Callable[
    [DirectorySource, Mapping[str, Any], Mapping[str, Any], Secret | None], Refresh
]
