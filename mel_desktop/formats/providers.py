"""The table of mail services, from its TOML form (resources/providers.toml).

Strict: a table that breaks a rule is refused whole, and the error names the key. No fact without
grade, source and date; a source is a name under [sources]. What is known of every old service of
the académies stands under [legacy], of the national one under [national].
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Final, TypeVar

from mel_desktop.model.accounts import Endpoint, Security
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.patterns import late
from mel_desktop.model.providers import (
    Fact,
    Grade,
    HostNames,
    Limit,
    LoginForm,
    Profile,
    Provider,
    ProviderKind,
    ProviderTable,
    SignInKind,
    Words,
)
from mel_desktop.model.values import dataclass

MOST_BYTES: Final = 500_000
MOST_ITEMS: Final = 400
MOST_TEXT: Final = 400
HOST: Final = late(r"(?=.{4,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
                         r"(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+")  # fmt: skip
PATTERN_MARK: Final = "{domain}"
IDENTITY: Final = late(r"[a-z0-9][a-z0-9-]{0,40}")
WEB: Final = late(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?(/[\x21-\x7e]*)?")
PROFILES: Final = ("legacy", "national", "own")
FIGURES: Final = ("mailbox_bytes", "message_bytes")

T = TypeVar("T")
E = TypeVar("E", bound=Enum)
Raw = Mapping[str, object]


def is_host(name: str) -> bool:
    """Whether this is a full host name in ASCII, lower case, and no address."""
    return bool(HOST.fullmatch(name)) and not name.rpartition(".")[2].isdigit()


def read_providers(octets: bytes) -> ProviderTable:
    """The table of a file. LocalRefusal(BAD_FILE, why=bad-provider-table, part=<the key>)."""
    if len(octets) > MOST_BYTES:
        raise _bad("size")
    try:
        told = tomllib.loads(octets.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise LocalRefusal(ErrorCode.BAD_FILE, why="bad-provider-table", part="toml") from error
    return _Reader(told).table()


@dataclass(frozen=True, slots=True)
class _Source:
    text: str
    as_of: date


class _Reader:
    """One file; every method is given the key that it reads, for the error."""

    def __init__(self, told: Raw) -> None:
        self._told = told
        self._sources: dict[str, _Source] = {}

    def table(self) -> ProviderTable:
        told = self._told
        _only(told, "", ("version", "as_of", "sources", "names", "legacy", "national", "provider"))
        version = told.get("version")
        if not isinstance(version, int) or isinstance(version, bool) or version < 2026_00_00_00:
            raise _bad("version")
        for name, one in _dict(told.get("sources"), "sources").items():
            key = f"sources.{name}"
            source = _dict(one, key)
            _only(source, key, ("text", "as_of"))
            self._sources[name] = _Source(
                _text(source.get("text"), f"{key}.text"), _day(source.get("as_of"), f"{key}.as_of")
            )
        national = self._profile(_dict(told.get("national"), "national"), "national", "national")
        legacy = _dict(told.get("legacy"), "legacy")
        providers = tuple(
            self._provider(_dict(one, "provider"), national, legacy)
            for one in _list(told.get("provider"), "provider")
        )
        self._check_alone(providers)
        return ProviderTable(
            version, _day(told.get("as_of"), "as_of"), providers, self._names(told.get("names"))
        )

    def _check_alone(self, providers: tuple[Provider, ...]) -> None:
        """Ids and domains name one provider each."""
        seen: set[str] = set()
        for one in providers:
            for name in (one.id, *one.all_domains):
                if name in seen:
                    raise _bad(f"provider.{one.id}: {name}")
                seen.add(name)

    def _names(self, value: object) -> HostNames:
        names = _dict(value, "names")
        _only(names, "names", ("imap", "smtp"))
        return HostNames(
            self._fact(names.get("imap"), "names.imap", _patterns),
            self._fact(names.get("smtp"), "names.smtp", _patterns),
        )

    def _provider(self, one: Raw, national: Profile, legacy: Raw) -> Provider:
        identity = one.get("id")
        if not isinstance(identity, str) or not IDENTITY.fullmatch(identity):
            raise _bad("provider.id")
        key = f"provider.{identity}"
        _only(one, key, (
            "id", "kind", "name", "domains", "former", "also", "mx", "order", "legacy", "own",
        ))  # fmt: skip
        order = self._fact(one.get("order"), f"{key}.order", _profiles)
        profiles = []
        for name in order.value:
            if name == "national":
                profiles.append(national)
                continue
            own = _dict(one.get(name, {}), f"{key}.{name}")
            profiles.append(
                self._profile({**legacy, **own} if name == "legacy" else own, name, f"{key}.{name}")
            )
        return Provider(
            id=identity,
            kind=_enum(one.get("kind"), f"{key}.kind", ProviderKind),
            name=_text(one.get("name"), f"{key}.name"),
            domains=self._fact(one.get("domains"), f"{key}.domains", _hosts),
            former=self._maybe(one, f"{key}.former", _hosts),
            also=_texts(one.get("also", []), f"{key}.also"),
            mx=self._maybe(one, f"{key}.mx", _hosts),
            order=order,
            profiles=tuple(profiles),
        )

    def _profile(self, one: Raw, identity: str, key: str) -> Profile:
        _only(one, key, (
            "imap", "smtp", "login", "sign_in", "steps", "webmail", "help_page", "limits",
            "figures", "notes",
        ))  # fmt: skip
        return Profile(
            id=identity,
            imap=self._many(one, f"{key}.imap", _endpoint),
            smtp=self._many(one, f"{key}.smtp", _endpoint),
            login=self._maybe(one, f"{key}.login", _of(LoginForm)),
            sign_in=self._maybe(one, f"{key}.sign_in", _of(SignInKind)),
            steps=self._flat(one["steps"], f"{key}.steps", _words) if "steps" in one else None,
            webmail=self._maybe(one, f"{key}.webmail", _web),
            help_page=self._maybe(one, f"{key}.help_page", _web),
            limits=self._maybe(one, f"{key}.limits", _identity),
            figures=self._many(one, f"{key}.figures", _figure),
            notes=self._many(one, f"{key}.notes", _words),
        )

    # -- facts -------------------------------------------------------------------------------------

    def _fact(self, value: object, key: str, read: Callable[[object, str], T]) -> Fact[T]:
        """``{ value = ..., grade = ..., source = ... }``."""
        one = _dict(value, key)
        _only(one, key, ("value", "grade", "source"))
        return self._graded(one, key, read(one.get("value"), f"{key}.value"))

    def _flat(self, value: object, key: str, read: Callable[[object, str], T]) -> Fact[T]:
        """The same with the value's own keys beside grade and source."""
        one = _dict(value, key)
        own = {name: one[name] for name in one if name not in ("grade", "source")}
        return self._graded(one, key, read(own, key))

    def _many(self, one: Raw, key: str, read: Callable[[object, str], T]) -> tuple[Fact[T], ...]:
        name = key.rpartition(".")[2]
        return tuple(self._flat(value, key, read) for value in _list(one.get(name, []), key))

    def _maybe(self, one: Raw, key: str, read: Callable[[object, str], T]) -> Fact[T] | None:
        name = key.rpartition(".")[2]
        return self._fact(one[name], key, read) if name in one else None

    def _graded(self, one: Raw, key: str, value: T) -> Fact[T]:
        source = one.get("source")
        if not isinstance(source, str) or source not in self._sources:
            raise _bad(f"{key}.source")
        told = self._sources[source]
        return Fact(value, _enum(one.get("grade"), f"{key}.grade", Grade), told.text, told.as_of)


# -- values ----------------------------------------------------------------------------------------


def _endpoint(value: object, key: str) -> Endpoint:
    one = _dict(value, key)
    _only(one, key, ("host", "port", "security"))
    port = one.get("port")
    if not isinstance(port, int) or isinstance(port, bool) or not 0 < port < 65536:
        raise _bad(f"{key}.port")
    return Endpoint(
        _host(one.get("host"), f"{key}.host"),
        port,
        _enum(one.get("security"), f"{key}.security", Security),
    )


def _figure(value: object, key: str) -> Limit:
    one = _dict(value, key)
    _only(one, key, ("name", "octets"))
    name, octets = one.get("name"), one.get("octets")
    if name not in FIGURES:
        raise _bad(f"{key}.name")
    if not isinstance(octets, int) or isinstance(octets, bool) or not 0 < octets < 10**13:
        raise _bad(f"{key}.octets")
    return Limit(str(name), octets)


def _words(value: object, key: str) -> Words:
    one = _dict(value, key)
    _only(one, key, ("fr", "en"))
    fr, en = _texts(one.get("fr"), f"{key}.fr"), _texts(one.get("en"), f"{key}.en")
    if not fr or len(fr) != len(en):
        raise _bad(key)
    return Words(fr, en)


def _of(kind: type[E]) -> Callable[[object, str], E]:
    return lambda value, key: _enum(value, key, kind)


def _enum(value: object, key: str, kind: type[E]) -> E:
    found = next((one for one in kind if one.value == value), None)
    if found is None:
        raise _bad(key)
    return found


def _host(value: object, key: str) -> str:
    if not isinstance(value, str) or not is_host(value):
        raise _bad(key)
    return value


def _hosts(value: object, key: str) -> tuple[str, ...]:
    return tuple(_host(one, key) for one in _list(value, key))


def _patterns(value: object, key: str) -> tuple[str, ...]:
    found = _texts(value, key)
    for one in found:
        if one.count(PATTERN_MARK) != 1 or not is_host(one.replace(PATTERN_MARK, "a.fr")):
            raise _bad(key)
    return found


def _profiles(value: object, key: str) -> tuple[str, ...]:
    found = _texts(value, key)
    if not found or len(set(found)) != len(found) or not set(found) <= set(PROFILES):
        raise _bad(key)
    return found


def _identity(value: object, key: str) -> str:
    if not isinstance(value, str) or not IDENTITY.fullmatch(value):
        raise _bad(key)
    return value


def _web(value: object, key: str) -> str:
    if not isinstance(value, str) or len(value) > MOST_TEXT or not WEB.fullmatch(value):
        raise _bad(key)
    return value


def _texts(value: object, key: str) -> tuple[str, ...]:
    return tuple(_text(one, key) for one in _list(value, key))


def _text(value: object, key: str) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= MOST_TEXT:
        raise _bad(key)
    if not value.replace("\N{NO-BREAK SPACE}", " ").isprintable():
        raise _bad(key)
    return value


def _day(value: object, key: str) -> date:
    if isinstance(value, datetime) or not isinstance(value, date):
        raise _bad(key)
    return value


def _dict(value: object, key: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise _bad(key)
    return value


def _list(value: object, key: str) -> list[object]:
    if not isinstance(value, list) or len(value) > MOST_ITEMS:
        raise _bad(key)
    return value


def _only(one: Raw, key: str, known: tuple[str, ...]) -> None:
    """A key that nobody knows is a mistake that would pass unseen."""
    for name in one:
        if name not in known:
            raise _bad(f"{key}.{name}".lstrip("."))


def _bad(key: str) -> LocalRefusal:
    return LocalRefusal(ErrorCode.BAD_FILE, why="bad-provider-table", part=key)
