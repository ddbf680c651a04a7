"""What a policy asks for when a vault is opened, and its words as services take them."""

from __future__ import annotations

from logging import getLogger
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mel_desktop.app.leaving import file_octets
from mel_desktop.app.seldom import PolicyAccounts
from mel_desktop.model.errors import MelError
from mel_desktop.model.links import LinkProfile, LinkSettings
from mel_desktop.model.people import LdapSettings
from mel_desktop.model.policy import DirectoryPolicy, LinkPolicy, Policy
from mel_desktop.ports import SecretStore
from mel_desktop.store.vault import Vault
from mel_desktop.store.ways import Escrow
from mel_desktop.system.session_names import session_names

if TYPE_CHECKING:
    from mel_desktop.services.accounts import Accounts
    from mel_desktop.services.directory import Directory

log = getLogger("mel.policy")

MEGA: Final = 1_000_000


def escrow_of(policy: Policy) -> Escrow | None:
    """To whom new vaults are sealed too."""
    wanted = policy.vault
    return Escrow(wanted.escrow_key, wanted.escrow_owner) if wanted.escrow_key else None


def follow(vault: Vault, policy: Policy, keyring: SecretStore) -> None:
    """What the policy says of ways in. A vault that cannot be written follows the next time.

    Without an escrow key in the policy a slot that is there stays: a policy that cannot be read for
    once must not shut the school out. Its owner sees it, and may remove it. In the same way a value
    on its safe side opens nothing and takes nothing away.
    """
    wanted = escrow_of(policy)
    forbidden = not policy.vault.keyring_allowed and not policy.fell("vault.keyring_allowed")
    try:
        if wanted is not None:
            vault.follow_escrow(wanted)
        if forbidden and "keyring" in vault.facts().opens_with:
            vault.set_keyring(keyring, on=False)
    except MelError as error:
        log.warning("the policy is not followed: %s", error)


def link_settings(policy: LinkPolicy) -> LinkSettings | None:
    """The ceiling of every account's line; None: there is none."""
    if policy == LinkPolicy():
        return None
    start, end = policy.hours or (None, None)
    return LinkSettings(
        LinkProfile.AUTO if policy.profile is None else LinkProfile(policy.profile),
        None if policy.day_mb is None else policy.day_mb * MEGA,
        None if policy.month_mb is None else policy.month_mb * MEGA,
        start,
        end,
    )


def add_directories(directory: Directory, policy: DirectoryPolicy) -> None:
    """Sources that IT gives are there, with the settings that it gives."""
    from mel_desktop.services.policy_accounts import pem  # noqa: PLC0415 first needed here

    for given in policy.given:
        settings = LdapSettings(
            given.url, given.base, ca_pem=pem(given.ca_file, _octets), page_size=given.page_size
        )
        try:
            directory.add_ldap(settings, None)
        except MelError as error:
            log.warning("a directory of the policy is not added: %s", error)


def given_accounts(accounts: Accounts, policy: Policy) -> PolicyAccounts:
    """Built once, by the wiring."""
    return PolicyAccounts(accounts, policy.accounts, session_names, _octets)


def _octets(path: str) -> bytes:
    return file_octets(Path(path))
