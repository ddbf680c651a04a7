"""Looks at the servers of an account, one step after the other: name, connection, TLS, sign-in.

The IMAP password is tried once; where it is refused, the SMTP server is not asked with it, for
accounts lock after three tries. The detail of a failed check begins with the error's code.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from mel_desktop.formats import ldap_url
from mel_desktop.model.accounts import Account, Endpoint, Secret, Security
from mel_desktop.model.changes import Check, CheckState
from mel_desktop.model.doctor import Remedy
from mel_desktop.model.errors import Cancelled, ErrorCode, Fact, MelError
from mel_desktop.net.imap import ImapConnector, ImapSession, other_imap_way
from mel_desktop.net.imap_quirks import ROWS
from mel_desktop.net.reaching import resolve
from mel_desktop.net.sasl import NoWays
from mel_desktop.net.smtp import SmtpSubmission, other_way
from mel_desktop.net.smtp_session import Deadlines
from mel_desktop.net.tls_look import TlsFacts, facts_of, look, start_tls
from mel_desktop.net.transport import Line, Lines, errors, open_socket, tls_context
from mel_desktop.ports import Meter
from mel_desktop.signin_ports import SignInWays

SOON_DAYS: Final = 14
CONNECT_SECONDS: Final = 12.0
SILENCE_SECONDS: Final = 25.0
NAME_SECONDS: Final = 10.0
OTHER_SECONDS: Final = 4.0
TOLD_CAPABILITIES: Final = (
    "IMAP4REV1", "UIDPLUS", "MOVE", "CONDSTORE", "QRESYNC", "IDLE", "SPECIAL-USE", "LIST-STATUS",
    "COMPRESS=DEFLATE", "NOTIFY", "QUOTA",
)  # fmt: skip
COSTLY: Final = ("CONDSTORE", "UIDPLUS", "IDLE", "MOVE", "SPECIAL-USE", "QUOTA")
DEARLY_MISSED: Final = frozenset({"CONDSTORE", "UIDPLUS"})
BRIEF: Final = frozenset({
    "way-out", "imap-reach", "imap-sign-in", "imap-capabilities", "smtp-reach", "smtp-sign-in",
})  # fmt: skip
_SHUT: Final = {"imap": "imap-blocked", "smtp": "smtp-blocked"}
NEARLY_FULL, FULL = 90, 100  # percent
_BLOCKED: Final = frozenset({
    ErrorCode.UNREACHABLE, ErrorCode.TIMED_OUT, ErrorCode.CONNECTION_LOST,
})  # fmt: skip
_UNBELIEVED: Final = frozenset({
    ErrorCode.CERTIFICATE, ErrorCode.CERTIFICATE_EXPIRED, ErrorCode.CERTIFICATE_NAME,
    ErrorCode.CERTIFICATE_INSPECTED,
})  # fmt: skip


class NetworkProbe:
    """services.checks_account.Prober on real servers."""

    def __init__(self, lines: Lines | None = None, ways: SignInWays | None = None) -> None:
        self._lines = lines or Lines()
        self._account: Account | None = None  # whose way out is taken
        self._ways = ways or NoWays()

    def checks(self, account: Account, password: Secret | None) -> Iterable[Check]:
        """What a person who adds an account must know: reached, signed in, what is offered."""
        return (one for one in self._all(account, password, brief=True) if one.id in BRIEF)

    def thorough(self, account: Account, password: Secret | None) -> Iterable[Check]:
        """The same with names, certificates, ways of the server, quota."""
        return self._all(account, password, brief=False)

    def _line(self) -> AbstractContextManager[Line]:
        account = self._account
        if account is None:
            return self._lines.line()
        return self._lines.line(account.id, account.proxy, explains=True)

    def _all(self, account: Account, password: Secret | None, *, brief: bool) -> Iterator[Check]:
        self._account = account
        way_out = self._way_out(account)
        if account.id or not way_out.detail.startswith("straight"):  # else a wizard need not say
            yield way_out
        refused = False
        for check in self._imap(account, password, brief=brief):
            yield check
            refused = refused or (check.id == "imap-sign-in" and check.state is CheckState.FAIL)
        yield from self._smtp(account, None if refused else password, brief=brief)

    def _imap(self, account: Account, password: Secret | None, *, brief: bool) -> Iterator[Check]:
        reached = True
        for check in self._way("imap", account.imap, account.ca_pem, brief=brief):
            yield check
            reached = reached and not (check.id == "imap-reach" and check.state is CheckState.FAIL)
        if not reached or password is None:
            yield _skipped("imap-sign-in", "IMAP sign-in", "reached" if reached else "")
            return
        connector = ImapConnector(
            lines=self._lines,
            ways=self._ways,
            connect_seconds=CONNECT_SECONDS,
            silence_seconds=SILENCE_SECONDS,
        )
        try:
            server = connector.connect(account, password, Meter())
        except MelError as error:
            yield _failed("imap-sign-in", "IMAP sign-in", error, remedy=Remedy.PASSWORD)
            return
        try:
            yield from _signed_in(server, brief=brief)
        except MelError as error:
            yield _failed("imap-sign-in", "IMAP sign-in", error)
        finally:
            server.close()

    def _smtp(self, account: Account, password: Secret | None, *, brief: bool) -> Iterator[Check]:
        reached = True
        for check in self._way("smtp", account.smtp, account.ca_pem, brief=brief):
            yield check
            reached = reached and not (check.id == "smtp-reach" and check.state is CheckState.FAIL)
        if not reached or password is None:
            yield _skipped("smtp-sign-in", "SMTP sign-in", "reached" if reached else "")
            return
        deadlines = Deadlines(connect=CONNECT_SECONDS, command=SILENCE_SECONDS)
        submission = SmtpSubmission(
            deadlines, lines=self._lines, other_way=other_way, ways=self._ways
        )
        try:
            told, mechanisms = submission.examine(account, password, Meter())
        except MelError as error:
            yield _failed("smtp-sign-in", "SMTP sign-in", error, remedy=Remedy.PASSWORD)
            return
        limit = told.size_limit
        detail = "signed in" + (f", messages up to {limit // 1_000_000} MB" if limit else "")
        known = [one for one in mechanisms if one.replace("-", "").isalnum()][:8]
        facts: dict[str, Fact] = {"megabytes": limit // 1_000_000, "ways": " ".join(known)}
        yield _good(
            "smtp-sign-in", "SMTP sign-in", detail, "smtp-limit" if limit else "smtp-signed", facts
        )

    def _way_out(self, account: Account) -> Check:
        """By which proxy, and who says so; nothing is opened but what a script needs."""
        told, error = self._lines.way_out(account.imap.host, account.imap.port, account.proxy)
        if error is not None:
            return _failed("way-out", "Way out of the network", error)
        return _good("way-out", "Way out of the network", told, "way-out", {"way": told})

    # -- the way to one server ---------------------------------------------------------------------

    def _way(
        self, protocol: str, endpoint: Endpoint, ca_pem: str, *, brief: bool
    ) -> Iterator[Check]:
        if not brief:
            named = self._name(protocol, endpoint)
            yield named
            if named.state is CheckState.FAIL:  # once is enough to wait for a name server
                code = named.detail.partition(" ")[0]
                yield replace(named, id=f"{protocol}-reach", title=_server(protocol), says=code)
                return
        yield from self._reach(protocol, endpoint, ca_pem, brief=brief)

    def _name(self, protocol: str, endpoint: Endpoint) -> Check:
        """Which addresses the name of the server has here."""
        identity, title = f"{protocol}-dns", f"{protocol.upper()} server's name"
        host = endpoint.host
        try:
            with self._line() as line, errors(host, endpoint.port):
                deadline = time.monotonic() + NAME_SECONDS
                found = resolve(host, endpoint.port, deadline, line.check)
        except MelError as error:
            return _failed(identity, title, error)
        told = [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]
        addresses = list(dict.fromkeys(told))
        fourth = sum(one.version == 4 for one in addresses)
        facts: dict[str, Fact] = {
            "host": host, "four": fourth, "six": len(addresses) - fourth,
            "addresses": ", ".join(map(str, addresses[:4])),
        }  # fmt: skip
        says = "dns-found"
        if host in {str(one) for one in addresses}:
            says = "dns-address"
        elif any(one.is_private for one in addresses):
            says = "dns-private"
        return _good(identity, title, f"{host}: {facts['addresses']}", says, facts)

    def _reach(
        self, protocol: str, endpoint: Endpoint, ca_pem: str, *, brief: bool
    ) -> Iterator[Check]:
        """TCP, TLS (behind STARTTLS only for the thorough), the certificate."""
        identity, title = f"{protocol}-reach", _server(protocol)
        meter = Meter()
        try:
            with self._line() as line:
                stream = open_socket(
                    endpoint,
                    tls_context(ca_pem),
                    meter,
                    connect_seconds=CONNECT_SECONDS,
                    silence_seconds=SILENCE_SECONDS,
                    line=line,
                )
            try:
                if endpoint.security is Security.STARTTLS and not brief:
                    start_tls(stream, endpoint, protocol)
                told = facts_of(stream)
            finally:
                stream.close()
        except MelError as error:
            yield self._not_reached(protocol, endpoint, error, brief=brief)
            if error.code in _UNBELIEVED and not brief:
                yield self._unbelieved(protocol, endpoint, error)
            return
        place = f"{endpoint.host}:{endpoint.port}"
        facts: dict[str, Fact] = {
            "host": endpoint.host, "port": endpoint.port, "ms": round((meter.rtt_s or 0) * 1000),
        }  # fmt: skip
        if told is None:
            detail = f"{place} answers, STARTTLS follows"
            yield _good(identity, title, detail, "reached", facts)
            return
        days = (told.not_after - datetime.now(UTC)).days
        detail = f"{place} {told.protocol}, certificate valid for {days} days"
        if days > SOON_DAYS:
            yield _good(identity, title, detail, "reached", facts)
        else:
            facts["days"] = days
            action = "Tell the help desk: it expires soon."
            yield Check(
                identity, title, CheckState.WARN, detail, action, "reached-ends", _sorted(facts)
            )
        if not brief:
            yield _believed(protocol, told, is_own=bool(ca_pem))

    def _not_reached(
        self, protocol: str, endpoint: Endpoint, error: MelError, *, brief: bool
    ) -> Check:
        failed = _failed(f"{protocol}-reach", _server(protocol), error)
        if brief or error.code not in _BLOCKED:
            return failed
        other = _other(protocol, endpoint)
        if other is None or not self._is_open(other):
            return failed
        facts = _sorted({**dict(failed.facts), "other": other.port})
        detail = f"port {endpoint.port} is not let through, port {other.port} is open"
        return replace(  # the program goes by the other one without being told
            failed, state=CheckState.WARN, detail=detail, action="",
            says=_SHUT[protocol], facts=facts,
        )  # fmt: skip

    def _is_open(self, endpoint: Endpoint) -> bool:
        try:
            with self._line() as line:
                open_socket(
                    replace(endpoint, security=Security.STARTTLS),  # as it is: no handshake
                    tls_context(""),
                    Meter(),
                    connect_seconds=OTHER_SECONDS,
                    line=line,
                ).close()
        except Cancelled:
            raise
        except MelError:
            return False
        return True

    def _unbelieved(self, protocol: str, endpoint: Endpoint, error: MelError) -> Check:
        """The certificate that was not believed, shown."""
        identity, title = f"{protocol}-tls", f"{protocol.upper()} server's certificate"
        told: TlsFacts | None
        try:
            with self._line() as line:
                line.trust = None  # nobody believes it: it is looked at, and that is all
                told = look(endpoint, protocol, line)
        except Cancelled:
            raise
        except MelError:
            told = None
        failed = _failed(identity, title, error)
        if told is None:
            return failed
        now = datetime.now(UTC)
        says = "tls-untrusted"
        if error.code is ErrorCode.CERTIFICATE_EXPIRED:
            says = "tls-not-yet" if told.not_before > now else "tls-expired"
        elif told.is_inspected:
            says = "tls-inspected"
        elif error.code is ErrorCode.CERTIFICATE_NAME:
            says = "tls-name"
        elif told.is_self_signed:
            says = "tls-self-signed"
        facts = {**dict(failed.facts), **_tls(told), "host": endpoint.host}
        return replace(failed, says=says, facts=_sorted(facts))

    # -- directories -------------------------------------------------------------------------------

    def directory(self, identity: str, url: str, ca_pem: str) -> Check:
        """Whether an LDAP server is reached in private; nothing is asked of it."""
        title = "Directory server"
        try:
            endpoint, _ = ldap_url.parse(url)
            with self._line() as line:
                stream = open_socket(
                    endpoint, tls_context(ca_pem), Meter(), connect_seconds=CONNECT_SECONDS,
                    silence_seconds=SILENCE_SECONDS, line=line,
                )  # fmt: skip
            stream.close()
        except MelError as error:
            return _failed(identity, title, error)
        facts: dict[str, Fact] = {"host": endpoint.host, "port": endpoint.port}
        return _good(identity, title, f"{endpoint.host}:{endpoint.port}", "reached", facts)


def _signed_in(server: ImapSession, *, brief: bool) -> Iterator[Check]:
    names = frozenset(one.upper() for one in server.caps.names)
    folders = len(server.list_folders())
    signed = f"signed in, {folders} folders"
    yield _good("imap-sign-in", "IMAP sign-in", signed, "signed-in", {"folders": folders})
    told = " ".join(name for name in TOLD_CAPABILITIES if name in names)
    lacks = [name for name in COSTLY if not any(one.startswith(name) for one in names)]
    facts: dict[str, Fact] = {"offers": told, "lacks": " ".join(lacks)}
    offered = _good(
        "imap-capabilities", "IMAP capabilities", told, "caps-lack" if lacks else "caps", facts
    )
    if DEARLY_MISSED & set(lacks) and not brief:
        offered = replace(offered, state=CheckState.WARN)
    yield offered
    if brief:
        return
    if known := sorted(server.quirks.servers):
        done = [row.done for row in ROWS if row.server in known]
        facts = {"server": ", ".join(known), "ways": len(done)}
        yield _good("imap-quirks", "Ways of the server", "; ".join(done), "quirks", facts)
    yield from _quota(server)


def _quota(server: ImapSession) -> Iterator[Check]:
    for one in server.quota():
        if one.resource == "STORAGE" and one.limit > 0:
            yield quota_check(one.used, one.limit)
            return
    yield Check("quota", "Quota", CheckState.SKIPPED, "the server keeps none", says="quota-none")


def quota_check(used: int, limit: int) -> Check:
    """How full a mailbox is, of octets used and allowed."""
    percent = used * 100 // limit
    facts: dict[str, Fact] = {"percent": percent, "megabytes": limit // 1_000_000}
    check = _good("quota", "Quota", f"{percent} % of {limit // 1_000_000} MB", "quota", facts)
    if percent >= FULL:
        detail = f"{ErrorCode.MAILBOX_FULL.text} {check.detail}"
        return replace(
            check, state=CheckState.FAIL, detail=detail, says="quota-full", remedy=Remedy.STORAGE
        )
    if percent >= NEARLY_FULL:
        return replace(check, state=CheckState.WARN, says="quota-soon", remedy=Remedy.STORAGE)
    return check


def _believed(protocol: str, told: TlsFacts, *, is_own: bool) -> Check:
    facts = {**_tls(told), "days": (told.not_after - datetime.now(UTC)).days}
    detail = f"{told.subject}, signed by {told.signer}; {told.protocol}, {told.key}"
    check = _good(
        f"{protocol}-tls", f"{protocol.upper()} server's certificate", detail,
        "tls-own" if is_own else "tls-good", facts,
    )  # fmt: skip
    if told.is_inspected:
        return replace(check, state=CheckState.WARN, says="tls-inspected-believed")
    return check


def _tls(told: TlsFacts) -> dict[str, Fact]:
    return {
        "subject": told.subject or "?", "signer": told.signer or "?",
        "names": ", ".join(told.names), "until": f"{told.not_after:%Y-%m-%d}",
        "chain": " ← ".join(one for one in told.chain if one), "protocol": told.protocol,
        "key": told.key, "from": f"{told.not_before:%Y-%m-%d}",
    }  # fmt: skip


def _other(protocol: str, endpoint: Endpoint) -> Endpoint | None:
    return other_way(endpoint) if protocol == "smtp" else other_imap_way(endpoint)


def _server(protocol: str) -> str:
    return f"{protocol.upper()} server"


def _sorted(facts: dict[str, Fact]) -> tuple[tuple[str, Fact], ...]:
    return tuple(sorted(facts.items()))


def _good(identity: str, title: str, detail: str, says: str, facts: dict[str, Fact]) -> Check:
    return Check(identity, title, CheckState.OK, detail, says=says, facts=_sorted(facts))


def _skipped(identity: str, title: str, reached: str) -> Check:
    why, says = ("no password to try", "no-password") if reached else (
        "server not reached", "not-reached",
    )  # fmt: skip
    return Check(identity, title, CheckState.SKIPPED, why, says=f"skipped-{says}")


def _failed(identity: str, title: str, error: MelError, *, remedy: Remedy = Remedy.NONE) -> Check:
    if isinstance(error, Cancelled):
        raise error
    place = f" {error.facts['host']}:{error.facts.get('port', '')}" if "host" in error.facts else ""
    named = [f"{name} {error.facts[name]}" for name in TOLD_FACTS if name in error.facts]
    place += f" ({', '.join(named)})" if named else ""
    safe = {name: error.facts[name] for name in ("host", "port") if name in error.facts}
    return Check(
        identity,
        title,
        CheckState.FAIL,
        f"{error.code.text}{place}",
        ACTIONS.get(error.code, "Check the network, then the server's name, port and security."),
        error.code.text,
        _sorted(safe),
        remedy=remedy if error.code in _SIGN_IN else Remedy.NONE,
    )


_SIGN_IN: Final = frozenset({
    ErrorCode.SIGN_IN_REFUSED, ErrorCode.PASSWORD_EXPIRED, ErrorCode.APP_PASSWORD_NEEDED,
})  # fmt: skip
# What names whom an error is about, and what IT needs to let a certificate through.
TOLD_FACTS: Final = ("proxy", "reply", "cause", "offers", "portal", "issuer", "fingerprint")
ACTIONS: Final = {
    ErrorCode.CERTIFICATE_INSPECTED: "Ask the school's IT for the file of its authority.",
    ErrorCode.CAPTIVE_PORTAL: "Open this address in the browser and sign in to the network.",
    ErrorCode.PROXY_UNREACHABLE: "Check the proxy's address, or ask the school's IT.",
    ErrorCode.PROXY_REFUSED: "Ask the school's IT to let the mail servers through.",
    ErrorCode.PROXY_SIGN_IN: "Give the proxy's login and password.",
    ErrorCode.PROXY_SCRIPT: "Check the script's address, or ask the school's IT.",
    ErrorCode.SIGN_IN_REFUSED: "Give the login and the password again.",
    ErrorCode.PASSWORD_EXPIRED: "Change the password on the académie's portal.",
    ErrorCode.APP_PASSWORD_NEEDED: "Make an app password in the webmail.",
    ErrorCode.ACCOUNT_LOCKED: "Wait an hour, try the webmail, then ask the help desk.",
    ErrorCode.BLOCKED_ABROAD: "Sign in to the webmail in a browser first, then try again.",
    ErrorCode.ACCESS_CLOSED: "Ask the help desk to open IMAP and sending for this account.",
    ErrorCode.GRANT_ENDED: "Sign in again on the provider's page.",
    ErrorCode.CERTIFICATE: "Give the school's certificate authority, or tell the help desk.",
    ErrorCode.CERTIFICATE_EXPIRED: "Check this PC's date, or tell the help desk.",
    ErrorCode.CERTIFICATE_NAME: "Check the server's name.",
    ErrorCode.NAME_NOT_FOUND: "Check the server's name and the network.",
}
