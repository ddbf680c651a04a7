"""Looks at the servers of an account, one step after the other: name, connection, TLS, sign-in.

The IMAP password is tried once; where it is refused, the SMTP server is not asked with it, for
accounts lock after three tries. The detail of a failed check begins with the error's code.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from cryptography import x509

from mel_desktop.model.accounts import Account, Endpoint, Secret, Security
from mel_desktop.model.changes import Check, CheckState
from mel_desktop.model.errors import ErrorCode, MelError
from mel_desktop.net.imap import ImapConnector
from mel_desktop.net.sasl import NoWays
from mel_desktop.net.smtp import SmtpSubmission
from mel_desktop.net.transport import Lines, open_socket, tls_context
from mel_desktop.ports import Meter
from mel_desktop.signin_ports import SignInWays

SOON_DAYS = 14
TOLD_CAPABILITIES = (
    "IMAP4REV1", "UIDPLUS", "MOVE", "CONDSTORE", "QRESYNC", "IDLE", "SPECIAL-USE", "LIST-STATUS",
    "COMPRESS=DEFLATE", "NOTIFY", "QUOTA",
)  # fmt: skip


class NetworkProbe:
    """ports.Probe on real servers."""

    def __init__(self, lines: Lines | None = None, ways: SignInWays | None = None) -> None:
        self._lines = lines or Lines()
        self._ways = ways or NoWays()

    def checks(self, account: Account, password: Secret | None) -> Iterable[Check]:
        """Four checks for IMAP, three for SMTP, as far as each one makes sense."""
        refused = False
        for check in self._imap(account, password):
            yield check
            refused = refused or (check.id.endswith("sign-in") and check.state is CheckState.FAIL)
        yield from self._smtp(account, None if refused else password)

    def _imap(self, account: Account, password: Secret | None) -> Iterable[Check]:
        reached = self._reach("imap", account.imap, account.ca_pem)
        yield reached
        if reached.state is CheckState.FAIL:
            yield _skipped("imap-sign-in", "IMAP sign-in", "server not reached")
            return
        if password is None:
            yield _skipped("imap-sign-in", "IMAP sign-in", "no password")
            return
        try:
            server = ImapConnector(lines=self._lines, ways=self._ways).connect(
                account, password, Meter()
            )
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
        reached = self._reach("smtp", account.smtp, account.ca_pem)
        yield reached
        if reached.state is CheckState.FAIL or password is None:
            why = "no password to try" if password is None else "server not reached"
            yield _skipped("smtp-sign-in", "SMTP sign-in", why)
            return
        try:
            limit = SmtpSubmission(lines=self._lines, ways=self._ways).sign_in(
                account, password, Meter()
            )
        except MelError as error:
            yield _failed("smtp-sign-in", "SMTP sign-in", error)
            return
        detail = "signed in" + (f", messages up to {limit // 1_000_000} MB" if limit else "")
        yield Check("smtp-sign-in", "SMTP sign-in", CheckState.OK, detail)

    def _reach(self, protocol: str, endpoint: Endpoint, ca_pem: str) -> Check:
        """Name, TCP and, with implicit TLS, the handshake and the certificate."""
        identity, title = f"{protocol}-reach", f"{protocol.upper()} server"
        try:
            with self._lines.line() as line:
                stream = open_socket(endpoint, tls_context(ca_pem), Meter(), line=line)
        except MelError as error:
            return _failed(identity, title, error)
        try:
            place = f"{endpoint.host}:{endpoint.port}"
            if endpoint.security is Security.STARTTLS:
                return Check(identity, title, CheckState.OK, f"{place} answers, STARTTLS follows")
            certificate = x509.load_der_x509_certificate(stream.peer_certificate())
            days = (certificate.not_valid_after_utc - datetime.now(UTC)).days
            detail = f"{place} {stream.tls_version}, certificate valid for {days} days"
            state = CheckState.OK if days > SOON_DAYS else CheckState.WARN
            action = "" if state is CheckState.OK else "Tell the help desk: it expires soon."
            return Check(identity, title, state, detail, action)
        finally:
            stream.close()


def _skipped(identity: str, title: str, why: str) -> Check:
    return Check(identity, title, CheckState.SKIPPED, why)


def _failed(identity: str, title: str, error: MelError) -> Check:
    place = f" {error.facts['host']}:{error.facts.get('port', '')}" if "host" in error.facts else ""
    return Check(
        identity,
        title,
        CheckState.FAIL,
        f"{error.code.text}{place}",
        ACTIONS.get(error.code, "Check the network, then the server's name, port and security."),
    )


ACTIONS = {
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
