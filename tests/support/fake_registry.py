"""A Windows registry for tests on any system: the calls of winreg with their errors."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any

REG_SZ, REG_EXPAND_SZ, REG_BINARY, REG_DWORD, REG_MULTI_SZ = 1, 2, 3, 4, 7


class Key:
    """An open key; names in any case, as Windows has it."""

    def __init__(self, values: list[tuple[str, Any, int]], keys: dict[str, Key]) -> None:
        self.values = values
        self.keys = keys

    def __enter__(self) -> Key:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is held."""


class Registry:
    """``hives``: trees of {name: value | tree}; a type follows from the value, or is named by a
    tuple (value, type). ``closed``: paths that may not be opened.
    """

    def __init__(self, hives: Mapping[str, Mapping[str, Any]], closed: str = "") -> None:
        self._hives = {name: _key(tree) for name, tree in hives.items()}
        self._closed = closed.lower()

    def OpenKey(self, key: Any, sub_key: str, reserved: int = 0, access: int = 0x20019) -> Key:  # noqa: N802
        assert reserved == 0
        assert access & 0x20019 == 0x20019
        found = self._hives[key] if isinstance(key, str) else key
        for part in sub_key.split("\\"):
            if part.lower() == self._closed:
                raise PermissionError(5, "Access is denied")
            match = next((one for one in found.keys if one.lower() == part.lower()), None)
            if match is None:
                raise FileNotFoundError(2, "The system cannot find the file specified")
            found = found.keys[match]
        return found

    def EnumValue(self, key: Key, index: int) -> tuple[str, Any, int]:  # noqa: N802
        if index >= len(key.values):
            raise OSError(259, "No more data is available")
        return key.values[index]

    def EnumKey(self, key: Key, index: int) -> str:  # noqa: N802
        if index >= len(key.keys):
            raise OSError(259, "No more data is available")
        return list(key.keys)[index]

    def ExpandEnvironmentStrings(self, text: str) -> str:  # noqa: N802
        return re.sub("%(.+?)%", lambda one: os.environ.get(one[1], one[0]), text)


def _key(tree: Mapping[str, Any]) -> Key:
    values, keys = [], {}
    for name, value in tree.items():
        if isinstance(value, Mapping):
            keys[name] = _key(value)
        elif isinstance(value, tuple):
            values.append((name, *value))
        else:
            kinds = {int: REG_DWORD, str: REG_SZ, list: REG_MULTI_SZ, bytes: REG_BINARY}
            values.append((name, value, kinds[type(value)]))
    return Key(values, keys)  # type: ignore[arg-type]


def under(path: str, tree: Mapping[str, Any]) -> dict[str, Any]:
    """The tree of a hive that holds this one at a path."""
    for part in reversed(path.split("\\")):
        tree = {part: tree}
    return dict(tree)
