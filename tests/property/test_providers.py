"""Laws of the readers of the table and of signed containers: they answer or refuse."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.formats.providers import is_host, read_providers
from mel_desktop.formats.signed_data import read_container, to_sign, write_container
from mel_desktop.logic.logins import domain_of, proposed_login
from mel_desktop.model.errors import LocalRefusal
from mel_desktop.model.providers import LoginForm
from mel_desktop.system.shipped import shipped_octets

SHIPPED = shipped_octets("providers.toml")


@given(st.integers(0, len(SHIPPED) - 1), st.binary(max_size=12), st.integers(0, 30))
def test_a_spoilt_table_is_read_or_refused(at: int, octets: bytes, gone: int) -> None:
    with suppress(LocalRefusal):
        table = read_providers(SHIPPED[:at] + octets + SHIPPED[at + gone :])
        for provider in table.providers:
            for profile in provider.profiles:
                for fact in (*profile.imap, *profile.smtp):
                    assert is_host(fact.value.host)
                    assert fact.source


@given(
    st.from_regex(r"[a-z][a-z-]{0,30}", fullmatch=True),
    st.integers(0, 9_999_999_999),
    st.binary(max_size=300),
    st.binary(min_size=64, max_size=64),
)
def test_containers_come_out_as_they_went_in(
    kind: str, version: int, content: bytes, signature: bytes
) -> None:
    told = read_container(write_container(kind, version, content, signature))
    assert (told.kind, told.version, told.content) == (kind, version, content)
    assert told.signed == to_sign(kind, version, content)
    assert told.signature == signature


@given(st.binary(max_size=300))
def test_any_octets_are_no_container(octets: bytes) -> None:
    with suppress(LocalRefusal):
        read_container(octets)


@given(st.text(max_size=60), st.sampled_from(LoginForm))
def test_logins_and_domains_of_anything(email: str, form: LoginForm) -> None:
    login = proposed_login(form, email)
    assert login == login.strip()
    domain = domain_of(email)
    assert domain.isascii()
    assert domain == domain.lower()
