"""What a value of a policy can be, and how each kind is understood. Pure.

A value is understood wholly or not at all: ``read`` gives it in the program's form or raises
``Unfit``, which says what was expected. Sources that know text only (properties of an MSI) come
through ``from_text`` first.
"""

from __future__ import annotations

import base64
import ntpath
import posixpath
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import time
from enum import Enum
from typing import Final

from mel_desktop.formats import ldap_url
from mel_desktop.model.errors import MelError
from mel_desktop.model.patterns import late
from mel_desktop.model.safety import CheckLevel
from mel_desktop.model.values import dataclass

MOST_TEXT: Final = 200
MOST_PATH: Final = 1000
MOST_DOMAINS: Final = 200
PLATFORM: Final[str] = sys.platform
NBSP: Final = "\N{NO-BREAK SPACE}"
HOST: Final = late(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[?[0-9A-Fa-f:.]{2,45}\]?")
DOMAIN: Final = late(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+")
HOURS: Final = late(r"([01]\d|2[0-3]):([0-5]\d)\s*-\s*([01]\d|2[0-3]):([0-5]\d)")
PAGE: Final = late(r"http://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[!-~]*)?")
VARIABLE: Final = late(r"%([A-Za-z_]*)%")
# What accounts by policy may name; filled in by services.policy_accounts.
VARIABLES: Final = ("USERNAME", "UPN", "UPN_NAME", "FULLNAME", "EMAIL", "EMAIL_NAME")

Words = tuple[str, str]  # French, English


class Unfit(ValueError):
    """Not such a value; what was expected, in both languages."""

    def __init__(self, english: str, french: str) -> None:
        super().__init__(english)
        self.french = french


class Kind(Enum):
    """How a value is written."""

    FLAG = "boolean"
    NUMBER = "number"
    CHOICE = "choice"
    LEVEL = "level"  # a choice that the program has as model.safety.CheckLevel
    TEXT = "text"
    TEMPLATE = "template"  # a text with variables
    HOST = "host"
    URL = "ldap-url"
    WEB = "https-url"
    PATH = "path"
    KEY = "public-key"
    HOURS = "hours"
    DOMAINS = "domains"  # a list
    FINGERPRINTS = "fingerprints"  # a list
    PROXY = "proxy"
    PAGE = "page"  # http://, of a host


LISTS: Final = frozenset({Kind.DOMAINS, Kind.FINGERPRINTS})


class Use(Enum):
    """Whose value it is."""

    SETTING = "setting"  # the teacher's own, unless IT locks it; IT may give a default
    LIMIT = "limit"  # the teacher's own, within this
    DECISION = "decision"  # IT's alone


class Side(Enum):
    """For ``PolicyKey.safe``."""

    DEFAULT = "default"  # a value that cannot be understood is as if it were not there


@dataclass(frozen=True, slots=True)
class PolicyKey:
    """One value. ``default``: what holds when nobody sets it. ``safe``: what holds when a source
    names it and cannot be understood; Side.DEFAULT: the default. ``start``: what the teacher's
    setting is at first, where ``default`` None says that it is the teacher's.
    """

    section: str
    name: str
    kind: Kind
    title: Words
    help: Words
    default: object = None
    use: Use = Use.DECISION
    least: int = 0
    most: int = 0
    choices: tuple[tuple[str, Words], ...] = ()
    unit: Words = ("", "")
    safe: object = Side.DEFAULT
    start: object = None
    required: bool = False  # of an entry of a group
    since: str = "0.1"

    @property
    def id(self) -> str:
        """As files and the command line name it."""
        return f"{self.section}.{self.name}"


@dataclass(frozen=True, slots=True)
class Group:
    """Numbered entries of a section, each taken over wholly or not at all."""

    section: str
    title: Words
    help: Words
    keys: tuple[PolicyKey, ...]
    most: int = 9
    offered: int = 3  # in the ADMX file; a file may number further


@dataclass(frozen=True, slots=True)
class Schema:
    """All areas, values and groups."""

    areas: Mapping[str, Words]
    keys: tuple[PolicyKey, ...]
    groups: tuple[Group, ...]
    by_id: Mapping[str, PolicyKey] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", {key.id: key for key in self.keys})

    def of(self, section: str) -> tuple[PolicyKey, ...]:
        """The values of a section, groups aside."""
        return tuple(key for key in self.keys if key.section == section)

    def group(self, section: str) -> Group | None:
        """The numbered entries of a section."""
        return next((one for one in self.groups if one.section == section), None)


Check = Callable[[str], object]  # raises ValueError


def read(key: PolicyKey, value: object, key_of: Check) -> object:
    """The value in the program's form. Unfit. ``key_of``: octets of a public key from its text."""
    if key.kind is Kind.KEY:
        return _public_key(value, key_of)
    return _READERS[key.kind](key, value)


def from_text(key: PolicyKey, text: str) -> object:
    """The plain value that a text stands for; the text itself where it stands for none."""
    words = text.strip()
    if key.kind is Kind.FLAG:
        return {"1": True, "0": False, "true": True, "false": False}.get(words.lower(), text)
    if key.kind is Kind.NUMBER:
        return int(words) if re.fullmatch("[0-9]{1,9}", words) else text
    if key.kind in LISTS:
        return [one for one in re.split(r"[;,\s]+", words) if one]
    return text


def plain(key: PolicyKey, value: object) -> object:
    """A value as JSON and TOML have it."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, CheckLevel):
        return value.name.lower()
    if key.kind is Kind.HOURS and isinstance(value, tuple):
        return f"{value[0]:%H:%M}-{value[1]:%H:%M}"
    if isinstance(value, tuple):
        return list(value)
    return value


def shown(key: PolicyKey, value: object) -> Words:
    """A value for people."""
    value = plain(key, value)
    if value is None or value == "":
        return ("–", "–")
    if isinstance(value, bool):
        return ("oui", "yes") if value else ("non", "no")
    for name, words in key.choices:
        if name == value:
            return words
    if isinstance(value, list):
        text = ", ".join(str(one) for one in value)
        return (text, text) if text else ("aucun", "none")
    if key.unit[0] and value == 0 and key.use is Use.LIMIT:
        return ("sans limite", "no limit")
    french, english = (f"{NBSP}{unit}" if unit else "" for unit in key.unit)
    return (f"{value}{french}", f"{value}{english}")


# -- inside: one reader a kind ---------------------------------------------------------------------


def _flag(_: PolicyKey, value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, int) and value in (0, 1):  # a REG_DWORD
        return value == 1
    raise Unfit("true or false expected", "vrai ou faux (1 ou 0) attendu")


def _number(key: PolicyKey, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not key.least <= value <= key.most:
        raise Unfit(
            f"a whole number from {key.least} to {key.most} expected",
            f"nombre entier de {key.least} à {key.most} attendu",
        )
    return value


def _choice(key: PolicyKey, value: object) -> str:
    names = [name for name, _ in key.choices]
    if not isinstance(value, str) or value.lower() not in names:
        raise Unfit(f"{_listed(names, 'or')} expected", f"{_listed(names, 'ou')} attendu")
    return value.lower()


def _level(key: PolicyKey, value: object) -> CheckLevel:
    return CheckLevel[_choice(key, value).upper()]


def _text(key: PolicyKey, value: object) -> str:
    if not isinstance(value, str) or len(value) > MOST_TEXT or not value.isprintable():
        raise Unfit(
            f"a text of at most {MOST_TEXT} characters expected",
            f"texte de {MOST_TEXT} caractères au plus attendu",
        )
    return value.strip()


def _template(key: PolicyKey, value: object) -> str:
    text = _text(key, value)
    rest = VARIABLE.sub(lambda one: "" if one[1].upper() in VARIABLES else one[0], text)
    if "%" in rest:
        names = ", ".join(f"%{name}%" for name in VARIABLES)
        raise Unfit(f"no variable but {names} expected", f"aucune autre variable que {names}")
    return text


def _host(key: PolicyKey, value: object) -> str:
    text = _text(key, value)
    if not HOST.fullmatch(text):
        raise Unfit("the name of a server expected", "nom de serveur attendu")
    return text


def _url(key: PolicyKey, value: object) -> str:
    text = _text(key, value)
    try:
        ldap_url.parse(text)
    except (MelError, ValueError) as error:
        english = "ldaps:// or ldap:// and a server expected"
        raise Unfit(english, "ldaps:// ou ldap:// et un serveur attendus") from error
    return text


def _web(key: PolicyKey, value: object) -> str:
    from mel_desktop.formats import oauth_providers  # noqa: PLC0415 first needed here

    text = _text(key, value)
    try:
        return oauth_providers.web_address(text)
    except ValueError as error:
        english = "an address that begins with https:// expected"
        raise Unfit(english, "adresse commençant par https:// attendue") from error


def _path(_: PolicyKey, value: object) -> str:
    if not isinstance(value, str) or len(value) > MOST_PATH or not _is_absolute(value):
        raise Unfit("an absolute path expected", "chemin absolu attendu")
    return value


def _is_absolute(text: str) -> bool:
    if "\0" in text:
        return False
    if PLATFORM == "win32":
        return bool(ntpath.splitdrive(text)[0]) and ntpath.isabs(text)
    return posixpath.isabs(text)


def _public_key(value: object, key_of: Check) -> object:
    english = "an X25519 public key in base64 expected"
    french = "clé publique X25519 en base64 attendue"
    if not isinstance(value, str):
        raise Unfit(english, french)
    try:
        return key_of(value)
    except ValueError as error:
        raise Unfit(f"{english} ({error})", french) from error


def _hours(_: PolicyKey, value: object) -> tuple[time, time]:
    found = HOURS.fullmatch(value.strip()) if isinstance(value, str) else None
    hours = [] if found is None else [int(one) for one in found.groups()]
    if not hours or hours[:2] == hours[2:]:
        raise Unfit("two hours as 07:00-20:00 expected", "deux heures comme 07:00-20:00 attendues")
    return time(hours[0], hours[1]), time(hours[2], hours[3])


def _domains(_: PolicyKey, value: object) -> tuple[str, ...]:
    items = value if isinstance(value, list | tuple) else [None]
    found = [one.strip().lower() if isinstance(one, str) else "" for one in items]
    if len(found) > MOST_DOMAINS or not all(DOMAIN.fullmatch(one) for one in found):
        raise Unfit(
            f"a list of at most {MOST_DOMAINS} domains expected",
            f"liste de {MOST_DOMAINS} domaines au plus attendue",
        )
    return tuple(dict.fromkeys(found))


def _fingerprints(_: PolicyKey, value: object) -> tuple[str, ...]:
    from mel_desktop.logic.proxy_text import read_fingerprints  # noqa: PLC0415 first needed here

    items = value if isinstance(value, list | tuple) else [None]
    try:
        found = read_fingerprints(str(one) for one in items)
    except ValueError as error:
        raise Unfit(
            "a list of host=SHA-256 expected", "liste de serveur=SHA-256 attendue"
        ) from error
    return tuple(f"{host}={one}" for host in sorted(found) for one in sorted(found[host]))


def _proxy(key: PolicyKey, value: object) -> str:
    from mel_desktop.logic.proxy_text import (  # noqa: PLC0415 first needed here
        read_setting,
        write_setting,
    )

    text = _text(key, value)
    try:
        setting = read_setting(text) if text else None
        if setting is None or (setting.server is not None and setting.server.password is not None):
            raise ValueError(text)
    except (MelError, ValueError) as error:
        raise Unfit(
            "system, none, http:// or socks5:// and a host without a password, or pac+ and an"
            " address expected",
            "system, none, http:// ou socks5:// et un serveur sans mot de passe, ou pac+ et une"
            " adresse attendus",
        ) from error
    return write_setting(setting) or "system"


def _page(key: PolicyKey, value: object) -> str:
    text = _text(key, value)
    if not PAGE.fullmatch(text):
        raise Unfit("an address with http:// expected", "adresse en http:// attendue")
    return text


def _listed(names: list[str], word: str) -> str:
    return f"{', '.join(names[:-1])} {word} {names[-1]}"


_READERS: Final[Mapping[Kind, Callable[[PolicyKey, object], object]]] = {
    Kind.FLAG: _flag,
    Kind.NUMBER: _number,
    Kind.CHOICE: _choice,
    Kind.LEVEL: _level,
    Kind.TEXT: _text,
    Kind.TEMPLATE: _template,
    Kind.HOST: _host,
    Kind.URL: _url,
    Kind.WEB: _web,
    Kind.PATH: _path,
    Kind.HOURS: _hours,
    Kind.DOMAINS: _domains,
    Kind.FINGERPRINTS: _fingerprints,
    Kind.PROXY: _proxy,
    Kind.PAGE: _page,
}
