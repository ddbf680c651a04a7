"""Services that a teacher may turn to: facts, each with how sure it is, from where and of when."""

from __future__ import annotations

from datetime import date
from enum import Enum

from mel_desktop.model.providers import Words
from mel_desktop.model.values import dataclass


class Evidence(Enum):
    """What a fact rests on; the values are those of the project's notes."""

    OFFICIAL = "A"  # an official page or repository was read
    CODE = "B"  # public code, or a first-hand text
    WEAK = "C"
    STATED = "S"  # only the project's own text says so
    UNVERIFIED = "?"


@dataclass(frozen=True, slots=True)
class Proof:
    """Grade, source in words, and the day on which the source was read."""

    grade: Evidence
    source: str
    as_of: date


@dataclass(frozen=True, slots=True)
class Contact:
    """An address, a number or a page, never UNVERIFIED."""

    value: str
    proof: Proof


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """One service. ``words``: what people type who look for it; ``also``: its other names.

    ``where``: whose it is ("Région académique Bretagne"). None: no source gives one.
    """

    id: str
    name: str
    also: tuple[str, ...]
    where: str
    what: Words
    ask: Words
    words: tuple[str, ...]
    proof: Proof
    web: Contact | None = None
    mail: Contact | None = None
    phone: Contact | None = None
    note: Words | None = None


@dataclass(frozen=True, slots=True)
class ServiceList:
    """The list in force: ``version`` YYYYMMDDnn, ``as_of`` its day."""

    version: int
    as_of: date
    services: tuple[ServiceFacts, ...]
