"""Thunderbird without a window fetches a mailbox for offline use, as its menu's Download/Sync Now.

``python -m tests.benchmarks.sync.thunderbird --home DIR --ca PEM``, at the client's end of a line.
It is asked by Marionette (the protocol that drives Gecko programs), for it has no command for this.
Its own design leaves out the bodies of Junk and all of Trash; its index for searching is off.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from tests.benchmarks.sync.line import HOST
from tests.benchmarks.sync.server import EMAIL, LOGIN, PASSWORD, PORT

PROGRAM: Final = "thunderbird"
MARIONETTE: Final = 2828  # in a network namespace of our own nobody else has it
START_S: Final = 120.0
SYNC_S: Final = 900.0
_LOOK_S: Final = 0.05
_SERVER: Final = "mail.server.server1."
_PREFERENCES: Final[Mapping[str, str | int | bool]] = {
    "mail.accountmanager.accounts": "account1,account2",
    "mail.accountmanager.defaultaccount": "account1",
    "mail.accountmanager.localfoldersserver": "server2",
    "mail.account.account1.server": "server1",
    "mail.account.account1.identities": "id1",
    "mail.account.account2.server": "server2",
    "mail.identity.id1.useremail": EMAIL,
    "mail.identity.id1.fullName": "Banc",
    "mail.identity.id1.valid": True,
    f"{_SERVER}type": "imap",
    f"{_SERVER}hostname": HOST,
    f"{_SERVER}port": PORT,
    f"{_SERVER}socketType": 3,
    f"{_SERVER}authMethod": 3,
    f"{_SERVER}userName": LOGIN,
    f"{_SERVER}name": "banc",
    f"{_SERVER}login_at_startup": False,
    f"{_SERVER}check_new_mail": False,
    f"{_SERVER}using_subscription": False,
    f"{_SERVER}offline_download": True,
    f"{_SERVER}autosync_offline_stores": False,
    f"{_SERVER}directory-rel": "[ProfD]ImapMail/banc",
    "mail.server.server2.type": "none",
    "mail.server.server2.hostname": "Local Folders",
    "mail.server.server2.name": "Local Folders",
    "mail.server.server2.userName": "nobody",
    "mail.server.server2.directory-rel": "[ProfD]Mail/Local Folders",
    "mail.provider.suppress_dialog_on_startup": True,
    "mail.rights.version": 1,
    "mail.shell.checkDefaultClient": False,
    "mailnews.start_page.enabled": False,
    "mailnews.database.global.indexer.enabled": False,
    "offline.download.download_messages": 1,
    "app.update.enabled": False,
    "app.donation.eoy.version.viewed": 999,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "marionette.port": MARIONETTE,
}
# Trusts the authority, gives the password, finds the folders, fetches all, goes offline: then done.
_SCRIPT: Final = """
const [authority, password, done] = arguments;
const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
const offline = Cc["@mozilla.org/messenger/offline-manager;1"].getService(Ci.nsIMsgOfflineManager);
Cc["@mozilla.org/security/x509certdb;1"].getService(Ci.nsIX509CertDB)
  .addCertFromBase64(authority, "CT,,");
const server = MailServices.accounts.getAccount("account1").incomingServer;
const msgWindow = Services.wm.getMostRecentWindow("mail:3pane").msgWindow;
server.password = password;
Services.io.offline = false;
const count = () => {
  let held = 0;
  for (const folder of server.rootFolder.descendants) held += folder.getTotalMessages(false);
  return held;
};
const told = {
  observe(subject, topic, data) {
    if (data !== "offline") return;
    Services.obs.removeObserver(told, "network:offline-status-changed");
    done({ folders: server.rootFolder.descendants.length, messages: count() });
  },
};
MailServices.imap.discoverAllFolders(server.rootFolder, {
  OnStartRunningUrl() {},
  OnStopRunningUrl(url, code) {
    if (code) { done({ error: `folders: ${code}` }); return; }
    Services.obs.addObserver(told, "network:offline-status-changed");
    offline.synchronizeForOffline(false, true, false, true, msgWindow);
  },
}, msgWindow);
"""


class Refused(Exception):
    """Thunderbird would not do what it was asked."""


class Marionette:
    """One session."""

    def __init__(self, connection: socket.socket) -> None:
        self._stream = connection.makefile("rwb")
        self._last = 0
        self._read()  # its greeting

    def ask(self, command: str, **words: Any) -> Any:
        """The answer's value. Refused where it is an error."""
        self._last += 1
        octets = json.dumps([0, self._last, command, words]).encode()
        self._stream.write(str(len(octets)).encode() + b":" + octets)
        self._stream.flush()
        _, _, error, result = self._read()
        if error is not None:
            raise Refused(f"{command}: {error.get('error')}: {error.get('message')}")
        return result.get("value") if isinstance(result, dict) else result

    def _read(self) -> Any:
        """One packet: its length, a colon, JSON."""
        digits = b""
        while (octet := self._stream.read(1)) != b":":
            if not octet.isdigit():
                raise Refused("the connection was closed" if not octet else "no Marionette there")
            digits += octet
        return json.loads(self._stream.read(int(digits)))


def main(arguments: Sequence[str]) -> int:
    """Prints one JSON document; 1 when it did not come to an end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--ca", type=Path, required=True)
    options = parser.parse_args(arguments)
    profile = options.home / "profile"
    _prepare(profile)
    command = [PROGRAM, "--headless", "--marionette", "--remote-allow-system-access"]
    command += ["--no-remote", "--profile", str(profile)]
    with (options.home / "said.log").open("ab") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        with _connection(process) as connection:
            session = Marionette(connection)
            told = synced(session, options.ca.read_text())
            with suppress(Refused, OSError):
                session.ask("Marionette:Quit", flags=["eAttemptQuit"])
        process.wait(START_S)
    except (Refused, OSError, subprocess.TimeoutExpired) as trouble:
        print(f"thunderbird: {trouble}", file=sys.stderr)
        return 1
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    print(json.dumps(told))
    return 0 if "error" not in told else 1


def _prepare(profile: Path) -> None:
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "user.js").write_text(
        "".join(
            f"user_pref({json.dumps(name)}, {json.dumps(value)});\n"
            for name, value in _PREFERENCES.items()
        )
    )


def _connection(process: subprocess.Popen[bytes]) -> socket.socket:
    """As soon as it listens. Refused when it never does."""
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        with suppress(ConnectionRefusedError):
            connection = socket.create_connection(("127.0.0.1", MARIONETTE), timeout=SYNC_S)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return connection
        time.sleep(_LOOK_S)
    raise Refused("it does not listen")


def synced(session: Marionette, authority: str) -> dict[str, Any]:
    """The whole mailbox; how much there is, or an ``error``."""
    session.ask("WebDriver:NewSession", capabilities={})
    session.ask("Marionette:SetContext", value="chrome")
    session.ask("WebDriver:SetTimeouts", script=int(SYNC_S * 1000))
    body = authority.partition("-----BEGIN CERTIFICATE-----")[2].partition("-----END")[0]
    told: dict[str, Any] = session.ask(
        "WebDriver:ExecuteAsyncScript", script=_SCRIPT, args=["".join(body.split()), PASSWORD],
        newSandbox=True, sandbox="system",
    )  # fmt: skip
    return told


if __name__ == "__main__":
    os.environ.setdefault("MOZ_HEADLESS", "1")
    sys.exit(main(sys.argv[1:]))
