"""The door to what IT has decided for this PC: reached by ``facade.policies``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mel_desktop.model.accounts import NewAccount
from mel_desktop.model.policy import OfferedAccount, Policy, PolicyRow

if TYPE_CHECKING:
    from mel_desktop.app.profile_services import Services

# Names of the window's settings file -> values of the schema.
WINDOW: Final = {
    "language": "interface.language",
    "theme": "interface.theme",
    "plain": "interface.plain_text",
}
MOST_OCTETS: Final = 256 * 1024


class PolicyDoor:
    """``facade.policies``."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def policy(self) -> Policy:
        """As it was read at the start, with what was ignored and where it was looked for."""
        return self._services.policy

    def rows(self, interface: Mapping[str, object]) -> tuple[PolicyRow, ...]:
        """Every value in force and who set it. ``interface``: ``window_choices``."""
        from mel_desktop.logic import policy_view  # noqa: PLC0415 seldom

        services = self._services
        megabytes = services.leaving.big_mail.chosen()
        chosen = {
            **({} if megabytes is None else {"sending.big_mail_mb": megabytes}),
            **interface,
            **{f"sending.{name}": value for name, value in services.safety.chosen().items()},
            **{f"vault.{name}": value for name, value in services.locking.chosen().items()},
        }
        return policy_view.rows(services.policy, chosen)

    def offered(self) -> tuple[OfferedAccount, ...]:
        """Accounts that IT gives and that are not here yet: only the password is asked for."""
        return self._services.given.offered()

    def offer_for(self, offer: OfferedAccount, email: str) -> NewAccount:
        """An offer whose address this PC does not know, for the one that the teacher typed."""
        return self._services.given.with_address(offer, email)


def rows_without_vault(policy: Policy, interface: Mapping[str, object]) -> tuple[PolicyRow, ...]:
    """The same while no vault is open: what the teacher has chosen in it is not known."""
    from mel_desktop.logic import policy_view  # noqa: PLC0415 seldom

    return policy_view.rows(policy, interface)


def described() -> list[dict[str, Any]]:
    """The schema."""
    from mel_desktop.logic import policy_view  # noqa: PLC0415 seldom

    return policy_view.described()


def window_choices(values: Mapping[str, str]) -> dict[str, object]:
    """What the teacher chose of the window, from its settings by name."""
    found: dict[str, object] = {}
    for name, key in WINDOW.items():
        if name in values:
            found[key] = values[name] == "true" if name == "plain" else values[name]
    return found


def window_settings(path: Path) -> dict[str, str]:
    """The window's settings file, as far as it says something of the interface; {} without one."""
    import configparser  # noqa: PLC0415 first needed here

    parser = configparser.RawConfigParser(strict=False)
    try:
        with path.open("rb") as file:
            parser.read_string(file.read(MOST_OCTETS).decode("utf-8", "replace"))
        return {name: value for name, value in parser.items("General") if name in WINDOW}
    except (OSError, configparser.Error):
        return {}
