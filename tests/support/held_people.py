"""What a store holds after items were read: the rules of model.people in a few lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from mel_desktop.model.people import (
    Change,
    DirectoryEntry,
    Gone,
    Item,
    Membership,
    Part,
    Photo,
    SkippedLine,
    Tie,
    changed,
)


@dataclass
class Held:
    """Entries by key, memberships and ties of one source."""

    entries: dict[str, DirectoryEntry] = field(default_factory=dict)
    members: dict[tuple[str, str, Part], str] = field(default_factory=dict)  # -> role
    ties: dict[tuple[str, str], Tie] = field(default_factory=dict)
    skipped: list[SkippedLine] = field(default_factory=list)

    def take(self, items: Iterable[Item]) -> Held:
        """Apply a full copy to nothing, or a change file to what is held."""
        staged_members: dict[tuple[str, str, Part], str] = {}
        staged_ties: dict[tuple[str, str], Tie] = {}
        for item in items:
            match item:
                case DirectoryEntry():
                    self.entries[item.key] = item
                case Change():
                    self._change(item)
                case Gone():
                    self._forget(item.key)
                case Membership():
                    staged_members[item.group, item.member, item.part] = item.role
                case Tie():
                    staged_ties[item.pupil, item.guardian] = item
                case SkippedLine():
                    self.skipped.append(item)
                case Photo():
                    raise AssertionError("no pictures here")
        self.members |= staged_members
        self.ties |= staged_ties
        return self

    def _change(self, change: Change) -> None:
        key = change.entry.key
        after = changed(self.entries.get(key), change)
        if after is not None:
            self.entries[key] = after
        self.members = {
            (group, member, part): role
            for (group, member, part), role in self.members.items()
            if member != key
            or (self.entries[group].role if group in self.entries else "", part)
            not in change.groups
        }
        if change.ties:
            self.ties = {pair: tie for pair, tie in self.ties.items() if pair[0] != key}

    def _forget(self, key: str) -> None:
        self.entries.pop(key, None)
        self.members = {one: role for one, role in self.members.items() if key not in one[:2]}
        self.ties = {pair: tie for pair, tie in self.ties.items() if key not in pair}

    def shown(self) -> Held:
        """Without groups that nobody is in, and ties to nobody: a change file leaves those."""
        used = {group for group, _, _ in self.members}
        return Held(
            {
                key: one
                for key, one in self.entries.items()
                if one.kind.value != "group" or key in used
            },
            self.members,
            {pair: tie for pair, tie in self.ties.items() if set(pair) <= self.entries.keys()},
        )
