"""What the school's IT has decided for this PC: files and, on Windows, the registry.

Where (the first that names a value wins, each value by itself)::

    Windows   HKEY_LOCAL_MACHINE, then HKEY_CURRENT_USER: Software\\Policies\\MelDesktop\\<Section>
    others    /etc/mel-desktop/policy.toml
    all       the file of --policy, under them: nobody weakens a PC's policy by an option

A TOML file has tables ``[[oauth]]`` (formats.oauth_providers) and the sections ``[vault]``,
``[retention]`` and ``[sending]``; the registry the keys Vault, Retention and Sending with values in
CamelCase (max_idle_minutes is MaxIdleMinutes, REG_DWORD; texts REG_SZ). A value that is none is
ignored, and reported; the others stand.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from logging import getLogger
from pathlib import Path
from typing import Final

from mel_desktop.formats import oauth_providers
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.oauth import Provider
from mel_desktop.model.policy import (
    MACHINE,
    USER,
    Policy,
    PolicyTrouble,
    RetentionPolicy,
    SendingPolicy,
    VaultPolicy,
)
from mel_desktop.model.safety import CheckLevel, WarningCode
from mel_desktop.store import escrow

if sys.platform == "win32":
    import winreg

log = getLogger("mel.policy")

SYSTEM_FILE: Final = Path("/etc/mel-desktop/policy.toml")
REGISTRY: Final = r"Software\Policies\MelDesktop"
MOST_BYTES: Final = 1024 * 1024
MOST_DAYS: Final = 36_500
MOST_NAME: Final = 200

Raw = Mapping[str, Mapping[str, object]]
Source = tuple[str, Raw]


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if value in (0, 1) and isinstance(value, int):  # a REG_DWORD
        return value == 1
    raise ValueError("true or false expected")


def _number(least: int, most: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(f"a whole number from {least} to {most} expected")
        return value

    return read


def _place(value: object) -> str:
    if value not in (USER, MACHINE):
        raise ValueError("user or machine expected")
    return str(value)


def _key(value: object) -> bytes:
    if not isinstance(value, str):
        raise ValueError("an X25519 public key in base64 expected")
    return escrow.public_from_text(value)


def _name(value: object) -> str:
    if not isinstance(value, str) or len(value) > MOST_NAME or not value.isprintable():
        raise ValueError(f"a text of at most {MOST_NAME} characters expected")
    return value.strip()


def _level(value: object) -> CheckLevel:
    names = {level.name.lower(): level for level in CheckLevel}
    if not isinstance(value, str) or value.lower() not in names:
        raise ValueError("off, hint, warn or forbid expected")
    return names[value.lower()]


def _folder(value: object) -> str:
    if not isinstance(value, str) or len(value) > MOST_NAME * 5 or not Path(value).is_absolute():
        raise ValueError("an absolute path of a folder expected")
    return value


KNOWN: Final[Mapping[str, Mapping[str, Callable[[object], object]]]] = {
    "vault": {
        "place": _place,
        "escrow_key": _key,
        "escrow_owner": _name,
        "max_idle_minutes": _number(0, 24 * 60),
        "keyring_allowed": _flag,
        "use_once_default": _flag,
    },
    "retention": {
        "text_days": _number(0, MOST_DAYS),
        "attachment_days": _number(0, MOST_DAYS),
    },
    "sending": {
        **{code.value.replace("-", "_"): _level for code in WarningCode},
        "most_outside": _number(0, 1000),
        "most_list": _number(1, 1000),
        "undo_s": _number(0, 60),
        "big_mail_mb": _number(0, 1000),
        "templates_folder": _folder,
        "calendar_file": _name,
        "zone": _name,
    },
}


def read_policy(extra: Path | None = None, *, system_file: Path | None = None) -> Policy:
    """The policy in force. LocalRefusal(BAD_FILE) when ``extra`` cannot be read at all.

    ``system_file``: instead of the platform's places, for tests.
    """
    sources: list[Source] = []
    ignored: list[PolicyTrouble] = []
    if system_file is not None or sys.platform != "win32":
        sources += _file(system_file or SYSTEM_FILE, ignored, must_exist=False)
    else:
        sources += _registry()
    if extra is not None:
        sources += _file(extra, ignored, must_exist=True)
    return merge(sources, ignored)


def merge(sources: list[Source], ignored: list[PolicyTrouble]) -> Policy:
    """One policy of all sources, the first the strongest."""
    taken: dict[str, dict[str, object]] = {section: {} for section in KNOWN}
    given: list[Provider] = []
    for source, raw in sources:
        for section, values in raw.items():
            if section == oauth_providers.SECTION:
                found, troubles = oauth_providers.read_rows(values)
                given += [one for one in found if one.id not in {each.id for each in given}]
                ignored += [PolicyTrouble(source, key, why) for key, why in troubles]
                continue
            if section not in KNOWN or not isinstance(values, Mapping):
                ignored.append(PolicyTrouble(source, section, "unknown section"))
                continue
            for name, value in values.items():
                trouble = _take(taken[section], KNOWN[section], name, value)
                if trouble:
                    ignored.append(PolicyTrouble(source, f"{section}.{name}", trouble))
    for one in ignored:
        log.warning("policy ignored: %s %s: %s", one.source, one.key, one.why)
    return Policy(
        vault=replace(VaultPolicy(), **taken["vault"]),  # type: ignore[arg-type]  # checked by KNOWN
        retention=replace(RetentionPolicy(), **taken["retention"]),  # type: ignore[arg-type]
        sending=replace(SendingPolicy(), **taken["sending"]),  # type: ignore[arg-type]
        oauth=tuple(given),
        ignored=tuple(ignored),
    )


def _take(
    taken: dict[str, object],
    known: Mapping[str, Callable[[object], object]],
    name: str,
    value: object,
) -> str:
    """Take a value over unless a stronger source has named it; why not, or ""."""
    check = known.get(name)
    if check is None:
        return "unknown name"
    try:
        taken.setdefault(name, check(value))
    except ValueError as error:
        return str(error)
    return ""


def _file(path: Path, ignored: list[PolicyTrouble], *, must_exist: bool) -> list[Source]:
    try:
        with path.open("rb") as file:
            octets = file.read(MOST_BYTES)
    except FileNotFoundError as error:
        if must_exist:
            raise LocalRefusal(ErrorCode.BAD_FILE, option="--policy") from error
        return []
    except OSError as error:
        if must_exist:
            raise LocalRefusal(ErrorCode.BAD_FILE, option="--policy") from error
        ignored.append(PolicyTrouble(path.name, "", "cannot be read"))
        return []
    try:
        return [(path.name, tomllib.loads(octets.decode("utf-8-sig")))]
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        ignored.append(PolicyTrouble(path.name, "", "no TOML"))
        return []


def camel(name: str) -> str:
    """``max_idle_minutes`` as the registry and ADMX files write it."""
    return "".join(part.capitalize() for part in name.split("_"))


if sys.platform == "win32":

    def _registry() -> list[Source]:
        found: list[Source] = []
        hives = (("HKLM", winreg.HKEY_LOCAL_MACHINE), ("HKCU", winreg.HKEY_CURRENT_USER))
        for source, hive in hives:
            raw: dict[str, dict[str, object]] = {}
            for section, names in KNOWN.items():
                try:
                    key = winreg.OpenKey(hive, rf"{REGISTRY}\{camel(section)}")
                except OSError:
                    continue
                with key:
                    for name in names:
                        try:
                            value = winreg.QueryValueEx(key, camel(name))[0]
                        except OSError:
                            continue
                        raw.setdefault(section, {})[name] = value
            found.append((source, raw))
        return found

else:

    def _registry() -> list[Source]:
        return []
