"""The engine in the background: what is refused once is not asked again until a person acts."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from mel_desktop.app import wiring
from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import AccountId, AccountState, AuthKind, Secret
from mel_desktop.model.changes import Changes
from mel_desktop.model.errors import ErrorCode, MelError
from mel_desktop.model.oauth import Signed
from mel_desktop.model.sync import SyncOptions
from tests.support.imap_base import MailUser
from tests.support.oidc_provider import OidcProvider
from tests.support.sign_in_servers import SignInDovecot

pytestmark = pytest.mark.servers
DEADLINE = 60.0


@pytest.fixture
def facade(tmp_path: Path) -> Iterator[Facade]:
    opened = wiring.create_profile(
        tmp_path / "profile", passphrase=Secret("une phrase assez longue"), use_keyring=False
    )
    yield opened
    opened.close()


@pytest.fixture
def user(sign_in_dovecot: SignInDovecot) -> MailUser:
    return sign_in_dovecot.new_user()


def wait_for(facade: Facade, account: AccountId, state: AccountState) -> None:
    """Until the account stands so; the store tells of each change."""
    changed = threading.Event()

    def look(_: Changes | None) -> None:
        if facade.account(account).state is state:
            changed.set()

    undo = facade.listen(look)
    look(None)
    assert changed.wait(DEADLINE)
    undo()


def is_held(facade: Facade, account: AccountId) -> bool:
    """Wake the engine, and try by hand."""
    facade.wake()
    with pytest.raises(MelError) as caught:
        facade.sync(account, SyncOptions())
    return caught.value.code is ErrorCode.SIGN_IN_ON_HOLD


def granted(facade: Facade, oidc: OidcProvider, user: MailUser) -> Signed:
    begun = facade.sign_in.by_browser(oidc.provider(), user.login)
    waiting = facade.sign_in.patiently(begun.wait)
    person = oidc.person()
    person.agree(begun.address, user.login)
    person.come_back()
    return waiting.result(DEADLINE)


def test_a_grant_that_ended_is_asked_about_once(
    facade: Facade, oidc: OidcProvider, sign_in_dovecot: SignInDovecot, user: MailUser
) -> None:
    signed = granted(facade, oidc, user)
    new = replace(sign_in_dovecot.new_account(user), auth=AuthKind.OAUTH2)
    account = facade.sign_in.add(new, signed).id
    oidc.test("drop")
    facade.start_engine()
    wait_for(facade, account, AccountState.ON_HOLD)
    asked = oidc.test("counts")["token"]
    assert all(is_held(facade, account) for _ in range(5))
    assert oidc.test("counts")["token"] == asked
    facade.sign_in.again(account, granted(facade, oidc, user))
    wait_for(facade, account, AccountState.READY)
    assert facade.sync(account, SyncOptions()).complete


def test_a_password_that_scram_refused_is_tried_once(
    facade: Facade, sign_in_dovecot: SignInDovecot, user: MailUser
) -> None:
    account = facade.add_account(sign_in_dovecot.new_account(user), Secret("wrong")).id
    before = sign_in_dovecot.logs().count(f"user=<{user.login}>, method=SCRAM-SHA-256")
    facade.start_engine()
    wait_for(facade, account, AccountState.ON_HOLD)
    assert all(is_held(facade, account) for _ in range(5))
    tries = sign_in_dovecot.logs().count(f"user=<{user.login}>, method=SCRAM-SHA-256") - before
    assert tries <= 1
    facade.set_password(account, Secret(user.password))
    assert facade.sync(account, SyncOptions()).complete


def test_closing_ends_the_waiting_for_a_person(tmp_path: Path, oidc: OidcProvider) -> None:
    facade = wiring.create_profile(
        tmp_path / "profile", passphrase=Secret("une phrase assez longue"), use_keyring=False
    )
    begun = facade.sign_in.by_browser(oidc.provider())
    device = facade.sign_in.by_device(oidc.provider())
    waiting = [facade.sign_in.patiently(begun.wait), facade.sign_in.patiently(device.wait)]
    assert urlsplit(begun.address).scheme == "https"
    facade.close()  # it joins its threads
    for one in waiting:
        with pytest.raises(MelError) as caught:
            one.result(DEADLINE)
        assert caught.value.code is ErrorCode.CANCELLED
