"""From a domain to its mail servers: policy, table, published settings, DNS, usual names, probes.

Everything that is harmless at the same time; the first good answer is told at once, and the rest as
it comes. Each server carries who says it, and is asked live (TLS with a checked identity, greeting)
before it may be filled in. Only the domain leaves this PC; what unauthenticated DNS says of another
domain waits for a person's word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from logging import getLogger
from typing import Final, Protocol

from mel_desktop.formats.providers import is_host
from mel_desktop.logic import discovering
from mel_desktop.logic.discovering import Service
from mel_desktop.model.accounts import Endpoint
from mel_desktop.model.discovery import Answer, Candidate, Found, Origin
from mel_desktop.model.discovery import Protocol as MailProtocol
from mel_desktop.model.errors import Cancelled, ErrorCode, LocalRefusal, MelError
from mel_desktop.model.providers import ProviderTable
from mel_desktop.ports import Clock

log = getLogger("mel.discovery")

PATIENCE_S: Final = 2.0  # without a good answer for so long, usual names are tried too
OVERALL_S: Final = 15.0
STEP_S: Final = 0.2  # how soon a run notices that nobody wants it any more
MOST_CANDIDATES: Final = 60
CONFIG_URLS: Final = (
    "https://autoconfig.{domain}/mail/config-v1.1.xml",
    "https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml",
)
# The address is never added as ``emailaddress=``: a domain is enough for nearly every service, and
# the teacher has agreed to nothing yet.

UNTRUSTED: Final = frozenset({
    ErrorCode.CERTIFICATE, ErrorCode.CERTIFICATE_EXPIRED, ErrorCode.CERTIFICATE_NAME,
})  # fmt: skip
REFUSED: Final = frozenset({ErrorCode.TLS, ErrorCode.NO_TLS_OFFERED, ErrorCode.PROTOCOL})

OnNews = Callable[[Found], None]


class Crew(Protocol):
    """Questions about a domain, several at a time (net.discovery.Crew)."""

    def published(self, url: str) -> bytes:
        """The file behind an address. MelError."""
        ...

    def services(self, domain: str) -> tuple[Service, ...]:
        """SRV records. MelError."""
        ...

    def mail_hosts(self, domain: str) -> tuple[str, ...]:
        """MX records. MelError."""
        ...

    def greets(self, protocol: MailProtocol, endpoint: Endpoint) -> frozenset[str]:
        """What a server offers for sign-in. MelError."""
        ...

    def ask(self, name: object, question: Callable[[], object]) -> None:
        """Begin one; its answer comes under this name."""
        ...

    @property
    def is_waiting(self) -> bool:
        """Whether answers are still to come."""
        ...

    def answers(self, seconds: float) -> Iterator[tuple[object, object]]:
        """As they come, for so long at most; an error is a value."""
        ...

    def end(self) -> None:
        """Cut what is under way."""
        ...


class Lookups(Protocol):
    """The network, or what stands for it in tests."""

    def may_ask(self, domain: str) -> bool:
        """Whether the network may be asked about it at all."""
        ...

    def crew(self, ca_pem: str) -> Crew:
        """For one run."""
        ...


class Discovery:
    """One object for a profile; a run keeps nothing."""

    def __init__(
        self,
        table: Callable[[], ProviderTable],
        lookups: Lookups,
        is_offline: Callable[[], bool],
        clock: Clock,
        policy: Callable[[str], tuple[Candidate, ...]] = lambda _domain: (),
        *,
        origin: Callable[[], Origin] = lambda: Origin.TABLE,
        patience_s: float = PATIENCE_S,
        overall_s: float = OVERALL_S,
    ) -> None:
        """``policy``: the servers that IT names for a domain, the first ones of all. ``origin``:
        POLICY where the table itself is IT's.
        """
        self._table = table
        self._lookups = lookups
        self._is_offline = is_offline
        self._clock = clock
        self._policy = policy
        self._origin = origin
        self._patience_s = patience_s
        self._overall_s = overall_s

    def known(self, domain: str, *, provider_id: str = "") -> Found:
        """What is known without asking anybody. LocalRefusal(BAD_ADDRESS | NOT_FOUND)."""
        if not is_host(domain):
            raise LocalRefusal(ErrorCode.BAD_ADDRESS)
        table = self._table()
        provider = table.by_id(provider_id) if provider_id else table.of_domain(domain)
        if provider_id and provider is None:
            raise LocalRefusal(ErrorCode.NOT_FOUND, kind="provider")
        found = Found(domain, provider=provider)
        found = discovering.added(found, self._policy(domain))
        if provider is not None:
            found = discovering.added(found, discovering.of_provider(provider, self._origin()))
        return found

    def look(
        self,
        domain: str,
        on_news: OnNews = lambda _found: None,
        *,
        provider_id: str = "",
        ca_pem: str = "",
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> Found:
        """All that can be found; blocks. ``on_news``: each time more is known. Cancelled."""
        found = self.known(domain, provider_id=provider_id)
        if self._is_offline() or not self._lookups.may_ask(domain):
            return replace(found, is_complete=True, offline=True)
        on_news(found)
        run = _Run(
            found,
            self._table(),
            self._lookups.crew(ca_pem),
            on_news,
            is_cancelled,
            self._clock,
        )
        return run.go(self._patience_s, self._overall_s)


class _Run:
    """One search."""

    def __init__(
        self,
        found: Found,
        table: ProviderTable,
        crew: Crew,
        on_news: OnNews,
        is_cancelled: Callable[[], bool],
        clock: Clock,
    ) -> None:
        self._found = found
        self._table = table
        self._crew = crew
        self._on_news = on_news
        self._is_cancelled = is_cancelled
        self._clock = clock
        self._asked: set[tuple[MailProtocol, Endpoint]] = set()
        self._has_guessed = False

    def go(self, patience_s: float, overall_s: float) -> Found:
        domain, crew = self._found.domain, self._crew
        start = self._clock.monotonic()
        try:
            self._probe()
            for url in CONFIG_URLS:
                self._ask_config(url.format(domain=domain), Origin.AUTOCONFIG, asks=False)
            crew.ask((Origin.SRV, domain), lambda: crew.services(domain))
            crew.ask((Origin.MX, domain), lambda: crew.mail_hosts(domain))
            self._listen(start + min(patience_s, overall_s))
            self._guess()
            self._listen(start + overall_s)
            self._guess()  # an answer that looked good may have been overtaken by a likelier one
            self._listen(start + overall_s)
        finally:
            crew.end()
        self._found = replace(self._found, is_complete=True)
        return self._found

    def _listen(self, until: float) -> None:
        """Till ``until`` of the clock, or till nothing is to come. Cancelled."""
        while self._crew.is_waiting and (left := until - self._clock.monotonic()) > 0:
            for name, answer in self._crew.answers(min(left, STEP_S)):
                before = self._found
                if isinstance(name, Candidate):
                    self._on_probe(name, answer)
                elif isinstance(name, tuple):
                    self._on_step(name, answer)
                self._probe()
                if self._found != before:
                    self._on_news(self._found)
            if self._is_cancelled():
                raise Cancelled

    def _guess(self) -> None:
        """Usual names, unless both servers are found already."""
        if self._has_guessed or discovering.is_good(self._found):
            return
        self._has_guessed = True
        more = discovering.guesses(self._found.domain, self._found.provider, self._table.names)
        self._found = discovering.added(self._found, more)
        self._probe()

    def _probe(self) -> None:
        """Ask every server that was not asked yet."""
        for one in (*self._found.imap, *self._found.smtp):
            key = (one.protocol, one.endpoint)
            if key in self._asked or len(self._asked) >= MOST_CANDIDATES:
                continue
            self._asked.add(key)
            self._crew.ask(one, lambda one=one: self._crew.greets(one.protocol, one.endpoint))  # type: ignore[misc]

    def _ask_config(self, url: str, origin: Origin, *, asks: bool) -> None:
        self._crew.ask((origin, url, asks), lambda: self._crew.published(url))

    def _on_probe(self, one: Candidate, answer: object) -> None:
        if isinstance(answer, MelError):
            state = Answer.SILENT
            if answer.code in UNTRUSTED:
                state = Answer.UNTRUSTED
            elif answer.code in REFUSED:
                state = Answer.REFUSED
            told = replace(one, answer=state, why=answer.code.text)
        else:
            assert isinstance(answer, frozenset)
            told = replace(one, answer=Answer.AGREED, mechanisms=answer)
        self._found = discovering.answered(self._found, told)

    def _on_step(self, name: tuple[object, ...], answer: object) -> None:
        origin, what = name[0], str(name[1])
        assert isinstance(origin, Origin)
        if isinstance(answer, MelError):
            self._note(origin, answer.code.text)
        elif isinstance(answer, bytes):
            self._on_config(origin, what, answer, asks=bool(name[2]))
        elif origin is Origin.SRV:
            services = [one for one in answer if isinstance(one, Service)]  # type: ignore[attr-defined]
            self._note(origin, "found" if services else "nothing")
            self._add(discovering.of_services(services, self._found.domain))
        else:
            self._on_mail_hosts([str(host) for host in answer])  # type: ignore[attr-defined]

    def _on_config(self, origin: Origin, url: str, octets: bytes, *, asks: bool) -> None:
        from mel_desktop.formats.autoconfig import read_config  # noqa: PLC0415 seldom

        try:
            published = read_config(octets, self._found.domain)
        except LocalRefusal as error:
            log.info("published settings are not read: %s", error)
            self._note(origin, "unreadable")
            return
        self._note(origin, "found" if published else "nothing")
        self._add(discovering.of_published(published, url, origin, asks=asks))

    def _on_mail_hosts(self, hosts: list[str]) -> None:
        """A hint only: who takes the mail of a domain often keeps its boxes too."""
        self._note(Origin.MX, "found" if hosts else "nothing")
        for host in hosts[:2]:
            provider = self._table.of_mx(host)
            if provider is not None:
                self._add(discovering.of_provider(provider, Origin.MX, asks=True))
                return
        for host in hosts[:1]:
            parent = host.partition(".")[2]
            if is_host(parent) and not discovering.is_within(parent, self._found.domain):
                self._ask_config(CONFIG_URLS[0].format(domain=parent), Origin.MX, asks=True)

    def _add(self, more: tuple[Candidate, ...]) -> None:
        self._found = discovering.added(self._found, more)

    def _note(self, origin: Origin, outcome: str) -> None:
        self._found = replace(self._found, steps=(*self._found.steps, (origin, outcome)))
