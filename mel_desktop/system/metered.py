"""Whether the system says that the line is paid by the octet.

Linux: NetworkManager's property ``Metered`` on the system bus, by jeepney (which keyring brings
along on Linux). Elsewhere, and without NetworkManager: None, the measured line decides.
"""

from __future__ import annotations

import sys
from typing import Final

DEADLINE_S: Final = 1.0
NAME: Final = "org.freedesktop.NetworkManager"
PATH: Final = "/org/freedesktop/NetworkManager"
# NMMetered: unknown, yes, no, guess-yes, guess-no
METERED: Final = {1: True, 2: False, 3: True, 4: False}

if sys.platform == "linux":
    from jeepney import DBusAddress, MessageType, Properties
    from jeepney.io.blocking import open_dbus_connection

    def is_metered() -> bool | None:
        """Whether it is; None where the system does not say."""
        try:
            with open_dbus_connection("SYSTEM") as bus:
                address = DBusAddress(PATH, bus_name=NAME, interface=NAME)
                reply = bus.send_and_get_reply(
                    Properties(address).get("Metered"), timeout=DEADLINE_S
                )
        except Exception:  # noqa: BLE001 whatever a bus does: it does not say
            return None
        if reply.header.message_type is not MessageType.method_return:
            return None
        kind, value = reply.body[0]
        return METERED.get(value) if kind == "u" else None

else:

    def is_metered() -> bool | None:
        """None: the system is not asked."""
        return None
