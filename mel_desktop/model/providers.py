"""What is known of mail services: facts, each with how sure it is, from where and of which day.

A fact that is GUESSED is never used before a live probe agreed; none of these values says more than
its grade. The table is resources/providers.toml; formats.providers reads it.
"""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Generic, TypeVar

from mel_desktop.model.accounts import Endpoint
from mel_desktop.model.values import dataclass

T_co = TypeVar("T_co", covariant=True)


class Grade(Enum):
    """How sure a fact is. VERIFIED: seen live; STATED: somebody who should know says it."""

    VERIFIED = "verified"
    STATED = "stated"
    GUESSED = "guessed"


class ProviderKind(Enum):
    """Whose service it is."""

    ACADEMY = "academy"
    NATIONAL = "national"
    SCHOOL = "school"  # of a school or a collectivité: Microsoft 365, Google


class LoginForm(Enum):
    """What is typed as login. PNOM: initial and surname, as the académies made it."""

    PNOM = "pnom"
    ADDRESS = "address"
    LOCAL_PART = "local-part"
    OWN = "own"  # it cannot be told from the address


class SignInKind(Enum):
    """With what one signs in."""

    ACADEMY_PASSWORD = "academy-password"  # noqa: S105 a kind, not a secret
    APP_PASSWORD = "app-password"  # noqa: S105
    OAUTH2 = "oauth2"


@dataclass(frozen=True, slots=True)
class Fact(Generic[T_co]):
    """A value with its grade, its source in words, and the day on which the source was read."""

    value: T_co
    grade: Grade
    source: str
    as_of: date


@dataclass(frozen=True, slots=True)
class Words:
    """Sentences, one a step, in both languages."""

    fr: tuple[str, ...]
    en: tuple[str, ...]

    def of(self, language: str) -> tuple[str, ...]:
        """In the language of the window."""
        return self.fr if language == "fr" else self.en


@dataclass(frozen=True, slots=True)
class Limit:
    """A figure about a service, in octets."""

    name: str  # mailbox_bytes | message_bytes
    octets: int


@dataclass(frozen=True, slots=True)
class Profile:
    """One way to a mailbox: the old service of an académie, the national one, a school's.

    ``limits``: the id of its sending limits in sending-limits.toml. ``steps``: how a password for
    programs is made there.
    """

    id: str
    imap: tuple[Fact[Endpoint], ...] = ()
    smtp: tuple[Fact[Endpoint], ...] = ()
    login: Fact[LoginForm] | None = None
    sign_in: Fact[SignInKind] | None = None
    steps: Fact[Words] | None = None
    webmail: Fact[str] | None = None
    help_page: Fact[str] | None = None
    limits: Fact[str] | None = None
    figures: tuple[Fact[Limit], ...] = ()
    notes: tuple[Fact[Words], ...] = ()


@dataclass(frozen=True, slots=True)
class Provider:
    """A service with its domains; ``profiles``: the likelier one first.

    ``former``: domains of what was merged into it. ``mx``: ends of the names of its MX hosts.
    """

    id: str
    kind: ProviderKind
    name: str
    domains: Fact[tuple[str, ...]]
    former: Fact[tuple[str, ...]] | None
    also: tuple[str, ...]
    mx: Fact[tuple[str, ...]] | None
    order: Fact[tuple[str, ...]]
    profiles: tuple[Profile, ...]

    @property
    def domain(self) -> str:
        """The one that new addresses have; "" where each school has its own."""
        return self.domains.value[0] if self.domains.value else ""

    @property
    def all_domains(self) -> tuple[str, ...]:
        """Former ones included."""
        return self.domains.value + (self.former.value if self.former else ())


@dataclass(frozen=True, slots=True)
class HostNames:
    """Names that servers of a domain often have: always guesses."""

    imap: Fact[tuple[str, ...]]
    smtp: Fact[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class ProviderTable:
    """All of it. ``version``: YYYYMMDDnn, never going back."""

    version: int
    as_of: date
    providers: tuple[Provider, ...]
    names: HostNames

    def by_id(self, identity: str) -> Provider | None:
        """One provider."""
        return next((one for one in self.providers if one.id == identity), None)

    def of_domain(self, domain: str) -> Provider | None:
        """The provider whose domain, or former domain, this is."""
        wanted = domain.lower().rstrip(".")
        return next((one for one in self.providers if wanted in one.all_domains), None)

    def of_mx(self, host: str) -> Provider | None:
        """The provider that takes the mail of a domain with this MX host."""
        wanted = host.lower().rstrip(".")
        for one in self.providers:
            ends = one.mx.value if one.mx else ()
            if any(wanted == end or wanted.endswith(f".{end}") for end in ends):
                return one
        return None

    def academies(self) -> tuple[Provider, ...]:
        """The académies, by name."""
        return tuple(one for one in self.providers if one.kind is ProviderKind.ACADEMY)
