"""Which servers are worth asking, and which of those found comes first. No IO.

Rule 1: what an unauthenticated DNS answer says of another domain is asked about, never used by
itself (RFC 6186 section 6); the table and HTTPS of the domain itself count as authenticated.
Rule 2: a guess comes last, and is used only when a probe agreed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from mel_desktop.formats.providers import PATTERN_MARK
from mel_desktop.model.accounts import Endpoint, Security
from mel_desktop.model.discovery import Answer, Candidate, Found, Origin, Protocol
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.providers import (
    Fact,
    Grade,
    HostNames,
    Profile,
    Provider,
    ProviderKind,
)
from mel_desktop.model.values import dataclass

if TYPE_CHECKING:
    from mel_desktop.formats.autoconfig import Published

LEGACY: Final = "legacy"

# RFC 6761, 6762, 7686, 8375: names that no resolver of the Internet should be asked for.
RESERVED: Final = frozenset({
    "test", "invalid", "localhost", "example", "local", "onion", "internal", "home.arpa", "lan",
})  # fmt: skip

_WAYS: Final = {
    Protocol.IMAP: ((993, Security.TLS), (143, Security.STARTTLS)),
    Protocol.SMTP: ((465, Security.TLS), (587, Security.STARTTLS)),
}
_RANK: Final = {
    Origin.POLICY: 0,
    Origin.TABLE: 1,
    Origin.AUTOCONFIG: 2,
    Origin.SRV: 3,
    Origin.MX: 4,
    Origin.PROBING: 6,
}
_PERHAPS: Final = 5  # of the table, and yet not known to be this person's


@dataclass(frozen=True, slots=True)
class Service:
    """One SRV record (RFC 2782)."""

    protocol: Protocol
    endpoint: Endpoint
    priority: int
    weight: int


def is_reserved(domain: str) -> bool:
    """Whether nobody outside may be asked about it."""
    labels = domain.lower().rstrip(".").split(".")
    return len(labels) < 2 or labels[-1] in RESERVED or ".".join(labels[-2:]) in RESERVED


def is_within(host: str, domain: str) -> bool:
    """Whether a host belongs to a domain."""
    return host == domain or host.endswith(f".{domain}")


def of_profile(profile: Profile, origin: Origin, *, asks: bool = False) -> tuple[Candidate, ...]:
    """The servers of one profile of the table."""
    login = profile.login.value if profile.login else None
    sign_in = profile.sign_in.value if profile.sign_in else None

    def candidate(protocol: Protocol, fact: Fact[Endpoint]) -> Candidate:
        return Candidate(
            protocol,
            fact.value,
            origin,
            fact.grade,
            source=f"{fact.source} ({fact.as_of.isoformat()})",
            asks=asks,
            login=login,
            sign_in=sign_in,
            profile=profile.id,
        )

    return tuple(
        chain(
            (candidate(Protocol.IMAP, fact) for fact in profile.imap),
            (candidate(Protocol.SMTP, fact) for fact in profile.smtp),
        )
    )


def of_provider(
    provider: Provider, origin: Origin = Origin.TABLE, *, asks: bool = False
) -> tuple[Candidate, ...]:
    """The servers of a provider, the likelier profile first."""
    return tuple(
        one for profile in provider.profiles for one in of_profile(profile, origin, asks=asks)
    )


def of_published(
    published: Iterable[Published], where: str, origin: Origin, *, asks: bool
) -> tuple[Candidate, ...]:
    """The servers that an autoconfig file names."""
    return tuple(
        Candidate(
            one.protocol,
            one.endpoint,
            origin,
            Grade.STATED,
            source=where,
            asks=asks,
            login=one.login,
            sign_in=one.sign_in,
            profile=origin.value,
        )
        for one in published
    )


def of_services(services: Iterable[Service], domain: str) -> tuple[Candidate, ...]:
    """The servers that SRV records name, in the order of RFC 6186 section 3.3: by priority, then
    the heavier ones; implicit TLS before STARTTLS among equals (RFC 8314 section 3).
    """
    ordered = sorted(
        services,
        key=lambda one: (one.priority, one.endpoint.security is Security.STARTTLS, -one.weight),
    )
    return tuple(
        Candidate(
            one.protocol,
            one.endpoint,
            Origin.SRV,
            Grade.STATED,
            source=f"DNS SRV {domain}",
            asks=not is_within(one.endpoint.host, domain),
            profile=Origin.SRV.value,
        )
        for one in ordered
    )


def guesses(domain: str, provider: Provider | None, names: HostNames) -> tuple[Candidate, ...]:
    """Usual names within the domain itself; the webmail's host first (the académies' rule)."""
    legacy = None
    domains = [domain]
    if provider is not None and provider.kind is ProviderKind.ACADEMY:
        legacy = next((one for one in provider.profiles if one.id == LEGACY), None)
        domains = list(dict.fromkeys((domain, provider.domain)))
    found: list[Candidate] = []
    for protocol, fact in ((Protocol.IMAP, names.imap), (Protocol.SMTP, names.smtp)):
        hosts = [one.replace(PATTERN_MARK, at) for at in domains for one in fact.value]
        if protocol is Protocol.IMAP and legacy is not None and legacy.webmail is not None:
            webmail = urlsplit(legacy.webmail.value).hostname or ""
            if any(is_within(webmail, at) for at in domains):
                hosts.insert(0, webmail)
        for host in dict.fromkeys(hosts):
            for port, security in _WAYS[protocol]:
                found.append(
                    Candidate(
                        protocol,
                        Endpoint(host, port, security),
                        Origin.PROBING,
                        Grade.GUESSED,
                        source=fact.source,
                        login=legacy.login.value if legacy and legacy.login else None,
                        sign_in=legacy.sign_in.value if legacy and legacy.sign_in else None,
                        profile=LEGACY if legacy else Origin.PROBING.value,
                    )
                )
    return tuple(found)


def added(found: Found, more: Iterable[Candidate]) -> Found:
    """With these too. A server that is known already keeps what the stronger origin says."""
    profiles = [one.id for one in found.provider.profiles] if found.provider else []
    known: dict[tuple[Protocol, Endpoint], Candidate] = {
        (one.protocol, one.endpoint): one for one in chain(found.imap, found.smtp)
    }
    for one in more:
        key = (one.protocol, one.endpoint)
        before = known.get(key)
        if before is None:
            known[key] = one
        elif _key(one, profiles) < _key(before, profiles):
            known[key] = _joined(one, before)
        elif before.asks and not one.asks:  # somebody trustworthy says the same
            known[key] = replace(before, asks=False)
    return _sorted(found, known.values(), profiles)


def _joined(one: Candidate, before: Candidate) -> Candidate:
    """What a stronger origin says of a server that is known already. Where the table states the
    same server, it is no stranger, and belongs to that profile.
    """
    of_table = before.origin is Origin.TABLE
    is_known = not before.asks and before.grade is not Grade.GUESSED
    return replace(
        one,
        answer=before.answer,
        why=before.why,
        mechanisms=before.mechanisms,
        asks=one.asks and not is_known,
        login=one.login or before.login,
        sign_in=one.sign_in or before.sign_in,
        profile=before.profile if of_table else one.profile,
    )


def answered(found: Found, one: Candidate) -> Found:
    """With the outcome of a probe."""
    profiles = [each.id for each in found.provider.profiles] if found.provider else []
    known = {(each.protocol, each.endpoint): each for each in chain(found.imap, found.smtp)}
    before = known.get((one.protocol, one.endpoint), one)
    known[one.protocol, one.endpoint] = replace(
        before, answer=one.answer, why=one.why, mechanisms=one.mechanisms
    )
    return _sorted(found, known.values(), profiles)


def is_good(found: Found) -> bool:
    """Whether both servers can be filled in, of one service; of an académie with two services, of
    the one that is likelier to be this person's.
    """
    imap = found.best(Protocol.IMAP)
    if imap is None or found.best(Protocol.SMTP, profile=imap.profile) is None:
        return False
    of_table = imap.origin in (Origin.TABLE, Origin.PROBING) and found.provider is not None
    return found.provider is None or not of_table or imap.profile == found.provider.profiles[0].id


def chosen(found: Found, protocol: Protocol, profile: str = "") -> Candidate:
    """The server to take without a person: LocalRefusal(NOT_FOUND | NEEDS_DECISION)."""
    one = found.choice(protocol, profile=profile)
    if one is not None:
        return one
    told = found.imap if protocol is Protocol.IMAP else found.smtp
    if any(each.asks and each.answer is Answer.AGREED for each in told):
        raise LocalRefusal(ErrorCode.NEEDS_DECISION, why="server-of-another-domain")
    raise LocalRefusal(ErrorCode.NOT_FOUND, why="no-server-found", option=protocol.value)


def _sorted(found: Found, all_of: Iterable[Candidate], profiles: Sequence[str]) -> Found:
    ordered = sorted(all_of, key=lambda one: _key(one, profiles))
    return replace(
        found,
        imap=tuple(one for one in ordered if one.protocol is Protocol.IMAP),
        smtp=tuple(one for one in ordered if one.protocol is Protocol.SMTP),
    )


def _key(one: Candidate, profiles: Sequence[str]) -> tuple[int, int, bool, int]:
    """By origin; but what the table does not say for sure of the first profile comes after what
    the domain itself publishes, and there the likelier profile counts more than the grade.
    """
    rank = _RANK[one.origin]
    place = profiles.index(one.profile) if one.profile in profiles else len(profiles)
    is_guess = one.grade is Grade.GUESSED
    if one.origin is Origin.TABLE and not is_guess and place == 0:
        return rank, 0, False, 0
    if one.origin in (Origin.TABLE, Origin.PROBING):
        return _PERHAPS, place, is_guess, rank
    return rank, 0, is_guess, 0
