"""What servers say in words when they refuse a sign-in, each with its source.

Response codes come first (RFC 5530, RFC 3463); these are for servers that have none, or tell more
in words. A text is looked for in what the server said, case ignored, the first that fits counts.
The server's sentence itself never becomes a fact: it may name people.

No sentence of the national service or of Convergence for a refusal is known from a source, nor is
one of any server for a sign-in from abroad: the last rows take the words that such a refusal can
hardly do without. All of them lead to a hold, so that a wrong guess costs an explanation, no lock.
"""

from __future__ import annotations

import re
from typing import Final

from mel_desktop.model.errors import ErrorCode as E
from mel_desktop.model.patterns import late
from mel_desktop.model.values import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One sentence. ``example``: as the server says it, for the tests and for readers."""

    server: str
    pattern: re.Pattern[str]
    code: E
    example: str
    source: str


def _row(server: str, pattern: str, code: E, example: str, source: str) -> Row:
    return Row(server, late(pattern, re.IGNORECASE), code, example, source)


ROWS: Final = (
    # -- Google
    _row(
        "Gmail",
        r"application-specific password required",
        E.APP_PASSWORD_NEEDED,
        "[ALERT] Application-specific password required",
        "mozilla-b2g/gaia-email-libs-and-more: canned login errors",
    ),
    _row(
        "Gmail",
        r"log ?in via your web browser|web login required",
        E.BLOCKED_ABROAD,
        "[ALERT] Please log in via your web browser: (Failure)",
        "support.google.com/mail/answer/78754: an unusual place or device",
    ),
    _row(
        "Gmail",
        r"not enabled for imap use|imap access is disabled for your domain",
        E.ACCESS_CLOSED,
        "[ALERT] Your account is not enabled for IMAP use.",
        "mozilla-b2g/gaia-email-libs-and-more: canned login errors",
    ),
    # -- Microsoft
    _row(
        "Exchange Online",
        r"smtpclientauthentication is disabled",
        E.ACCESS_CLOSED,
        "5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.",
        "learn.microsoft.com: authenticated-client-smtp-submission",
    ),
    _row(
        "Exchange Online",
        r"basic authentication is (disabled|not supported)",
        E.ACCESS_CLOSED,
        "5.7.139 Authentication unsuccessful, basic authentication is disabled.",
        "learn.microsoft.com: deprecation-of-basic-authentication-exchange-online",
    ),
    _row(
        "Exchange Online",
        r"locked by your organi[sz]ation|security defaults policy",
        E.ACCESS_CLOSED,
        "5.7.139 Authentication unsuccessful, user is locked by your organization's security"
        " defaults policy. Contact your administrator.",
        "learn.microsoft.com: security defaults block basic authentication",
    ),
    _row(
        "Exchange Online",
        r"authenticated but not connected",
        E.ACCESS_CLOSED,
        "User is authenticated but not connected.",
        "M66B/FairEmail:ServiceSynchronize; answered where IMAP is closed for the mailbox",
    ),
    # -- Zimbra
    _row(
        "Zimbra",
        r"does not have (imap|pop3?) access enabled",
        E.ACCESS_CLOSED,
        "account does not have IMAP access enabled",
        "Zimbra/zm-mailbox:store/src/java/com/zimbra/cs/imap/ImapHandler.java",
    ),
    # -- Cyrus (libsasl2, whose words saslauthd's other users have too)
    _row(
        "Cyrus SASL",
        r"passphrase (has )?expired",
        E.PASSWORD_EXPIRED,
        "passphrase expired, has to be reset",
        "cyrusimap/cyrus-sasl:lib/common.c sasl_errstring",
    ),
    _row(
        "Cyrus SASL",
        r"(passphrase|password) locked",
        E.ACCOUNT_LOCKED,
        "passphrase locked",
        "cyrusimap/cyrus-sasl:lib/common.c sasl_errstring",
    ),
    _row(
        "Cyrus SASL",
        r"account (is )?disabled|user disabled",
        E.ACCESS_CLOSED,
        "account disabled",
        "cyrusimap/cyrus-sasl:lib/common.c sasl_errstring; dovecot/core:src/auth (user disabled)",
    ),
    # -- Dovecot
    _row(
        "Dovecot",
        r"login disabled for this user",
        E.ACCESS_CLOSED,
        "Login disabled for this user",
        "dovecot/core:src/login-common/client-common-auth.c",
    ),
    # -- in words, whoever says them
    _row(
        "any",
        r"app(lication)?[- ]?(specific )?password|mot de passe (d.application|s[ée]curis[ée])",
        E.APP_PASSWORD_NEEDED,
        "please create an app password",
        "Purelymail/purelymail-issues#337; the national webmail's own word for it",
    ),
    _row(
        "any",
        r"password.{0,30}expired|expired password|mot de passe.{0,30}expir|must.{0,20}change.{0,20}"
        r"password|(change|changer).{0,30}mot de passe",
        E.PASSWORD_EXPIRED,
        "Your password has expired",
        "RFC 5530 EXPIRED in words",
    ),
    _row(
        "any",
        r"account.{0,30}lock(ed|out)|locked out|too many (failed|invalid|unsuccessful|wrong)"
        r"|compte.{0,30}(bloqu|verrouill)",
        E.ACCOUNT_LOCKED,
        "Your account is locked after too many failed logins",
        "Zimbra's account status lockout; RFC 5530 CONTACTADMIN in words",
    ),
    _row(
        "any",
        r"\b(from )?(this|your) (country|location|region)\b|\bgeo-?(ip|block|fenc|graph)"
        r"|\babroad\b|[àa] l.[ée]tranger|hors de france|(ce|votre) pays\b",
        E.BLOCKED_ABROAD,
        "Login from your country is not allowed",
        "domain: the national service asks for more proof from abroad (messagerie nationale, aide)",
    ),
)
_ENHANCED: Final = {
    "5.7.9": E.APP_PASSWORD_NEEDED,  # Google: 534-5.7.9 Application-specific password required
    "5.7.14": E.BLOCKED_ABROAD,  # Google: 534-5.7.14 Please log in via your web browser
}


def reading(said: str, enhanced: str = "") -> E | None:
    """The code of a refusal by its words; None where they tell nothing."""
    for row in ROWS:
        if row.pattern.search(said):
            return row.code
    return _ENHANCED.get(enhanced)
