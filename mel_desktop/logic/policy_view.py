"""What is in force, value by value, and who set it: for ``policy show`` and the page. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from mel_desktop.logic.policy_keys import NBSP, PolicyKey, Side, Use, plain, shown
from mel_desktop.logic.policy_schema import SCHEMA
from mel_desktop.model.accounts import Endpoint
from mel_desktop.model.oauth import Provider
from mel_desktop.model.policy import (
    GivenAccount,
    GivenDirectory,
    Origin,
    Policy,
    PolicyFact,
    PolicyRow,
)

_NOTHING: Final = object()


def rows(policy: Policy, chosen: Mapping[str, object]) -> tuple[PolicyRow, ...]:
    """Every value of the schema, then the entries that IT gives. ``chosen``: the teacher's."""
    facts = {fact.key: fact for fact in policy.facts}
    found = []
    for section in SCHEMA.areas:
        found += [_row(key, facts.get(key.id), chosen) for key in SCHEMA.of(section)]
        found += [
            _entry(section, fact)
            for where, fact in sorted(facts.items())
            if where.startswith(f"{section}.") and where not in SCHEMA.by_id
        ]
    return tuple(found)


def described() -> list[dict[str, Any]]:
    """The schema itself, as ``policy schema`` prints it."""
    return [_key_document(key, key.id) for key in SCHEMA.keys] + [
        _key_document(key, f"{group.section}.N.{key.name}")
        for group in SCHEMA.groups
        for key in group.keys
    ]


# -- inside ----------------------------------------------------------------------------------------


def _row(key: PolicyKey, fact: PolicyFact | None, chosen: Mapping[str, object]) -> PolicyRow:
    own = chosen.get(key.id, _NOTHING) if key.use is Use.SETTING else _NOTHING
    value = key.start if key.default is None else key.default
    origin, source, locked, fell = Origin.DEFAULT, "", False, False
    if own is not _NOTHING and (fact is None or not fact.locked):
        value, origin = own, Origin.TEACHER
    elif fact is not None:
        value, origin, source = fact.value, fact.origin, fact.source
        locked, fell = fact.locked, fact.fell
    words = shown(key, value)
    return PolicyRow(
        key.id, SCHEMA.areas[key.section], key.title, key.help, plain(key, value), words,
        origin, source, locked, fell,
    )  # fmt: skip


def _entry(section: str, fact: PolicyFact) -> PolicyRow:
    group = SCHEMA.group(section)
    assert group is not None
    number = fact.key.rpartition(".")[2]
    title = (group.title[0].format(n=number), group.title[1].format(n=number))
    words = _entry_words(fact.value)
    return PolicyRow(
        fact.key, SCHEMA.areas[section], title, group.help, _entry_document(fact.value),
        (words, words), fact.origin, fact.source, locked=True,
    )  # fmt: skip


def _entry_words(value: object) -> str:
    if isinstance(value, GivenAccount):
        return f"{value.email or '…'} ({value.imap.host}, {value.smtp.host})"
    if isinstance(value, GivenDirectory):
        return f"{value.url}{NBSP}{value.base}".strip()
    if isinstance(value, Provider):
        return value.name or value.issuer or value.id
    return ""


_NEVER_SHOWN: Final = ("client_secret", "ca_pem")


def _entry_document(value: object) -> dict[str, Any]:
    assert isinstance(value, GivenAccount | GivenDirectory | Provider)
    found: dict[str, Any] = {}
    for name in value.__slots__:
        if name in _NEVER_SHOWN:
            continue
        one = getattr(value, name)
        if isinstance(one, Endpoint):
            found[name] = {**asdict(one), "security": one.security.value}
        else:
            found[name] = one
    return found


def _key_document(key: PolicyKey, name: str) -> dict[str, Any]:
    value = key.start if key.default is None else key.default
    found: dict[str, Any] = {
        "key": name,
        "area": key.section,
        "type": key.kind.value,
        "use": key.use.value,
        "default": plain(key, value),
        "title": {"fr": key.title[0], "en": key.title[1]},
        "help": {"fr": key.help[0], "en": key.help[1]},
        "since": key.since,
    }
    if key.most:
        found |= {"least": key.least, "most": key.most}
    if key.choices:
        found["choices"] = [name for name, _ in key.choices]
    if key.safe is not Side.DEFAULT:
        found["safe_side"] = plain(key, key.safe)
    if key.required:
        found["required"] = True
    return found
