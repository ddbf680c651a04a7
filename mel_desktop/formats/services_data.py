"""The list of services, from its TOML form (resources/services.toml).

Strict: a list that breaks a rule is refused whole, and the error names the key. No entry and no
address without grade, source and date; an address that is not verified is refused too.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.patterns import late
from mel_desktop.model.providers import Words

if TYPE_CHECKING:
    from mel_desktop.model.services import Contact, Proof, ServiceFacts, ServiceList

MOST_BYTES: Final = 500_000
MOST_SERVICES: Final = 1_000
MOST_ITEMS: Final = 40
MOST_TEXT: Final = 600
IDENTITY: Final = late(r"[a-z0-9][a-z0-9-]{0,60}")
WEB: Final = late(
    r"https://[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+(/[\x21-\x7e]*)?"
)
MAIL: Final = late(r"[A-Za-z0-9._+-]+@[a-z0-9-]+(\.[a-z0-9-]+)+")
PHONE: Final = late(r"\+?[0-9]([0-9 ]{1,20})[0-9]")

Raw = Mapping[str, object]


def read_services(octets: bytes) -> ServiceList:
    """The list of a file. LocalRefusal(BAD_FILE, why=bad-service-list, part=<the key>)."""
    from mel_desktop.model.services import ServiceList  # noqa: PLC0415 first needed here

    if len(octets) > MOST_BYTES:
        raise _bad("size")
    try:
        told = tomllib.loads(octets.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise LocalRefusal(ErrorCode.BAD_FILE, why="bad-service-list", part="toml") from error
    _only(told, "", ("version", "as_of", "sources", "service"))
    version = told.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 2026_00_00_00:
        raise _bad("version")
    sources = {
        name: _source(_dict(one, f"sources.{name}"), f"sources.{name}")
        for name, one in _dict(told.get("sources"), "sources").items()
    }
    entries = told.get("service")
    if not isinstance(entries, list) or not 0 < len(entries) <= MOST_SERVICES:
        raise _bad("service")
    services = tuple(_service(_dict(one, "service"), sources) for one in entries)
    if len({one.id for one in services}) != len(services):
        raise _bad("service.id")
    return ServiceList(version, _day(told.get("as_of"), "as_of"), services)


def _service(one: Raw, sources: Mapping[str, tuple[str, date]]) -> ServiceFacts:
    from mel_desktop.model.services import (  # noqa: PLC0415 first needed here
        Contact,
        Evidence,
        ServiceFacts,
    )

    identity = one.get("id")
    if not isinstance(identity, str) or not IDENTITY.fullmatch(identity):
        raise _bad("service.id")
    key = f"service.{identity}"
    _only(one, key, (
        "id", "name", "also", "where", "what", "ask", "words", "grade", "source", "web", "mail",
        "phone", "note",
    ))  # fmt: skip

    def contact(name: str, form: re.Pattern[str]) -> Contact | None:
        if name not in one:
            return None
        told = _dict(one[name], f"{key}.{name}")
        _only(told, f"{key}.{name}", ("value", "grade", "source"))
        value = _text(told.get("value"), f"{key}.{name}")
        proof = _proof(told, f"{key}.{name}", sources)
        if not form.fullmatch(value) or proof.grade is Evidence.UNVERIFIED:
            raise _bad(f"{key}.{name}")
        return Contact(value, proof)

    return ServiceFacts(
        id=identity,
        name=_text(one.get("name"), f"{key}.name"),
        also=_texts(one.get("also", []), f"{key}.also"),
        where=_text(one.get("where"), f"{key}.where"),
        what=_words(one.get("what"), f"{key}.what"),
        ask=_words(one.get("ask"), f"{key}.ask"),
        words=_texts(one.get("words"), f"{key}.words"),
        proof=_proof(one, key, sources),
        web=contact("web", WEB),
        mail=contact("mail", MAIL),
        phone=contact("phone", PHONE),
        note=_words(one["note"], f"{key}.note") if "note" in one else None,
    )


def _source(one: Raw, key: str) -> tuple[str, date]:
    _only(one, key, ("text", "as_of"))
    return _text(one.get("text"), f"{key}.text"), _day(one.get("as_of"), f"{key}.as_of")


def _proof(one: Raw, key: str, sources: Mapping[str, tuple[str, date]]) -> Proof:
    from mel_desktop.model.services import Evidence, Proof  # noqa: PLC0415 first needed here

    grade = next((known for known in Evidence if known.value == one.get("grade")), None)
    if grade is None:
        raise _bad(f"{key}.grade")
    source = one.get("source")
    if not isinstance(source, str) or source not in sources:
        raise _bad(f"{key}.source")
    return Proof(grade, *sources[source])


def _words(value: object, key: str) -> Words:
    one = _dict(value, key)
    _only(one, key, ("fr", "en"))
    return Words((_text(one.get("fr"), f"{key}.fr"),), (_text(one.get("en"), f"{key}.en"),))


def _text(value: object, key: str) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= MOST_TEXT or not value.isprintable():
        raise _bad(key)
    return value


def _texts(value: object, key: str) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MOST_ITEMS:
        raise _bad(key)
    return tuple(_text(one, key) for one in value)


def _day(value: object, key: str) -> date:
    if isinstance(value, datetime) or not isinstance(value, date):
        raise _bad(key)
    return value


def _dict(value: object, key: str) -> Raw:
    if not isinstance(value, dict):
        raise _bad(key)
    return value


def _only(one: Raw, key: str, names: tuple[str, ...]) -> None:
    for name in one:
        if name not in names:
            raise _bad(f"{key}.{name}".lstrip("."))


def _bad(key: str) -> LocalRefusal:
    return LocalRefusal(ErrorCode.BAD_FILE, why="bad-service-list", part=key)
