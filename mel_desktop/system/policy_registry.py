r"""Policies in the Windows registry, and what the MSI wrote there when it was installed.

``Software\Policies\MelDesktop\<Section>`` with values in CamelCase (max_idle_minutes is
MaxIdleMinutes): numbers and yes/no REG_DWORD, texts REG_SZ, lists REG_MULTI_SZ or a key of the
list's name with numbered values (as ADMX lists are written), numbered entries as keys "1" to "9",
defaults beneath ``Defaults``. ``Software\MelDesktop\Install``: texts by name of the MSI's property.

The functions take the module ``winreg``, or in tests a hive with the same calls.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Protocol

from mel_desktop.logic.policy_keys import Kind
from mel_desktop.logic.policy_reading import DEFAULTS
from mel_desktop.logic.policy_schema import SCHEMA

POLICIES: Final = r"Software\Policies\MelDesktop"
INSTALL: Final = r"Software\MelDesktop\Install"
MOST: Final = 1000  # values and keys that are looked at
REG_EXPAND_SZ: Final = 2
KEY_READ: Final = 0x20019
KEY_WOW64_64KEY: Final = 0x0100


class WinRegistry(Protocol):
    """What is used of winreg. Errors are OSError; FileNotFoundError: no such key."""

    def OpenKey(self, key: Any, sub_key: str, reserved: int, access: int) -> Any:  # noqa: N802
        """A key, to be used as a context manager."""
        ...

    def EnumValue(self, key: Any, index: int) -> tuple[str, Any, int]:  # noqa: N802
        """(name, data, type); OSError after the last."""
        ...

    def EnumKey(self, key: Any, index: int) -> str:  # noqa: N802
        """The name of a key beneath; OSError after the last."""
        ...

    def ExpandEnvironmentStrings(self, text: str) -> str:  # noqa: N802
        """%NAME% filled in."""
        ...


def camel(name: str) -> str:
    """``max_idle_minutes`` as the registry, plists and ADMX files write it."""
    return "".join(part.capitalize() for part in name.split("_"))


def read_policies(registry: WinRegistry, hive: Any) -> dict[str, Any] | None:
    """Sections of a hive in the names of the schema; None: there is no such key. OSError."""
    try:
        with _open(registry, hive, POLICIES) as root:
            return by_schema(_tree(registry, root))
    except FileNotFoundError:
        return None


def read_install(registry: WinRegistry, hive: Any) -> dict[str, str] | None:
    """What the MSI wrote; None: nothing. OSError."""
    try:
        with _open(registry, hive, INSTALL) as key:
            return {name: str(data) for name, data in _values(registry, key)}
    except FileNotFoundError:
        return None


def by_schema(tree: dict[str, Any]) -> dict[str, Any]:
    """CamelCase and numbered values as the schema has them; names it does not know stay."""
    sections = {camel(name).lower(): name for name in SCHEMA.areas}
    found: dict[str, Any] = {}
    for name, value in tree.items():
        if name.lower() == DEFAULTS and isinstance(value, dict):
            found[DEFAULTS] = by_schema(value)
        elif name.lower() in sections and isinstance(value, dict):
            section = sections[name.lower()]
            found[section] = _section(section, value)
        else:
            found[name] = value
    return found


# -- inside ----------------------------------------------------------------------------------------


def _section(section: str, values: dict[str, Any]) -> dict[str, Any]:
    keys = {camel(key.name).lower(): key for key in SCHEMA.of(section)}
    group = SCHEMA.group(section)
    entry = {camel(key.name).lower(): key.name for key in group.keys} if group else {}
    found: dict[str, Any] = {}
    for name, value in values.items():
        key = keys.get(name.lower())
        if key is None and isinstance(value, dict):
            value = {entry.get(one.lower(), one): data for one, data in value.items()}
        elif key is not None and key.kind is Kind.DOMAINS and isinstance(value, dict):
            value = [value[one] for one in sorted(value, key=_in_order)]
        found[name if key is None else key.name] = value
    return found


def _in_order(name: str) -> tuple[int, str]:
    return (int(name), "") if name.isdecimal() and len(name) < 9 else (10**9, name)


def _open(registry: WinRegistry, key: Any, path: str) -> Any:
    return registry.OpenKey(key, path, 0, KEY_READ | KEY_WOW64_64KEY)


def _tree(registry: WinRegistry, key: Any, depth: int = 4) -> dict[str, Any]:
    found: dict[str, Any] = dict(_values(registry, key))
    if depth:
        for name in _keys(registry, key):
            with _open(registry, key, name) as below:
                found[name] = _tree(registry, below, depth - 1)
    return found


def _values(registry: WinRegistry, key: Any) -> Iterator[tuple[str, Any]]:
    for index in range(MOST):
        try:
            name, data, kind = registry.EnumValue(key, index)
        except OSError:
            return
        if kind == REG_EXPAND_SZ and isinstance(data, str):
            data = registry.ExpandEnvironmentStrings(data)
        if name:  # the default value of a key is none of ours
            yield name, data


def _keys(registry: WinRegistry, key: Any) -> Iterator[str]:
    for index in range(MOST):
        try:
            yield registry.EnumKey(key, index)
        except OSError:
            return
