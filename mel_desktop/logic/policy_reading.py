"""One policy of all sources: each value by itself, the strongest source that names it. Pure.

Rule 1: a value is understood wholly or not at all; what is not is told, the others stand.
Rule 2: a locked value goes before a default, whatever their sources.
Rule 3: where a value with a safe side cannot be understood, that side holds, and no weaker source
is asked: nobody gets round a rule because IT misspelt it.
Rule 4: an entry of a group (an account) is one value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any, Final

from mel_desktop.logic.folding import fold
from mel_desktop.logic.policy_keys import Check, Group, PolicyKey, Side, Unfit, Use, from_text, read
from mel_desktop.logic.policy_schema import SCHEMA
from mel_desktop.model.accounts import Endpoint, Secret, Security
from mel_desktop.model.oauth import Provider
from mel_desktop.model.policy import (
    AccountPolicy,
    DirectoryPolicy,
    GivenAccount,
    GivenDirectory,
    InterfacePolicy,
    LinkPolicy,
    NetworkPolicy,
    Origin,
    Policy,
    PolicyDefaults,
    PolicyFact,
    PolicyTrouble,
    ReadingPolicy,
    RetentionPolicy,
    SendingPolicy,
    TrustPolicy,
    UpdatePolicy,
    VaultPolicy,
)
from mel_desktop.model.safety import CheckLevel
from mel_desktop.model.signed_data import DataPolicy
from mel_desktop.model.values import dataclass

DEFAULTS: Final = "defaults"
PORTS: Final = {
    ("imap", "tls"): 993,
    ("imap", "starttls"): 143,
    ("smtp", "tls"): 465,
    ("smtp", "starttls"): 587,
}
MOST_SHOWN: Final = 60  # characters of a name that nobody knows

Raw = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Source:
    """What a place said, sections by name."""

    name: str
    raw: Raw
    origin: Origin = Origin.MACHINE


@dataclass(slots=True)
class _Taken:
    key_of: Check
    locked: dict[str, PolicyFact] = field(default_factory=dict)
    defaults: dict[str, PolicyFact] = field(default_factory=dict)
    entries: dict[str, PolicyFact] = field(default_factory=dict)
    spoilt: set[str] = field(default_factory=set)  # entries that no weaker source may give
    ignored: list[PolicyTrouble] = field(default_factory=list)


def merge(sources: Sequence[Source], key_of: Check) -> Policy:
    """One policy, the first source the strongest. ``key_of``: as in policy_keys.read."""
    taken = _Taken(key_of)
    for source in sources:
        for section, values in source.raw.items():
            if section == DEFAULTS:
                _defaults(taken, source, values)
            elif section not in SCHEMA.areas or not isinstance(values, Mapping):
                _tell(taken, source, section, "unknown section", "section inconnue")
            else:
                _section(taken, source, section, values)
    return _policy(taken)


# -- inside ----------------------------------------------------------------------------------------


def _tell(taken: _Taken, source: Source, key: object, english: str, french: str) -> None:
    name = str(key)
    taken.ignored.append(PolicyTrouble(source.name, name[:MOST_SHOWN], english, french))


def _section(taken: _Taken, source: Source, section: str, values: Mapping[Any, object]) -> None:
    group = SCHEMA.group(section)
    for name, value in values.items():
        key = SCHEMA.by_id.get(f"{section}.{name}")
        if key is not None:
            _take(taken, source, key, value)
        elif group is not None and _is_number(str(name), group.most):
            _entry(taken, source, group, str(name), value)
        else:
            _tell(taken, source, f"{section}.{name}", "unknown name", "nom inconnu")


def _is_number(name: str, most: int) -> bool:
    return len(name) == 1 and name in "123456789" and int(name) <= most


def _take(taken: _Taken, source: Source, key: PolicyKey, value: object) -> None:
    try:
        found, fell = read(key, value, taken.key_of), False
    except Unfit as unfit:
        _tell(taken, source, key.id, str(unfit), unfit.french)
        if key.safe is Side.DEFAULT:
            return
        found, fell = key.safe, True
    taken.locked.setdefault(
        key.id, PolicyFact(key.id, found, source.origin, source.name, locked=True, fell=fell)
    )


def _defaults(taken: _Taken, source: Source, sections: object) -> None:
    if not isinstance(sections, Mapping):
        _tell(taken, source, DEFAULTS, "unknown section", "section inconnue")
        return
    for section, values in sections.items():
        if not isinstance(values, Mapping):
            _tell(taken, source, f"{DEFAULTS}.{section}", "unknown section", "section inconnue")
            continue
        for name, value in values.items():
            key = SCHEMA.by_id.get(f"{section}.{name}")
            if key is None or key.use is not Use.SETTING:
                why = ("unknown name", "nom inconnu") if key is None else _ONLY_LOCKED
                _tell(taken, source, f"{DEFAULTS}.{section}.{name}", *why)
                continue
            try:
                found = read(key, value, taken.key_of)
            except Unfit as unfit:
                _tell(taken, source, f"{DEFAULTS}.{key.id}", str(unfit), unfit.french)
                continue
            if found is CheckLevel.FORBID:
                _tell(taken, source, f"{DEFAULTS}.{key.id}", *_NO_FORBIDDING)
                continue
            fact = PolicyFact(key.id, found, source.origin, source.name, locked=False)
            taken.defaults.setdefault(key.id, fact)


_ONLY_LOCKED: Final = ("cannot be a default", "ne peut pas être une valeur proposée")
_NO_FORBIDDING: Final = (
    "off, hint or warn expected: forbidding is no default",
    "off, hint ou warn attendu\N{NO-BREAK SPACE}: interdire ne se propose pas",
)


def _entry(taken: _Taken, source: Source, group: Group, number: str, value: object) -> None:
    where = f"{group.section}.{number}"
    taken_before = where in taken.entries or where in taken.spoilt
    found = _understood(taken, source, group, where, value)
    if taken_before:
        return
    if found is None:
        taken.spoilt.add(where)
    else:
        given = _GIVEN[group.section](int(number), found)
        taken.entries[where] = PolicyFact(where, given, source.origin, source.name)


def _understood(
    taken: _Taken, source: Source, group: Group, where: str, value: object
) -> dict[str, Any] | None:
    """The values of an entry, or None: one that is wrong spoils it."""
    if not isinstance(value, Mapping):
        _tell(taken, source, where, "a table expected", "table attendue")
        return None
    known = {key.name: key for key in group.keys}
    found: dict[str, Any] = {key.name: key.default for key in group.keys}
    good = True
    for name, one in value.items():
        key = known.get(str(name))
        if key is None:
            _tell(taken, source, f"{where}.{name}", "unknown name", "nom inconnu")
        elif one != "":  # as forms leave what nobody filled in
            try:
                found[key.name] = read(key, one, taken.key_of)
            except Unfit as unfit:
                _tell(taken, source, f"{where}.{name}", str(unfit), unfit.french)
                good = False
    for key in group.keys:
        if key.required and value.get(key.name, "") == "":
            _tell(taken, source, f"{where}.{key.name}", "is missing", "manque")
            good = False
    return found if good else None


def _account(number: int, found: dict[str, Any]) -> GivenAccount:
    ends = {}
    for kind in ("imap", "smtp"):
        security = found[f"{kind}_security"]
        port = found[f"{kind}_port"] or PORTS[kind, security]
        ends[kind] = Endpoint(found[f"{kind}_host"].strip("[]"), port, Security(security))
    rest = {name: found[name] for name in ("email", "login", "name", "provider", "ca_file")}
    return GivenAccount(number=number, imap=ends["imap"], smtp=ends["smtp"], **rest)


def _directory(number: int, found: dict[str, Any]) -> GivenDirectory:
    return GivenDirectory(number=number, **found)


def _provider(_: int, found: dict[str, Any]) -> Provider:
    from mel_desktop.formats import oauth_providers  # noqa: PLC0415 first needed here

    ends: dict[str, Any] = {}
    for kind in ("imap", "smtp"):
        host, port = found.pop(f"{kind}_host"), found.pop(f"{kind}_port")
        ends[kind] = oauth_providers.endpoint(f"{host}:{port}") if host and port else None
    secret, scopes = found.pop("client_secret"), found.pop("scopes")
    return Provider(
        client_secret=Secret(secret) if secret else None,
        scopes=tuple(scopes.split()),
        **ends,
        **found,
    )


_GIVEN: Final = {"accounts": _account, "directory": _directory, "oauth": _provider}


def _policy(taken: _Taken) -> Policy:
    def of(section: str, facts: Mapping[str, PolicyFact]) -> dict[str, Any]:
        keys = SCHEMA.of(section)
        return {key.name: facts[key.id].value for key in keys if key.id in facts}

    entries = sorted(taken.entries.items())
    given: dict[str, list[Any]] = {group.section: [] for group in SCHEMA.groups}
    for where, fact in entries:
        given[where.partition(".")[0]].append(fact.value)
    locked, defaults = taken.locked, taken.defaults
    free = [fact for key, fact in defaults.items() if key not in locked]
    return Policy(
        vault=VaultPolicy(**of("vault", locked)),
        retention=RetentionPolicy(**of("retention", locked)),
        sending=SendingPolicy(**of("sending", locked)),
        ignored=tuple(taken.ignored),
        accounts=AccountPolicy(given=tuple(given["accounts"]), **of("accounts", locked)),
        directory=DirectoryPolicy(given=tuple(given["directory"]), **of("directory", locked)),
        oauth=tuple(given["oauth"]),
        links=LinkPolicy(**of("links", locked)),
        network=NetworkPolicy(**of("network", locked)),
        data=DataPolicy(**of("data", locked)),
        updates=UpdatePolicy(**of("updates", locked)),
        interface=InterfacePolicy(**of("interface", locked)),
        trust=TrustPolicy(**of("trust", locked)),
        reading=ReadingPolicy(**of("reading", locked)),
        defaults=PolicyDefaults(
            vault=VaultPolicy(**of("vault", defaults)),
            sending=SendingPolicy(**of("sending", defaults)),
            interface=InterfacePolicy(**of("interface", defaults)),
        ),
        facts=(*locked.values(), *free, *(fact for _, fact in entries)),
    )


ACADEMY: Final = "ACADEMIE"  # a property of the MSI that is no policy of its own
_LONG_NAMES: Final = {"clermont": "Clermont-Ferrand", "reunion": "La Réunion"}
_SHORT_NAMES: Final = {"clermont-ferrand": "clermont", "la-reunion": "reunion"}


def msi_property(section: str, name: str, *, number: int = 0, default: bool = False) -> str:
    """The property of the MSI, and the value that it writes in the registry."""
    head = "DEFAULT_" if default else ""
    return f"{head}{section}{number or ''}_{name}".upper()


def academy_named(text: str) -> str:
    """``creteil``, ``ac-creteil`` or ``Créteil``: as the open directory names it; "": nobody's."""
    from mel_desktop.logic.lookalikes import ACADEMIES  # noqa: PLC0415 on Windows, after an MSI

    name = "-".join(fold(text).replace("-", " ").split()).removeprefix("ac-")
    name = _SHORT_NAMES.get(name, name)
    return _LONG_NAMES.get(name, name) if f"ac-{name}.fr" in ACADEMIES else ""


def from_properties(values: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """Sections of what an MSI wrote (texts by property, empty ones left alone); unknown names.

    ACADEMIE narrows the open directory where DIRECTORY_ANNUAIRE_ONLY does not.
    """
    places: dict[str, tuple[PolicyKey, tuple[str, ...]]] = {}
    for key in SCHEMA.keys:
        places[msi_property(key.section, key.name)] = (key, (key.section, key.name))
        if key.use is Use.SETTING:
            name = msi_property(key.section, key.name, default=True)
            places[name] = (key, (DEFAULTS, key.section, key.name))
    for group in SCHEMA.groups:
        for number in range(1, group.most + 1):
            for key in group.keys:
                name = msi_property(key.section, key.name, number=number)
                places[name] = (key, (key.section, str(number), key.name))
    found: dict[str, Any] = {}
    unknown = []
    for name, text in values.items():
        place = places.get(name.upper())
        if name.upper() == ACADEMY and (not text.strip() or academy_named(text)):
            continue
        if place is None:
            unknown.append(name)
        elif text.strip():
            key, path = place
            section = found
            for part in path[:-1]:
                section = section.setdefault(part, {})
            section[path[-1]] = from_text(key, text)
    if academy := academy_named(
        next((values[one] for one in values if one.upper() == ACADEMY), "")
    ):
        found.setdefault("directory", {}).setdefault("annuaire_only", academy)
    return found, unknown
