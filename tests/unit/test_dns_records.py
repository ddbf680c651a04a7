"""Records of a domain: what a resolver says, what it cannot, and how much of it is looked at."""

from __future__ import annotations

import dns.exception
import dns.name
import dns.rdataclass
import dns.rdatatype
import dns.resolver
import pytest
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.IN.SRV import SRV

from mel_desktop.model.accounts import Endpoint, Security
from mel_desktop.model.errors import ConnectionTrouble, ErrorCode
from mel_desktop.net.dns_records import MOST, DnsRecords


class Resolver(dns.resolver.Resolver):
    """Answers from a book; what is no list is raised."""

    def __init__(self, book: dict[str, object]) -> None:
        super().__init__(configure=False)
        self._book = book
        self.asked: list[str] = []

    def resolve(self, qname: dns.name.Name, rdtype: object, **options: object) -> object:  # type: ignore[override]
        assert qname.is_absolute()
        assert options["search"] is False
        self.asked.append(qname.to_text())
        told = self._book.get(qname.to_text(), dns.resolver.NXDOMAIN())
        if isinstance(told, Exception):
            raise told
        return told


def srv(target: str, port: int = 993, priority: int = 0) -> SRV:
    name = dns.name.from_text(target)
    return SRV(dns.rdataclass.IN, dns.rdatatype.SRV, priority, 0, port, name)


def test_root_targets_port_0_and_what_is_no_host_are_left_out() -> None:
    book = {
        "_imaps._tcp.x.fr.": [
            srv("."), srv("imap.x.fr."), srv("imap.x.fr.", 0), srv("localhost."),
            srv("_under.x.fr."), srv("127.0.0.1."), srv("IMAP2.X.FR.", 1993),
        ]
    }  # fmt: skip
    found = DnsRecords(Resolver(book)).services("x.fr")
    assert [one.endpoint for one in found] == [
        Endpoint("imap.x.fr", 993, Security.TLS),
        Endpoint("imap2.x.fr", 1993, Security.TLS),
    ]


def test_a_flood_of_records_is_cut() -> None:
    book = {"_imaps._tcp.x.fr.": [srv(f"i{number}.x.fr.") for number in range(500)]}
    assert len(DnsRecords(Resolver(book)).services("x.fr")) == MOST


def test_mail_hosts_in_their_order() -> None:
    records = [
        MX(dns.rdataclass.IN, dns.rdatatype.MX, preference, dns.name.from_text(name))
        for preference, name in ((20, "b.x.fr."), (10, "a.x.fr."), (5, "."))
    ]
    assert DnsRecords(Resolver({"x.fr.": records})).mail_hosts("x.fr") == ("a.x.fr", "b.x.fr")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (dns.resolver.NoNameservers(), ErrorCode.NAME_NOT_FOUND),
        (dns.resolver.NoResolverConfiguration(), ErrorCode.NAME_NOT_FOUND),
        (dns.exception.Timeout(), ErrorCode.TIMED_OUT),
        (OSError("network"), ErrorCode.NAME_NOT_FOUND),
    ],
)
def test_troubles_are_ours(error: Exception, code: ErrorCode) -> None:
    with pytest.raises(ConnectionTrouble) as caught:
        DnsRecords(Resolver({"x.fr.": error})).mail_hosts("x.fr")
    assert caught.value.code is code


def test_a_name_or_a_kind_that_is_not_there_is_no_trouble() -> None:
    assert DnsRecords(Resolver({})).services("x.fr") == ()
