"""SRV and MX records of a domain, by dnspython. What it answers is not authenticated.

Every question has a deadline. Names are absolute: no search list of the PC is added.
"""

from __future__ import annotations

from typing import Final

import dns.exception
import dns.name
import dns.rdatatype
import dns.resolver
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.IN.SRV import SRV

from mel_desktop.formats.providers import is_host
from mel_desktop.logic.discovering import Service
from mel_desktop.model.accounts import Endpoint, Security
from mel_desktop.model.discovery import Protocol
from mel_desktop.model.errors import ConnectionTrouble, ErrorCode

LIFETIME_S: Final = 4.0
MOST: Final = 10  # records of a name that are looked at

# RFC 6186 (_imap, _imaps, _submission), RFC 8314 section 5.1 (_submissions). _imap and _submission
# are taken for STARTTLS: without TLS nothing is ever said.
SERVICES: Final = (
    ("_imaps._tcp", Protocol.IMAP, Security.TLS),
    ("_submissions._tcp", Protocol.SMTP, Security.TLS),
    ("_imap._tcp", Protocol.IMAP, Security.STARTTLS),
    ("_submission._tcp", Protocol.SMTP, Security.STARTTLS),
)


class DnsRecords:
    """Asks the resolvers of the system, or those that are given."""

    def __init__(self, resolver: dns.resolver.Resolver | None = None) -> None:
        self._given = resolver

    def services(self, domain: str) -> tuple[Service, ...]:
        """What SRV says of mail; a root target means "no such service" (RFC 6186 section 3.4)."""
        return tuple(
            Service(protocol, Endpoint(host, record.port, security), record.priority, record.weight)
            for name, protocol, security in SERVICES
            for record in self._ask(f"{name}.{domain}.", dns.rdatatype.SRV)
            if isinstance(record, SRV) and record.port and (host := _host(record.target))
        )

    def mail_hosts(self, domain: str) -> tuple[str, ...]:
        """Who takes its mail, the preferred ones first."""
        records = [one for one in self._ask(f"{domain}.", dns.rdatatype.MX) if isinstance(one, MX)]
        records.sort(key=lambda one: one.preference)
        return tuple(host for one in records if (host := _host(one.exchange)))

    def _ask(self, name: str, kind: dns.rdatatype.RdataType) -> list[object]:
        """The records; none where the name or the kind is not there. ConnectionTrouble."""
        try:
            resolver = self._given or dns.resolver.Resolver()
            answer = resolver.resolve(
                dns.name.from_text(name), kind, lifetime=LIFETIME_S, search=False
            )
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except dns.exception.Timeout as error:
            raise ConnectionTrouble(ErrorCode.TIMED_OUT, why="dns") from error
        except (dns.exception.DNSException, OSError, UnicodeError) as error:
            raise ConnectionTrouble(ErrorCode.NAME_NOT_FOUND, why="dns") from error
        return list(answer)[:MOST]


def _host(name: dns.name.Name) -> str:
    """As text; "" for the root and for what is no host."""
    text = name.to_text(omit_final_dot=True).lower()
    return text if is_host(text) else ""
