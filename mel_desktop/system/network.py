"""What the system knows of the way to the outside (ports.Network): the paid line, the changes."""

from __future__ import annotations

from mel_desktop.system.metered import is_metered
from mel_desktop.system.network_changes import identity


class SystemNetwork:
    """The computer's own network."""

    def is_metered(self) -> bool | None:
        """Whether it is paid by the octet; None where the system does not say."""
        return is_metered()

    def identity(self) -> str:
        """Another text when addresses or routes are others."""
        return identity()
