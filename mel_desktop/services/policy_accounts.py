"""Accounts that IT gives, and which others may be added.

Texts of a given account may hold variables of the session and of the address
(logic.policy_keys.VARIABLES). One that this PC does not know leaves its text empty: the teacher
types it. Accounts at the servers of a given one are always allowed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from logging import getLogger
from typing import TYPE_CHECKING, Final

from mel_desktop.logic.policy_keys import VARIABLE
from mel_desktop.logic.recipients import domain_of
from mel_desktop.model.accounts import Endpoint, NewAccount
from mel_desktop.model.errors import ErrorCode, LocalRefusal, MelError
from mel_desktop.model.policy import AccountPolicy, GivenAccount, OfferedAccount, SessionNames
from mel_desktop.model.providers import Grade, LoginForm
from mel_desktop.model.values import dataclass
from mel_desktop.services.accounts import Accounts

if TYPE_CHECKING:
    from mel_desktop.model.discovery import Candidate

log = getLogger("mel.policy")

# Forms of login that the search knows too.
LOGINS: Final = {
    "": LoginForm.ADDRESS,
    "%EMAIL%": LoginForm.ADDRESS,
    "%EMAIL_NAME%": LoginForm.LOCAL_PART,
}
PEM: Final = "-----BEGIN CERTIFICATE-----"


@dataclass(frozen=True, slots=True)
class PolicyAccounts:
    """``read_file``: octets of a file, or MelError. ``names``: of whoever has the session."""

    accounts: Accounts
    policy: AccountPolicy
    names: Callable[[], SessionNames]
    read_file: Callable[[str], bytes]

    def offered(self) -> tuple[OfferedAccount, ...]:
        """Given accounts that are not here yet, in their order."""
        if not self.policy.given:
            return ()
        names = self.names()
        here = self.accounts.all()
        emails = {one.email.lower() for one in here}
        servers = {one.imap for one in here}
        found = []
        for given in self.policy.given:
            new = self.filled(given, names)
            known = new.email.lower() in emails if new.email else given.imap in servers
            if not known:
                found.append(OfferedAccount(given.number, new))
        return tuple(found)

    def filled(self, given: GivenAccount, names: SessionNames, email: str = "") -> NewAccount:
        """The account as far as it is known. ``email``: what the teacher typed instead."""
        of_session = {
            "USERNAME": names.username,
            "UPN": names.upn,
            "UPN_NAME": names.upn.partition("@")[0],
            "FULLNAME": names.full_name,
        }
        address = email or _address(given.email, of_session)
        known = {**of_session, "EMAIL": address, "EMAIL_NAME": address.partition("@")[0]}
        return NewAccount(
            email=address,
            login=_fill(given.login, known) if given.login else address,
            imap=given.imap,
            smtp=given.smtp,
            name=_fill(given.name, known),
            provider=given.provider,
            ca_pem=pem(given.ca_file, self.read_file),
        )

    def with_address(self, offer: OfferedAccount, email: str) -> NewAccount:
        """The same for the address that the teacher typed."""
        given = next(one for one in self.policy.given if one.number == offer.number)
        return self.filled(given, self.names(), email)

    def check(self, email: str, imap: Endpoint, smtp: Endpoint) -> None:
        """LocalRefusal(POLICY) for an account that is not to be here."""
        if any((one.imap, one.smtp) == (imap, smtp) for one in self.policy.given):
            return
        if not self.policy.others_allowed:
            raise LocalRefusal(ErrorCode.POLICY, key="accounts.others_allowed")
        domains = self.policy.allowed_domains
        if domains is not None and domain_of(email.strip().lower()) not in domains:
            raise LocalRefusal(ErrorCode.POLICY, key="accounts.allowed_domains")


def servers_of(policy: AccountPolicy, domain: str) -> tuple[Candidate, ...]:
    """Servers that IT names for addresses of a domain: before the table and every search."""
    from mel_desktop.model.discovery import (  # noqa: PLC0415 first needed here
        Candidate,
        Origin,
        Protocol,
    )

    found = []
    for given in policy.given:
        if given.email.rpartition("@")[2].lower() != domain.lower():
            continue
        for protocol, endpoint in ((Protocol.IMAP, given.imap), (Protocol.SMTP, given.smtp)):
            found.append(
                Candidate(
                    protocol,
                    endpoint,
                    Origin.POLICY,
                    Grade.STATED,
                    source=f"accounts.{given.number}",
                    login=LOGINS.get(given.login.upper()),
                )
            )
    return tuple(found)


def pem(path: str, read_file: Callable[[str], bytes]) -> str:
    """Authorities of a file that a policy names; "" (and a word in the log) where there are none.

    Without them the connection fails: trust only ever grows by what is there.
    """
    if not path:
        return ""
    try:
        text = read_file(path).decode("ascii")
    except (MelError, UnicodeDecodeError):
        text = ""
    if PEM not in text:
        log.warning("no certificate authority in the file that the policy names")
        return ""
    return text


def _address(template: str, known: Mapping[str, str]) -> str:
    found = _fill(template, {**known, "EMAIL": "", "EMAIL_NAME": ""})
    name, at, domain = found.partition("@")
    return found.lower() if name and at and domain and " " not in found else ""


def _fill(template: str, known: Mapping[str, str]) -> str:
    """The text, "" when a variable in it is not known here."""
    if any(not known.get(one[1].upper(), "") for one in VARIABLE.finditer(template)):
        return ""
    return VARIABLE.sub(lambda one: known[one[1].upper()], template)
