"""Where the school's IT decides for this PC, in the order of precedence::

    Windows   HKEY_LOCAL_MACHINE Software\\Policies\\MelDesktop, what the MSI wrote when it was
              installed (HKEY_LOCAL_MACHINE Software\\MelDesktop\\Install), the TOML file that its
              property POLICYFILE names, HKEY_CURRENT_USER Software\\Policies\\MelDesktop
    macOS     /Library/Managed Preferences/org.mel-desktop.plist, then that of the user beneath it
    others    /etc/mel-desktop/policy.toml, ~/.config/mel-desktop/policy.toml
    all       the file of --policy, under them: nobody weakens a PC's policy by an option

A place that cannot be read is told and counts as empty. Values: logic.policy_schema; how they are
taken over: logic.policy_reading. TOML names sections and values as the schema does, the others in
CamelCase (system.policy_registry).
"""

from __future__ import annotations

import getpass
import os
import sys
import tomllib
from collections.abc import Callable
from dataclasses import replace
from logging import getLogger
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast
from xml.parsers.expat import ExpatError

from mel_desktop.logic.policy_reading import Source, from_properties
from mel_desktop.logic.policy_reading import merge as merged
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.policy import Origin, Policy, PolicySource, PolicyTrouble
from mel_desktop.store import escrow

if TYPE_CHECKING:
    from mel_desktop.system.policy_registry import WinRegistry

if sys.platform == "win32":
    import winreg

log = getLogger("mel.policy")

SYSTEM_FILE: Final = Path("/etc/mel-desktop/policy.toml")
MANAGED: Final = Path("/Library/Managed Preferences")
DOMAIN: Final = "org.mel-desktop.plist"
POLICY_FILE: Final = "POLICYFILE"
MOST_BYTES: Final = 1024 * 1024
ABSENT: Final = "absent"
UNREADABLE: Final = "unreadable"
READ: Final = "read"
# What plistlib raises for what is none; it checks its binary form by trying.
NO_PLIST: Final = (
    ValueError, KeyError, IndexError, OverflowError, RecursionError, TypeError, AttributeError,
    MemoryError, ExpatError,
)  # fmt: skip


class Places:
    """Collects what the places say."""

    def __init__(self) -> None:
        self.sources: list[Source] = []
        self.told: list[PolicySource] = []
        self.ignored: list[PolicyTrouble] = []
        self._named = ""  # the file that the MSI was given

    def merge(self) -> Policy:
        """One policy, the first place the strongest."""
        policy = merged(self.sources, escrow.public_from_text)
        ignored = (*self.ignored, *policy.ignored)
        for one in ignored:
            log.warning("policy ignored: %s %s: %s", one.source, one.key, one.why)
        return replace(policy, ignored=ignored, sources=tuple(self.told))

    def toml(self, path: Path, origin: Origin) -> None:
        """A file that may not be there."""
        self._file(path, origin, "no TOML", "pas du TOML", _toml)

    def plist(self, path: Path, origin: Origin) -> None:
        """Managed preferences of macOS."""
        self._file(path, origin, "no property list", "pas une liste de propriétés", _plist)

    def option(self, path: Path) -> None:
        """The file of --policy. LocalRefusal(BAD_FILE) when it cannot be read."""
        try:
            with path.open("rb"):
                pass
        except OSError as error:
            raise LocalRefusal(ErrorCode.BAD_FILE, option="--policy") from error
        self.toml(path, Origin.USER)

    def registry(self, registry: WinRegistry, machine: Any, user: Any) -> None:
        """The places of Windows."""
        from mel_desktop.system.policy_registry import (  # noqa: PLC0415 first needed here
            INSTALL,
            POLICIES,
            read_policies,
        )

        self._hive("HKLM", POLICIES, Origin.MACHINE, lambda: read_policies(registry, machine))
        self._hive("MSI", INSTALL, Origin.MACHINE, lambda: self._install(registry, machine))
        if self._named:
            self.toml(Path(registry.ExpandEnvironmentStrings(self._named)), Origin.MACHINE)
        self._hive("HKCU", POLICIES, Origin.USER, lambda: read_policies(registry, user))

    # -- inside ------------------------------------------------------------------------------------

    def _install(self, registry: WinRegistry, hive: Any) -> dict[str, Any] | None:
        from mel_desktop.system.policy_registry import (  # noqa: PLC0415 first needed here
            read_install,
        )

        values = read_install(registry, hive)
        if values is None:
            return None
        for name in [one for one in values if one.upper() == POLICY_FILE]:
            self._named = values.pop(name).strip()
        found, unknown = from_properties(values)
        self.ignored += [
            PolicyTrouble("MSI", name, "unknown name", "nom inconnu") for name in unknown
        ]
        return found

    def _hive(
        self, name: str, path: str, origin: Origin, read: Callable[[], dict[str, Any] | None]
    ) -> None:
        hive = "HKCU" if name == "HKCU" else "HKLM"
        try:
            found = read()
        except OSError:
            self._cannot(name, rf"{hive}\{path}", origin, "cannot be read", "illisible")
            return
        self._take(name, rf"{hive}\{path}", origin, found)

    def _file(
        self,
        path: Path,
        origin: Origin,
        english: str,
        french: str,
        parse: Callable[[bytes], dict[str, Any]],
    ) -> None:
        try:
            with path.open("rb") as file:
                octets = file.read(MOST_BYTES + 1)
        except (FileNotFoundError, NotADirectoryError):
            self._take(path.name, str(path), origin, None)
            return
        except OSError:
            self._cannot(path.name, str(path), origin, "cannot be read", "illisible")
            return
        if len(octets) > MOST_BYTES:
            self._cannot(path.name, str(path), origin, "too large", "trop volumineux")
            return
        try:
            found = parse(octets)
        except NO_PLIST:
            self._cannot(path.name, str(path), origin, english, french)
            return
        self._take(path.name, str(path), origin, found)

    def _take(self, name: str, where: str, origin: Origin, found: dict[str, Any] | None) -> None:
        self.told.append(PolicySource(name, where, origin, ABSENT if found is None else READ))
        if found is not None:
            self.sources.append(Source(name, found, origin))

    def _cannot(self, name: str, where: str, origin: Origin, english: str, french: str) -> None:
        self.told.append(PolicySource(name, where, origin, UNREADABLE))
        self.ignored.append(PolicyTrouble(name, "", english, french))


def read_policy(extra: Path | None = None, *, system_file: Path | None = None) -> Policy:
    """The policy in force. LocalRefusal(BAD_FILE) when ``extra`` cannot be read at all.

    ``system_file``: instead of the platform's places, for tests.
    """
    places = Places()
    if system_file is not None:
        places.toml(system_file, Origin.MACHINE)
    else:
        _platform(places)
    if extra is not None:
        places.option(extra)
    return places.merge()


def user_file() -> Path:
    """Of one user, where files decide."""
    base = os.environ.get("XDG_CONFIG_HOME") or ""
    config = Path(base) if Path(base).is_absolute() else Path.home() / ".config"
    return config / "mel-desktop" / "policy.toml"


def _toml(octets: bytes) -> dict[str, Any]:
    return tomllib.loads(octets.decode("utf-8-sig"))


def _plist(octets: bytes) -> dict[str, Any]:
    import plistlib  # noqa: PLC0415 on a Mac, and where a file of its kind is given

    from mel_desktop.system.policy_registry import by_schema  # noqa: PLC0415 first needed here

    found = plistlib.loads(octets)
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found):
        raise ValueError("a dictionary expected")
    return by_schema(found)


if sys.platform == "win32":

    def _platform(places: Places) -> None:
        registry = cast("WinRegistry", winreg)
        places.registry(registry, winreg.HKEY_LOCAL_MACHINE, winreg.HKEY_CURRENT_USER)

elif sys.platform == "darwin":

    def _platform(places: Places) -> None:
        places.plist(MANAGED / DOMAIN, Origin.MACHINE)
        places.plist(MANAGED / getpass.getuser() / DOMAIN, Origin.USER)

else:

    def _platform(places: Places) -> None:
        places.toml(SYSTEM_FILE, Origin.MACHINE)
        places.toml(user_file(), Origin.USER)
