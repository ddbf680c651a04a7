"""Accounts that IT gives, which others may be added, and what else a policy asks for at opening."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import time
from pathlib import Path

import pytest

from mel_desktop.app import following, wiring
from mel_desktop.app.facade import Facade
from mel_desktop.logic.policy_reading import Source, merge
from mel_desktop.model.accounts import Endpoint, NewAccount, NewHosts, Secret, Security
from mel_desktop.model.discovery import Origin
from mel_desktop.model.errors import ErrorCode, LocalRefusal, StoreTrouble
from mel_desktop.model.links import LinkProfile, LinkReason, LinkSettings
from mel_desktop.model.people import SourceKind
from mel_desktop.model.policy import LinkPolicy, Policy, SessionNames
from mel_desktop.model.providers import LoginForm
from mel_desktop.model.safety import CheckLevel, WarningCode
from mel_desktop.model.vault import LockSettings
from mel_desktop.store import escrow
from mel_desktop.system.session_names import session_names
from tests.support import planted_school

IMAP = Endpoint("imap.exemple.invalid", 993, Security.TLS)
SMTP = Endpoint("smtp.exemple.invalid", 465, Security.TLS)
SERVERS = {"imap_host": IMAP.host, "smtp_host": SMTP.host}
ANNE = SessionNames("adupont2", "Anne.Dupont@ac-exemple.invalid", "Anne Dupont")


def policy(**sections: object) -> Policy:
    return merge([Source("HKLM", sections)], escrow.public_from_text)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once: a passphrase takes its time."""
    folder = tmp_path_factory.mktemp("empty") / "p"
    wiring.create_profile(
        folder, passphrase=planted_school.PASSPHRASE, use_keyring=False, policy=Policy()
    ).close()
    return folder


@pytest.fixture
def profile(empty: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(empty, tmp_path / "p"))


@pytest.fixture(autouse=True)
def anne(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "session_names", lambda: ANNE)


@pytest.fixture
def opened(profile: Path, request: pytest.FixtureRequest) -> Iterator[Facade]:
    facade = planted_school.open_profile(profile, policy(**getattr(request, "param", {})))
    yield facade
    facade.close()


def with_account(**values: str) -> dict[str, object]:
    return {"accounts": {"1": {**SERVERS, **values}}}


def new(email: str, imap: Endpoint = IMAP, smtp: Endpoint = SMTP) -> NewAccount:
    return NewAccount(email=email, login="x", imap=imap, smtp=smtp)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"email": "%UPN%"}, ("anne.dupont@ac-exemple.invalid",) * 2),
        ({"email": "%upn%", "login": "%USERNAME%"}, ("anne.dupont@ac-exemple.invalid", "adupont2")),
        ({"email": "%UPN_NAME%@x.invalid", "login": "%EMAIL_NAME%"},
         ("anne.dupont@x.invalid", "anne.dupont")),
        ({"email": "%USERNAME%@x.invalid", "login": r"ACA\%USERNAME%"},
         ("adupont2@x.invalid", r"ACA\adupont2")),
        ({"email": "ce.0750001a@ac-paris.invalid"}, ("ce.0750001a@ac-paris.invalid",) * 2),
        ({"email": "%FULLNAME%@x.invalid"}, ("", "")),  # no address: the teacher types it
        ({"email": ""}, ("", "")),
    ],
)  # fmt: skip
def test_variables(profile: Path, values: dict[str, str], expected: tuple[str, str]) -> None:
    facade = planted_school.open_profile(profile, policy(**with_account(**values)))
    (offer,) = facade.policies.offered()
    assert (offer.account.email, offer.account.login) == expected
    assert (offer.account.imap, offer.account.smtp) == (IMAP, SMTP)
    facade.close()


@pytest.mark.parametrize(
    "opened", [with_account(email="%UPN%", name="%FULLNAME%", provider="exemple")], indirect=True
)
def test_an_offer_is_made_until_it_is_taken(opened: Facade) -> None:
    (offer,) = opened.policies.offered()
    assert (offer.account.name, offer.account.provider) == ("Anne Dupont", "exemple")
    added = opened.add_account(offer.account, Secret("x"))
    assert added.provider == "exemple"
    assert opened.policies.offered() == ()


@pytest.mark.parametrize("opened", [with_account(email="", login="%EMAIL_NAME%")], indirect=True)
def test_an_offer_without_an_address_is_taken_with_any(opened: Facade) -> None:
    (offer,) = opened.policies.offered()
    filled = opened.policies.offer_for(offer, "claire.petit@x.invalid")
    assert (filled.email, filled.login) == ("claire.petit@x.invalid", "claire.petit")
    opened.add_account(filled, None)
    assert opened.policies.offered() == ()


def test_names_that_the_pc_does_not_say_leave_their_text_to_the_teacher(
    profile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "session_names", SessionNames)
    decided = policy(**with_account(email="%UPN%", login="%USERNAME%", name="%FULLNAME%"))
    facade = planted_school.open_profile(profile, decided)
    (offer,) = facade.policies.offered()
    assert (offer.account.email, offer.account.login, offer.account.name) == ("", "", "")
    facade.close()


def test_authorities_of_a_file(profile: Path, tmp_path: Path) -> None:
    good, bad = tmp_path / "ca.pem", tmp_path / "bad.pem"
    good.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    bad.write_text("no certificate")
    for file, expected in ((good, good.read_text()), (bad, ""), (tmp_path / "none", "")):
        facade = planted_school.open_profile(
            profile, policy(**with_account(email="%UPN%", ca_file=str(file)))
        )
        assert facade.policies.offered()[0].account.ca_pem == expected
        facade.close()


def refusal(facade: Facade, account: NewAccount) -> str:
    with pytest.raises(LocalRefusal) as caught:
        facade.add_account(account, None)
    assert caught.value.code is ErrorCode.POLICY
    return str(caught.value.facts["key"])


OTHER = Endpoint("imap.ailleurs.invalid", 993, Security.TLS)


@pytest.mark.parametrize(
    "opened", [{"accounts": {"others_allowed": False, "1": SERVERS}}], indirect=True
)
def test_no_other_account(opened: Facade) -> None:
    assert refusal(opened, new("a@x.invalid", OTHER)) == "accounts.others_allowed"
    assert refusal(opened, new("a@x.invalid", IMAP, OTHER)) == "accounts.others_allowed"
    with pytest.raises(LocalRefusal) as caught:  # no password is sent there either
        opened.try_account(new("a@x.invalid", OTHER), Secret("x"))
    assert caught.value.code is ErrorCode.POLICY
    account = opened.add_account(new("a@x.invalid"), None)
    with pytest.raises(LocalRefusal) as caught:  # nor by going over to other servers
        opened.migrate_account(account.id, NewHosts(OTHER, SMTP))
    assert caught.value.code is ErrorCode.POLICY
    assert opened.account(account.id).imap == IMAP


@pytest.mark.parametrize(
    "opened", [{"accounts": {"allowed_domains": ["ac-exemple.invalid"], "1": SERVERS}}],
    indirect=True,
)  # fmt: skip
def test_only_some_domains(opened: Facade) -> None:
    assert refusal(opened, new("a@x.invalid", OTHER)) == "accounts.allowed_domains"
    assert refusal(opened, new("a@b.ac-exemple.invalid", OTHER)) == "accounts.allowed_domains"
    opened.add_account(new("a@AC-Exemple.invalid", OTHER), None)
    opened.add_account(new("b@x.invalid"), None)  # at the servers of a given one


@pytest.mark.parametrize(
    "opened", [{"accounts": {"allowed_domains": "ac-exemple.invalid"}}], indirect=True
)
def test_domains_that_cannot_be_understood_allow_none(opened: Facade) -> None:
    assert refusal(opened, new("a@ac-exemple.invalid")) == "accounts.allowed_domains"


@pytest.mark.parametrize(
    "opened",
    [with_account(email="%USERNAME%@ac-exemple.invalid", login="%EMAIL_NAME%")],
    indirect=True,
)
def test_the_search_begins_with_what_it_names(opened: Facade) -> None:
    found = opened.discovery.known("ac-exemple.invalid")
    assert [(one.endpoint, one.origin) for one in (*found.imap, *found.smtp)] == [
        (IMAP, Origin.POLICY), (SMTP, Origin.POLICY),
    ]  # fmt: skip
    assert found.imap[0].login is LoginForm.LOCAL_PART
    assert opened.discovery.known("ailleurs.invalid").imap == ()


@pytest.mark.parametrize("opened", [{"updates": {"files_allowed": False}}], indirect=True)
def test_signed_data_is_not_taken_where_it_decides(opened: Facade, tmp_path: Path) -> None:
    assert not opened.discovery.may_take_data()
    with pytest.raises(LocalRefusal) as caught:
        opened.discovery.take_data(tmp_path / "providers.meldata")
    assert caught.value.code is ErrorCode.POLICY


# -- the rest of what is asked for at opening ------------------------------------------------------


@pytest.mark.parametrize(
    "opened",
    [{"directory": {"1": {"url": "ldaps://annuaire.invalid", "base": "ou=x", "page_size": 50}}}],
    indirect=True,
)
def test_a_directory_that_is_given_is_there_and_comes_back(opened: Facade, profile: Path) -> None:
    (source,) = opened.directory_sources()
    assert (source.kind, source.url) == (SourceKind.LDAP, "ldaps://annuaire.invalid")
    opened.remove_directory_source(source.id)
    decided = opened.vault.policy()
    opened.close()
    again = planted_school.open_profile(profile, decided)
    assert len(again.directory_sources()) == 1
    again.close()
    third = planted_school.open_profile(profile, decided)
    assert len(third.directory_sources()) == 1  # not a second one
    third.close()


def test_the_words_of_a_line() -> None:
    assert following.link_settings(LinkPolicy()) is None
    assert following.link_settings(
        LinkPolicy("thrifty", 20, 500, (time(7), time(20)))
    ) == LinkSettings(LinkProfile.THRIFTY, 20_000_000, 500_000_000, time(7), time(20))
    assert following.link_settings(LinkPolicy(day_mb=1)) == LinkSettings(day_bytes=1_000_000)


@pytest.mark.parametrize("opened", [{"links": {"profile": "offline"}}], indirect=True)
def test_a_line_that_is_closed_by_policy(opened: Facade) -> None:
    account = opened.add_account(new("a@x.invalid"), None).id
    opened.set_offline(False)
    opened.set_link_settings(account, LinkSettings(LinkProfile.FULL))
    force = opened.in_force(account)
    assert (force.profile, force.reason) == (LinkProfile.OFFLINE, LinkReason.POLICY)
    opened.set_offline(True)


@pytest.mark.parametrize(
    "opened",
    [{
        "vault": {"lock_on_sleep": True, "max_idle_minutes": 30},
        "defaults": {
            "vault": {"idle_minutes": 5, "lock_on_screen": False},
            "sending": {"undo_s": 25, "first_mail": "off", "big_mail_mb": 12},
        },
    }],
    indirect=True,
)  # fmt: skip
def test_what_is_proposed_holds_until_the_teacher_chooses(opened: Facade) -> None:
    vault, safety = opened.vault, opened.safety
    assert vault.lock_settings() == LockSettings(5, on_screen_lock=False, on_sleep=True)
    assert safety.settings().undo_s == 25
    assert not safety.settings().undo_is_fixed
    levels = {one.code: one for one in safety.settings().checks}
    assert levels[WarningCode.FIRST_MAIL].level is CheckLevel.OFF
    assert not levels[WarningCode.FIRST_MAIL].is_fixed
    vault.set_lock_settings(LockSettings(8, on_screen_lock=False, on_sleep=False))
    assert vault.lock_settings() == LockSettings(8, on_screen_lock=False, on_sleep=True)
    assert opened.leaving.big_mail().megabytes == 12
    assert not opened.leaving.big_mail().is_fixed
    opened.leaving.set_big_mail(7)
    assert opened.leaving.big_mail().megabytes == 7
    safety.set_undo(0)
    safety.set_check(WarningCode.FIRST_MAIL, CheckLevel.WARN)
    rows = {row.key: row for row in opened.policies.rows({})}
    origins = {key: rows[key].origin.value for key in rows if rows[key].origin.value != "default"}
    assert origins == {
        "vault.idle_minutes": "teacher", "vault.lock_on_screen": "machine",
        "vault.lock_on_sleep": "machine", "vault.max_idle_minutes": "machine",
        "sending.undo_s": "teacher", "sending.first_mail": "teacher",
        "sending.big_mail_mb": "teacher",
    }  # fmt: skip
    assert (rows["vault.idle_minutes"].value, rows["sending.undo_s"].value) == (8, 0)
    assert rows["sending.first_mail"].value == "warn"
    vault.set_lock_settings(LockSettings(45))
    assert vault.lock_settings().idle_minutes == 30  # within the ceiling


@pytest.mark.parametrize(
    "opened",
    [{"updates": {"files_allowed": False}}, {"sending": {"calendar_file": "/srv/x.toml"}}],
    indirect=True,
)
def test_a_calendar_is_not_taken_where_it_decides(opened: Facade, tmp_path: Path) -> None:
    assert not opened.leaving.may_take_calendar()
    with pytest.raises(LocalRefusal) as caught:
        opened.leaving.take_calendar(tmp_path / "calendar.toml")
    assert caught.value.code is ErrorCode.POLICY


@pytest.mark.parametrize("opened", [{"vault": {"idle_minutes": 3}}], indirect=True)
def test_the_idle_time_is_fixed(opened: Facade) -> None:
    opened.vault.set_lock_settings(LockSettings(60))
    assert opened.vault.lock_settings().idle_minutes == 3


def test_without_any_policy_the_values_are_those_of_the_schema(profile: Path) -> None:
    """``start`` of the schema says what services do; this is where they would part."""
    facade = planted_school.open_profile(profile)
    settings = facade.safety.settings()
    found = {f"sending.{one.code.value.replace('-', '_')}": one.level for one in settings.checks}
    lock = facade.vault.lock_settings()
    found |= {
        "sending.most_outside": settings.most_outside, "sending.most_list": settings.most_list,
        "sending.undo_s": settings.undo_s, "vault.idle_minutes": lock.idle_minutes,
        "sending.big_mail_mb": facade.leaving.big_mail().megabytes,
        "vault.lock_on_screen": lock.on_screen_lock, "vault.lock_on_sleep": lock.on_sleep,
    }  # type: ignore[dict-item]  # fmt: skip
    rows = {row.key: row.value for row in facade.policies.rows({})}
    for key, value in found.items():
        plain = value.name.lower() if isinstance(value, CheckLevel) else value
        assert rows[key] == plain, key
    facade.close()


def test_a_keyring_that_a_typing_error_forbids_is_kept(
    profile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The safe side refuses the way in; it takes nothing away that the mended rule would miss."""

    class Facts:
        opens_with = ("keyring", "passphrase")

    class Vault:
        taken = 0

        def facts(self) -> Facts:
            return Facts()

        def set_keyring(self, _: object, *, on: bool) -> None:
            assert not on
            Vault.taken += 1

    unsure, sure = policy(vault={"keyring_allowed": "no"}), policy(vault={"keyring_allowed": False})
    assert unsure.vault.keyring_allowed is sure.vault.keyring_allowed is False
    following.follow(Vault(), unsure, None)  # type: ignore[arg-type]
    assert Vault.taken == 0
    following.follow(Vault(), sure, None)  # type: ignore[arg-type]
    assert Vault.taken == 1
    with pytest.raises(StoreTrouble) as caught:
        wiring.open_profile(profile, policy=unsure)
    assert caught.value.facts["why"] == "keyring-not-allowed"


def test_names_of_this_session() -> None:
    names = session_names()
    assert names.upn == "" or "@" in names.upn
    assert "\n" not in names.username + names.full_name
