"""Laws of the reader of published settings: it answers or refuses, whatever it is given."""

from __future__ import annotations

from xml.sax.saxutils import escape

from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.formats.autoconfig import MOST_BYTES, read_config
from mel_desktop.formats.providers import is_host
from mel_desktop.model.accounts import Security
from mel_desktop.model.errors import LocalRefusal
from tests.support.names import config_xml, server_xml

TEXT = st.text(
    st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\ufffe\uffff"),
    max_size=40,
)
HOST = st.from_regex(r"[a-z0-9]{1,10}(\.[a-z0-9]{1,10}){1,3}", fullmatch=True)


def taken(octets: bytes) -> list[tuple[str, int]]:
    try:
        found = read_config(octets, "x.fr")
    except LocalRefusal:
        return []
    for one in found:  # whatever was read, it can be asked in private
        assert is_host(one.endpoint.host)
        assert 0 < one.endpoint.port < 65536
        assert one.endpoint.security in (Security.TLS, Security.STARTTLS)
    assert len(octets) <= MOST_BYTES
    return [(one.endpoint.host, one.endpoint.port) for one in found]


@given(st.binary(max_size=400))
def test_any_octets(octets: bytes) -> None:
    taken(octets)


@given(st.binary(max_size=60), st.integers(0, 600))
def test_a_good_file_with_octets_in_it(octets: bytes, at: int) -> None:
    good = config_xml(server_xml("imap", "i.x.fr", 993), server_xml("smtp", "s.x.fr", 465))
    taken(good[:at] + octets + good[at:])


@given(TEXT, TEXT, TEXT, TEXT)
def test_any_texts_in_its_places(host: str, port: str, security: str, username: str) -> None:
    body = (
        f'<incomingServer type="imap"><hostname>{escape(host)}</hostname>'
        f"<port>{escape(port)}</port><socketType>{escape(security)}</socketType>"
        f"<username>{escape(username)}</username></incomingServer>"
    )
    taken(config_xml(body))


@given(HOST.filter(is_host), st.integers(1, 65535), st.sampled_from(["SSL", "STARTTLS"]))
def test_what_is_good_comes_out_as_it_went_in(host: str, port: int, security: str) -> None:
    told = taken(config_xml(server_xml("imap", host, port, security=security)))
    assert told == [(host, port)]
