"""The table of mail services: no fact without grade, source and date, and nothing read loosely."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date

import pytest

from mel_desktop.formats.providers import read_providers
from mel_desktop.formats.school_calendar import read_calendar, read_limits
from mel_desktop.logic.logins import domain_of, proposed_login
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.providers import Fact, Grade, LoginForm, ProviderKind, SignInKind
from mel_desktop.system.shipped import shipped_octets

SHIPPED = shipped_octets("providers.toml")
TABLE = read_providers(SHIPPED)


def facts(value: object) -> Iterator[Fact[object]]:
    """Every fact inside, however deep."""
    if isinstance(value, Fact):
        yield value
    if isinstance(value, tuple):
        for one in value:
            yield from facts(one)
    elif is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            yield from facts(getattr(value, one.name))


def test_thirty_academies_each_with_both_services() -> None:
    academies = TABLE.academies()
    assert len(academies) == 30
    assert len({one.domain for one in academies}) == 30
    for one in academies:
        assert {profile.id for profile in one.profiles} == {"legacy", "national"}
        for profile in one.profiles:
            assert profile.login is not None
            assert profile.sign_in is not None
            assert profile.limits is not None


def test_every_fact_has_a_grade_a_source_and_a_date() -> None:
    found = list(facts(TABLE))
    assert len(found) > 300
    for one in found:
        assert isinstance(one.grade, Grade)
        assert len(one.source) > 10, one
        assert date(2026, 1, 1) <= one.as_of <= TABLE.as_of, one


def test_the_scanner_of_facts_would_see_one_without_a_source() -> None:
    bad = SHIPPED.replace(b', grade = "stated", source = "naming"', b', grade = "stated"', 1)
    assert refusal(bad) == "provider.ac-besancon.domains.source"


def test_what_was_not_seen_live_is_not_called_verified() -> None:
    assert not [one for one in facts(TABLE) if one.grade is Grade.VERIFIED]


def test_what_nobody_could_verify_is_a_guess() -> None:
    national = next(one for one in TABLE.providers if one.kind is ProviderKind.NATIONAL).profiles[0]
    assert {one.grade for one in national.smtp} == {Grade.GUESSED}  # found nowhere
    assert {one.grade for one in national.imap} == {Grade.STATED}
    normandie = TABLE.by_id("ac-normandie")
    assert normandie is not None
    assert normandie.former is not None
    assert normandie.former.grade is Grade.GUESSED
    assert {TABLE.names.imap.grade, TABLE.names.smtp.grade} == {Grade.GUESSED}
    # an académie without a source for its servers has none in the table
    besancon = TABLE.by_id("ac-besancon")
    assert besancon is not None
    assert besancon.profiles[0].imap == besancon.profiles[0].smtp == ()


def test_domains_former_ones_and_mx_lead_to_their_provider() -> None:
    for domain, name in (
        ("ac-lyon.fr", "Lyon"),
        ("AC-CAEN.fr.", "Normandie"),
        ("ac-clermont.fr", "Clermont-Ferrand"),
        ("ac-reunion.fr", "La Réunion"),
    ):
        found = TABLE.of_domain(domain)
        assert found is not None
        assert found.name == name
    assert TABLE.of_domain("ac-lyon.fr.evil.example") is None
    school = TABLE.of_mx("lycee-fr0.mail.protection.outlook.com")
    assert school is not None
    assert school.profiles[0].sign_in is not None
    assert school.profiles[0].sign_in.value is SignInKind.OAUTH2
    assert TABLE.of_mx("evilgoogle.com") is None


def test_reunion_is_known_to_have_gone_over() -> None:
    reunion = TABLE.by_id("ac-reunion")
    assert reunion is not None
    assert reunion.order.value[0] == "national"
    assert reunion.order.grade is Grade.STATED
    others = [one for one in TABLE.academies() if one is not reunion]
    assert {one.order.grade for one in others} == {Grade.GUESSED}


def test_sending_limits_that_are_named_are_there() -> None:
    ids = set(re.findall(rb'(?m)^id = "([a-z-]+)"', shipped_octets("sending-limits.toml")))
    named = {p.limits.value for one in TABLE.providers for p in one.profiles if p.limits}
    assert {one.encode() for one in named} <= ids


def test_zones_of_the_school_holidays_know_the_same_domains() -> None:
    calendar = read_calendar(shipped_octets("calendars", "school-holidays.toml"))
    known = {domain for one in TABLE.academies() for domain in one.all_domains}
    assert {domain for domain, _ in calendar.academies} <= known
    assert read_limits(shipped_octets("sending-limits.toml"))


def refusal(octets: bytes) -> str:
    with pytest.raises(LocalRefusal) as caught:
        read_providers(octets)
    assert caught.value.code is ErrorCode.BAD_FILE
    assert caught.value.facts["why"] == "bad-provider-table"
    return str(caught.value.facts["part"])


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        (b'grade = "guessed", source = "usual"', b'grade = "sure", source = "usual"',
         "names.imap.grade"),
        (b'source = "usual"', b'source = "nobody"', "names.imap.source"),
        (b"version = 2026112701", b"version = true", "version"),
        (b"as_of = 2026-11-27", b'as_of = "2026-11-27"', "as_of"),
        (b"port = 993", b"port = 70000", "national.imap.port"),
        (b'security = "tls"', b'security = "plain"', "national.imap.security"),
        (b"imap.education.gouv.fr", b"127.0.0.1", "national.imap.host"),
        (b"imap.education.gouv.fr", b"imap education", "national.imap.host"),
        (b"[national.steps]", b"[national.stepps]", "national.stepps"),
        (b'"courrier.{domain}"', b'"{domain}.evil.example/{domain}"', "names.imap.value"),
        (b'value = "https://messagerie', b'value = "javascript:', "national.webmail.value"),
        (b'value = "pnom"', b'value = "anything"', "provider.ac-aix-marseille.legacy.login.value"),
        (b'["ac-amiens.fr"]', b'["ac-lyon.fr"]', "provider.ac-lyon: ac-lyon.fr"),
        (b'id = "ac-amiens"', b'id = "ac amiens"', "provider.id"),
        (b'value = ["legacy", "national"]', b'value = ["legacy", "legacy"]',
         "provider.ac-aix-marseille.order.value"),
    ],
)  # fmt: skip
def test_what_breaks_a_rule_is_refused_by_the_name_of_its_key(
    before: bytes, after: bytes, key: str
) -> None:
    assert before in SHIPPED
    assert refusal(SHIPPED.replace(before, after, 1)) == key


def test_what_is_no_table() -> None:
    assert refusal(b"x" * 600_000) == "size"
    assert refusal(b"\xff\xfe") == "toml"
    assert refusal(b"a = " + b"[" * 5000) == "toml"
    assert refusal(b"") == "version"


@pytest.mark.parametrize(
    ("form", "email", "login"),
    [
        (LoginForm.PNOM, "Jean.Dupont2@ac-lyon.fr", "jdupont2"),
        (LoginForm.PNOM, "éloïse.le-goff@ac-lyon.fr", "ele-goff"),
        (LoginForm.PNOM, "ce.0690000a@ac-lyon.fr", ""),
        (LoginForm.PNOM, "dupont@ac-lyon.fr", "dupont"),
        (LoginForm.PNOM, ".dupont@ac-lyon.fr", ".dupont"),
        (LoginForm.ADDRESS, " jean.dupont@ac-lyon.fr ", "jean.dupont@ac-lyon.fr"),
        (LoginForm.ADDRESS, "jean", ""),
        (LoginForm.LOCAL_PART, "jean.dupont@x.fr", "jean.dupont"),
        (LoginForm.OWN, "jean.dupont@x.fr", ""),
    ],
)
def test_logins_are_proposed(form: LoginForm, email: str, login: str) -> None:
    assert proposed_login(form, email) == login


def test_domains_of_addresses() -> None:
    assert domain_of("Jean@AC-Lyon.fr.") == "ac-lyon.fr"
    assert domain_of("jean@école.fr") == "xn--cole-9oa.fr"
    assert domain_of("jean") == "jean"
    assert domain_of("") == ""
    assert domain_of("jean@a..b") == ""
