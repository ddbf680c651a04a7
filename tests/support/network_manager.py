"""A NetworkManager of a few lines on a private D-Bus: it only says whether the line is paid.

Run as a process: ``python -m tests.support.network_manager NUMBER`` with DBUS_SYSTEM_BUS_ADDRESS
set. ``NUMBER`` is its NMMetered; "silent" takes the question and never answers; "error" refuses.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from jeepney import HeaderFields, MessageType, new_error, new_method_return
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

NAME = "org.freedesktop.NetworkManager"


@contextmanager
def network_manager(says: str | None) -> Iterator[str]:
    """A private bus, with the service on it unless ``says`` is None; the bus's address."""
    bus = subprocess.Popen(
        [shutil.which("dbus-daemon") or "", "--session", "--print-address", "--nofork"],
        stdout=subprocess.PIPE,
        text=True,
    )
    service = None
    try:
        assert bus.stdout is not None
        address = bus.stdout.readline().strip()
        if says is not None:
            service = subprocess.Popen(
                [sys.executable, "-m", "tests.support.network_manager", says],
                env={**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": address},
                stdout=subprocess.PIPE,
                text=True,
            )
            assert service.stdout is not None
            assert service.stdout.readline() == "ready\n"
        yield address
    finally:
        for process in (service, bus):
            if process is not None:
                process.terminate()
                process.wait(60)
                assert process.stdout is not None
                process.stdout.close()


def main(says: str) -> None:
    with open_dbus_connection("SYSTEM") as bus:
        bus.send_and_get_reply(message_bus.RequestName(NAME))
        print("ready", flush=True)
        while True:
            message = bus.receive()
            if message.header.message_type is not MessageType.method_call or says == "silent":
                continue
            asked = (message.header.fields[HeaderFields.member], *message.body)
            if says == "error" or asked != ("Get", NAME, "Metered"):
                bus.send(new_error(message, "org.freedesktop.DBus.Error.UnknownProperty"))
            else:
                bus.send(new_method_return(message, "v", (("u", int(says)),)))


if __name__ == "__main__":
    main(sys.argv[1])
