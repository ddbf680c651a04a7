"""What was found about the servers of a domain, and where each piece comes from."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from mel_desktop.model.accounts import Endpoint
from mel_desktop.model.providers import Grade, LoginForm, Profile, Provider, SignInKind
from mel_desktop.model.values import dataclass


class Protocol(Enum):
    """Which of the two servers."""

    IMAP = "imap"
    SMTP = "smtp"


class Origin(Enum):
    """Who says it, the first the strongest."""

    POLICY = "policy"
    TABLE = "table"
    AUTOCONFIG = "autoconfig"
    SRV = "srv"
    MX = "mx"
    PROBING = "probing"  # a usual name that answers


class Answer(Enum):
    """What a live probe said: TLS with a checked identity and the protocol's greeting, or not."""

    NOT_ASKED = "not-asked"
    AGREED = "agreed"
    SILENT = "silent"  # no such name, nobody listens, no answer in time
    UNTRUSTED = "untrusted"  # its identity could not be checked
    REFUSED = "refused"  # no TLS, or it is no such server


@dataclass(frozen=True, slots=True)
class Candidate:
    """One server that may be the right one.

    ``asks``: an unauthenticated DNS answer leads to another domain (RFC 6186 section 6): a person
    must agree before it is used. ``why``: the code of a failed probe.
    """

    protocol: Protocol
    endpoint: Endpoint
    origin: Origin
    grade: Grade
    source: str = ""
    answer: Answer = Answer.NOT_ASKED
    asks: bool = False
    login: LoginForm | None = None
    sign_in: SignInKind | None = None
    profile: str = ""  # of the provider in the table, as far as it is from there
    why: str = ""
    mechanisms: frozenset[str] = frozenset()  # what it offers for sign-in

    @property
    def is_usable(self) -> bool:
        """Whether it may be filled in without a person's word."""
        return self.answer is Answer.AGREED and not self.asks

    @property
    def is_sure(self) -> bool:
        """Whether it may be filled in though no probe has been made (offline). Never a guess."""
        return not self.asks and self.grade is not Grade.GUESSED


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of a domain so far; grows until ``is_complete``.

    Candidates are in the order in which they are to be preferred. ``offline``: nothing was asked.
    """

    domain: str
    provider: Provider | None = None
    imap: tuple[Candidate, ...] = ()
    smtp: tuple[Candidate, ...] = ()
    is_complete: bool = False
    offline: bool = False
    steps: tuple[tuple[Origin, str], ...] = ()  # what was asked, and how it ended

    def best(self, protocol: Protocol, *, profile: str = "") -> Candidate | None:
        """The one to fill in: the first that agreed and needs no word; see ``_pick``."""
        return self._pick(protocol, profile, lambda one: one.is_usable)

    def choice(self, protocol: Protocol, *, profile: str = "") -> Candidate | None:
        """The same; where nothing could be asked, what is stated (never a guess)."""
        if not self.offline:
            return self.best(protocol, profile=profile)
        return self._pick(protocol, profile, lambda one: one.is_sure)

    def _pick(
        self, protocol: Protocol, profile: str, is_good: Callable[[Candidate], bool]
    ) -> Candidate | None:
        """The first good one of a profile. One of the table's is never mixed with others: two
        services have two passwords. What a domain says in several places may be.
        """
        told = [one for one in self._of(protocol) if is_good(one)]
        exact = next((one for one in told if not profile or one.profile == profile), None)
        if exact is not None or self.profile(profile) is not None:
            return exact
        return next(iter(told), None)

    def _of(self, protocol: Protocol) -> tuple[Candidate, ...]:
        return self.imap if protocol is Protocol.IMAP else self.smtp

    def profile(self, identity: str) -> Profile | None:
        """A profile of the provider."""
        profiles = self.provider.profiles if self.provider else ()
        return next((one for one in profiles if one.id == identity), None)
