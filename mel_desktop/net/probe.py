"""Looks at the servers of an account, one step after the other: name, connection, TLS, sign-in.

The IMAP password is tried once; where it is refused, the SMTP server is not asked with it, for
accounts lock after three tries. The detail of a failed check begins with the error's code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from cryptography import x509

from mel_desktop.model.accounts import Account, Endpoint, Secret, Security
from mel_desktop.model.changes import Check, CheckState
from mel_desktop.model.errors import ErrorCode, MelError
from mel_desktop.net.certificates import read_certificate
from mel_desktop.net.imap import NOT_LET_THROUGH, ImapConnector, other_imap_way
from mel_desktop.net.smtp import SmtpSubmission, other_way
from mel_desktop.net.transport import Lines, open_socket, tls_context
from mel_desktop.ports import Meter

SOON_DAYS = 14
TOLD_CAPABILITIES = (
    "IMAP4REV1", "UIDPLUS", "MOVE", "CONDSTORE", "QRESYNC", "IDLE", "SPECIAL-USE", "LIST-STATUS",
    "COMPRESS=DEFLATE", "NOTIFY", "QUOTA",
)  # fmt: skip


class NetworkProbe:
    """ports.Probe on real servers."""

    def __init__(self, lines: Lines | None = None) -> None:
        self._lines = lines or Lines()

    def checks(self, account: Account, password: Secret | None) -> Iterable[Check]:
        """Four checks for IMAP, three for SMTP, as far as each one makes sense."""
        refused = False
        for check in self._imap(account, password):
            yield check
            refused = refused or (check.id.endswith("sign-in") and check.state is CheckState.FAIL)
        yield from self._smtp(account, None if refused else password)

    def _imap(self, account: Account, password: Secret | None) -> Iterable[Check]:
        way_out = self._way_out(account)
        if account.id or not way_out.detail.startswith("straight"):  # else the wizard need not say
            yield way_out
        reached = self._reach("imap", account.imap, account, other_imap_way)
        yield reached
        if reached.state is CheckState.FAIL:
            yield _skipped("imap-sign-in", "IMAP sign-in", "server not reached")
            return
        if password is None:
            yield _skipped("imap-sign-in", "IMAP sign-in", "no password")
            return
        try:
            server = ImapConnector(lines=self._lines).connect(account, password, Meter())
        except MelError as error:
            yield _failed("imap-sign-in", "IMAP sign-in", error)
            return
        try:
            names = server.caps.names
            folders = len(server.list_folders())
        except MelError as error:
            yield _failed("imap-sign-in", "IMAP sign-in", error)
            return
        finally:
            server.close()
        yield Check("imap-sign-in", "IMAP sign-in", CheckState.OK, f"signed in, {folders} folders")
        told = [name for name in TOLD_CAPABILITIES if name in {one.upper() for one in names}]
        yield Check("imap-capabilities", "IMAP capabilities", CheckState.OK, " ".join(told))

    def _smtp(self, account: Account, password: Secret | None) -> Iterable[Check]:
        reached = self._reach("smtp", account.smtp, account, other_way)
        yield reached
        if reached.state is CheckState.FAIL or password is None:
            why = "no password to try" if password is None else "server not reached"
            yield _skipped("smtp-sign-in", "SMTP sign-in", why)
            return
        try:
            limit = SmtpSubmission(lines=self._lines).sign_in(account, password, Meter())
        except MelError as error:
            yield _failed("smtp-sign-in", "SMTP sign-in", error)
            return
        detail = "signed in" + (f", messages up to {limit // 1_000_000} MB" if limit else "")
        yield Check("smtp-sign-in", "SMTP sign-in", CheckState.OK, detail)

    def _way_out(self, account: Account) -> Check:
        """By which proxy, and who says so; nothing is opened but what a script needs."""
        told, error = self._lines.way_out(account.imap.host, account.imap.port, account.proxy)
        if error is not None:
            return _failed("proxy", "Way out of the network", error)
        return Check("proxy", "Way out of the network", CheckState.OK, told)

    def _reach(
        self,
        protocol: str,
        endpoint: Endpoint,
        account: Account,
        other: Callable[[Endpoint], Endpoint | None],
    ) -> Check:
        """Name, TCP and, with implicit TLS, the handshake and the certificate. A port that is shut
        where the other one is open is no failure: it is said.
        """
        identity, title = f"{protocol}-reach", f"{protocol.upper()} server"
        try:
            return self._open(identity, title, endpoint, account)
        except MelError as error:
            open_way = other(endpoint)
            if open_way is None or error.code not in NOT_LET_THROUGH:
                return _failed(identity, title, error)
            try:
                found = self._open(identity, title, open_way, account)
            except MelError:
                return _failed(identity, title, error)
            detail = f"port {endpoint.port} is shut here ({error.code.text}); {found.detail}"
            return Check(identity, title, CheckState.WARN, detail, OTHER_PORT)

    def _open(self, identity: str, title: str, endpoint: Endpoint, account: Account) -> Check:
        with self._lines.line(account.id, account.proxy, explains=True) as line:
            stream = open_socket(endpoint, tls_context(account.ca_pem), Meter(), line=line)
        try:
            place = f"{endpoint.host}:{endpoint.port}"
            if endpoint.security is Security.STARTTLS:
                return Check(identity, title, CheckState.OK, f"{place} answers, STARTTLS follows")
            certificate = x509.load_der_x509_certificate(stream.peer_certificate())
            days = (certificate.not_valid_after_utc - datetime.now(UTC)).days
            signer = read_certificate(stream.peer_certificate())
            detail = f"{place} {stream.tls_version}, certificate valid for {days} days"
            if signer is not None:
                detail += f", signed by {signer.issuer}"
            state = CheckState.OK if days > SOON_DAYS else CheckState.WARN
            action = "" if state is CheckState.OK else "Tell the help desk: it expires soon."
            return Check(identity, title, state, detail, action)
        finally:
            stream.close()


def _skipped(identity: str, title: str, why: str) -> Check:
    return Check(identity, title, CheckState.SKIPPED, why)


def _failed(identity: str, title: str, error: MelError) -> Check:
    place = f" {error.facts['host']}:{error.facts.get('port', '')}" if "host" in error.facts else ""
    told = [f"{name} {error.facts[name]}" for name in TOLD_FACTS if name in error.facts]
    place += f" ({', '.join(told)})" if told else ""
    return Check(
        identity,
        title,
        CheckState.FAIL,
        f"{error.code.text}{place}",
        ACTIONS.get(error.code, "Check the network, then the server's name, port and security."),
    )


# What names whom an error is about, and what IT needs to let a certificate through.
TOLD_FACTS = ("proxy", "reply", "cause", "offers", "portal", "issuer", "fingerprint")
OTHER_PORT = "Nothing: the other port is used. Tell the IT department if it shall be opened."
ACTIONS = {
    ErrorCode.CERTIFICATE_INSPECTED: "Ask the school's IT for the file of its authority.",
    ErrorCode.CAPTIVE_PORTAL: "Open this address in the browser and sign in to the network.",
    ErrorCode.PROXY_UNREACHABLE: "Check the proxy's address, or ask the school's IT.",
    ErrorCode.PROXY_REFUSED: "Ask the school's IT to let the mail servers through.",
    ErrorCode.PROXY_SIGN_IN: "Give the proxy's login and password.",
    ErrorCode.PROXY_SCRIPT: "Check the script's address, or ask the school's IT.",
    ErrorCode.SIGN_IN_REFUSED: "Give the login and the password again.",
    ErrorCode.PASSWORD_EXPIRED: "Change the password on the académie's portal.",
    ErrorCode.APP_PASSWORD_NEEDED: "Make an app password in the webmail.",
    ErrorCode.CERTIFICATE: "Give the school's certificate authority, or tell the help desk.",
    ErrorCode.CERTIFICATE_EXPIRED: "Check this PC's date, or tell the help desk.",
    ErrorCode.CERTIFICATE_NAME: "Check the server's name.",
    ErrorCode.NAME_NOT_FOUND: "Check the server's name and the network.",
}
