"""The installer under Wine: installed silently, used, upgraded, refused, repaired, removed.

Every check is one line: what was looked at, and what was seen instead where it failed. What Wine
does otherwise than Windows is named where it is met; what only Windows can show: checklist.md.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from windows import properties, report, wxs
from windows.wine import Ran, Wine, WineTrouble, heard, windows_path

REFUSED: Final = 1603 % 256  # Linux keeps the lowest octet of an exit code
NO_EXCLUSIVE_ROOTS: Final = "[WinError -2147024809]"
SET: Final = {
    "ACADEMIE": "creteil",
    "SHORTCUTS": "desktop",
    "AUTOSTART": "1",
    "VAULT_MAX_IDLE_MINUTES": "10",
    "ACCOUNTS1_IMAP_HOST": "imap.exemple.invalid",
    "ACCOUNTS1_SMTP_HOST": "smtp.exemple.invalid",
    "VAULT_PLACE": "machine",
}
UNINSTALL: Final = r"HKLM\Software\Microsoft\Windows\CurrentVersion\Uninstall"
LINK: Final = f"{wxs.NAME}.lnk"
KEYRING: Final = "keyring.backends.Windows.WinVaultKeyring"
CREDENTIALS: Final = r"HKCU\Software\Wine\Credential Manager"  # where Wine keeps them
PASSPHRASE: Final = "une phrase de passe pour Wine"
WINDOW_S: Final = 8.0


@dataclass(frozen=True, slots=True)
class Installers:
    """``folder``: what the first one installs; ``newer`` adds ``added`` and lacks ``dropped``."""

    folder: Path
    first: Path
    newer: Path
    academy: Path
    added: str
    dropped: str
    version: str
    newer_version: str


@dataclass(frozen=True, slots=True)
class Python:
    """One for Windows; ``path``: its PYTHONPATH, with this program's source."""

    program: Path
    path: str


@dataclass(slots=True)
class Exercise:
    """Goes through it, one thing after another, each whatever became of those before."""

    wine: Wine
    made: Installers
    python: Python
    scratch: Path
    checks: list[report.Check] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def run(self) -> bool:
        """All of it; whether all went well."""
        steps: tuple[Callable[[], None], ...] = (
            self.too_old, self.wrong_word, self.install, self.keys, self.command_line,
            self.self_test, self.keyring, self.window, self.repair, self.upgrade, self.downgrade,
            self.removal, self.plain, self.shredding, self.of_an_academy,
        )  # fmt: skip
        with self.wine.kept():
            self._clean()
            for step in steps:
                try:
                    step()
                except (WineTrouble, OSError, ValueError, KeyError, IndexError) as trouble:
                    self.check(f"{step.__name__}: went through", False, f"{trouble}")
            self._clean()
        return all(ok for _, ok, _ in self.checks)

    def check(self, what: str, ok: object, seen: str = "") -> None:
        """One line."""
        self.checks.append((what, bool(ok), "" if ok else seen))
        print(report.line(self.checks[-1]), flush=True)

    # -- what is asked for ---------------------------------------------------------------------

    def too_old(self) -> None:
        """Windows 8.1."""
        self.wine.run("winecfg", "-v", "win81")
        ran = self._msiexec("/i", self.made.first)
        self.wine.run("winecfg", "-v", "win10")
        self.check("refused on Windows 8.1", ran.code == REFUSED, f"exit code {ran.code}")
        self.check("and nothing is there", not self.folder.exists())

    def wrong_word(self) -> None:
        """A property that says what cannot be."""
        ran = self._msiexec("/i", self.made.first, "SHORTCUTS=bureau")
        self.check("refused with SHORTCUTS=bureau", ran.code == REFUSED, f"exit code {ran.code}")

    def install(self) -> None:
        """Silently, with properties."""
        ran = self._msiexec("/i", self.made.first, *(f"{name}={SET[name]}" for name in SET))
        self.check("installed silently", ran.code == 0, f"exit code {ran.code} {ran.said}")
        wanted, there = _contents(self.made.folder), _contents(self.folder)
        odd = sorted(name for name, _ in wanted.items() ^ there.items())
        self.check(f"{len(wanted)} files, octet for octet", not odd, f"{odd[:3]}")
        links = self._links()
        self.check("in the Start menu and on the desktop", len(links) == 2, f"{links}")
        vaults = self.wine.drive / "ProgramData" / wxs.NAME / "Vaults"
        self.check("a folder for the machine's vaults", vaults.is_dir())

    def keys(self) -> None:
        """What it wrote in the registry."""
        said = self._values(properties.INSTALL_KEY)
        missing = {name: said.get(name) for name in SET if name in properties.deployed()}
        wanted = {name: SET[name] for name in missing}
        self.check("properties where the program reads them", missing == wanted, f"{missing}")
        empty = [name for name in properties.deployed() if name not in said]
        self.check("and every other one, empty", not empty, f"{empty[:3]}")
        able = self._values(rf"{wxs.CLIENT}\Capabilities")
        self.check("a mail client with capabilities", able.get("mailto") == "MelDesktop.Url.mailto")
        command = self._values(r"Software\Classes\MelDesktop.Url.mailto\shell\open\command")
        line = rf'"C:\Program Files\{wxs.NAME}\{wxs.WINDOWED}" -- "%1"'
        self.check("mailto: opens the window", line in command.values(), f"{command}")
        clients = self._values(r"Software\RegisteredApplications")
        self.check("among the applications to choose from", wxs.NAME in clients)
        run = self._values(r"Software\Microsoft\Windows\CurrentVersion\Run")
        self.check("started at sign-in, as asked for", wxs.NAME in run, f"{run}")
        events = self._values(wxs.EVENT_SOURCE)
        self.check("a source of the event log", events.get("TypesSupported") == "0x7", f"{events}")
        entry = self._entries()
        version = [one.get("DisplayVersion") for one in entry]
        self.check("one entry among the programs", version == [self.made.version], f"{version}")

    def command_line(self) -> None:
        """The console program, and what it understood of the properties."""
        ran = self._cli("--version")
        text = f"mel-desktop {self.made.version}"
        self.check("tells its version", ran.said.strip() == text, f"{ran.code} {ran.said[-300:]}")
        ran = self._cli("--json", "policy", "show", "--set")
        self.check("`policy show` works", ran.code == 0, f"{ran.code} {ran.said[-300:]}")
        self.check(
            "and has the idle minutes, the académie and the account",
            all(word in ran.said for word in ("max_idle_minutes", '"creteil"', "imap.exemple")),
            ran.said[-500:],
        )

    def self_test(self) -> None:
        """Without a screen."""
        report = self.scratch / "self-test.json"
        words = ("--self-test", "--quiet", "--out", windows_path(report))
        ran = self._cli(*words, patience_s=280)
        rows = json.loads(report.read_text("utf-8")) if report.is_file() else []
        bad = [f"{row['step']}: {row['detail']}" for row in rows if not row["ok"]]
        seen = f"{ran.code} {bad} {ran.said[-600:]}"
        named = [row["detail"] for row in rows if row["step"] == "keyring"]
        self.check("which finds the Credential Manager", named == [KEYRING], f"{named}")
        if len(bad) == 1 and bad[0].startswith("tls: ") and NO_EXCLUSIVE_ROOTS in bad[0]:
            self.notes.append(
                "self-test: Windows' own check of certificates was not seen. It is asked for one"
                " authority alone, which Wine 8 does not know (crypt32): OpenSSL checks instead"
            )
            well = [row["step"] for row in rows if row["ok"]]
            rest = {"tls", "vault", "sync", "search-offline", "send", "sent", "disk"} - set(well)
            self.check(f"self-test, {len(well)} steps beside the system's TLS", not rest, str(rest))
            return
        self.check(f"self-test, {len(rows)} steps", ran.code == 0 and rows and not bad, seen)

    def keyring(self) -> None:
        """A vault whose key the Credential Manager keeps: what spares a teacher the passphrase."""
        profile = ("--profile", windows_path(self.scratch / "keyring"), "--json", "vault")
        ran = self._cli(*profile, "create")
        self.check("a vault by the keyring", ran.code == 0, f"{ran.code} {ran.said[-300:]}")
        self.check("its key is kept", self._secrets() == 1, f"{self._secrets()} of ours")
        ran = self._cli(*profile, "recovery-code")
        self.check("another process opens it", ran.code == 0, f"{ran.code} {ran.said[-300:]}")
        ran = self._cli(*profile, "erase", "--yes")
        self.check("erased", ran.code == 0, f"{ran.code} {ran.said[-300:]}")
        self.check("with its key", self._secrets() == 0, f"{self._secrets()} of ours")

    def window(self) -> None:
        """The windowed program stays, and says nothing of trouble."""
        profile = windows_path(self.scratch / "window")
        with subprocess.Popen(
            ["wine", self._path(wxs.WINDOWED), "--offline", "--profile", profile],
            env=self.wine.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True,
        ) as process:  # fmt: skip
            said = heard(process, time.monotonic() + WINDOW_S)
            self.wine.run("taskkill", "/f", "/im", wxs.WINDOWED)
        seen = (said or b"").decode(errors="replace")
        self.check(f"the window stays for {WINDOW_S:.0f} s", said is None, seen)

    def repair(self) -> None:
        """A file that somebody deleted comes back, by the file of the installer or by its code."""
        code = f"{{{wxs.product_code(self.made.version)}}}"
        for how, what in (("/fa", code), ("/fa", str(self.made.first))):
            (self.folder / self.made.dropped).unlink(missing_ok=True)
            path = Path(what)
            ran = self._msiexec(how, path if path.is_file() else what)
            if ran.code == 0 and (self.folder / self.made.dropped).is_file():
                self.check(f"repaired by msiexec {how}", True)
                return
            named = "PRODUCTCODE" if what == code else "FILE"
            self.notes.append(f"msiexec {how} {named}: exit code {ran.code} under Wine")
        ran = self._msiexec("/i", self.made.first, "REINSTALL=ALL", "REINSTALLMODE=omus")
        back = (self.folder / self.made.dropped).is_file()
        self.check("repaired by REINSTALL=ALL", ran.code == 0 and back, f"exit code {ran.code}")

    def upgrade(self) -> None:
        """A higher version: nothing said again but one property."""
        ran = self._msiexec("/i", self.made.newer, "SHORTCUTS=menu")
        self.check("upgraded", ran.code == 0, f"exit code {ran.code} {ran.said}")
        self.check("a new file is there", (self.folder / self.made.added).is_file())
        self.check("an old one is gone", not (self.folder / self.made.dropped).exists())
        version = [one.get("DisplayVersion") for one in self._entries()]
        self.check("one entry, the new one", version == [self.made.newer_version], f"{version}")
        said = self._values(properties.INSTALL_KEY)
        kept = {name: said.get(name) for name in SET if name in properties.deployed()}
        wanted = {name: SET[name] for name in kept}
        self.check("what was said before is kept", kept == wanted, f"{kept}")
        setup = self._values(properties.SETUP_KEY)
        self.check("AUTOSTART too", setup.get("AUTOSTART") == "1", f"{setup}")
        self.check("what is said now goes before", setup.get("SHORTCUTS") == "menu", f"{setup}")
        self.check("so no shortcut on the desktop", len(self._links()) == 1, f"{self._links()}")
        ran = self._cli("--json", "policy", "show", "--set")
        self.check("the program runs", ran.code == 0, f"{ran.code} {ran.said[-300:]}")

    def downgrade(self) -> None:
        """An older one."""
        ran = self._msiexec("/i", self.made.first)
        self.check("downgrade refused", ran.code == REFUSED, f"exit code {ran.code}")
        version = [one.get("DisplayVersion") for one in self._entries()]
        self.check("the newer one stays", version == [self.made.newer_version], f"{version}")

    def removal(self) -> None:
        """Files, keys, shortcuts: gone. Vaults stay."""
        vault = self._make_vault()
        self.check("a vault is made", (vault / "store.db").is_file())
        ran = self._msiexec("/x", self.made.newer)
        self.check("removed", ran.code == 0, f"exit code {ran.code} {ran.said}")
        self._nothing_left()
        self.check("the vault stays", (vault / "store.db").is_file())

    def plain(self) -> None:
        """Installed with FORGET and nothing else: as it comes."""
        ran = self._msiexec("/i", self.made.first, "FORGET=1", "MAILTO=0")
        self.check("installed again", ran.code == 0, f"exit code {ran.code}")
        said = self._values(properties.INSTALL_KEY)
        self.check("nothing of before", said.get("ACADEMIE") == "", f"{said.get('ACADEMIE')}")
        self.check("no mail client, by MAILTO=0", not self._values(wxs.CLIENT))
        self.check("no start at sign-in", wxs.NAME not in self._values(_RUN))

    def shredding(self) -> None:
        """A removal that takes the vaults along, but not one that is in use."""
        vault = self._make_vault()
        with self._held(vault):
            ran = self._msiexec("/x", self.made.first, "SHRED=1")
            self.check(
                "SHRED=1 stops at a vault in use",
                ran.code != 0 and (vault / "store.keys").is_file(),  # Windows 1603, Wine 1627
                f"exit code {ran.code}",
            )
            self.check("and the program stays", (self.folder / wxs.CONSOLE).is_file())
        ran = self._msiexec("/x", self.made.first, "SHRED=1")
        self.check("removed with SHRED=1", ran.code == 0, f"exit code {ran.code} {ran.said}")
        left = [one.name for one in vault.iterdir()] if vault.exists() else []
        self.check("no vault is left", not left, f"{left}")
        self._nothing_left()

    def of_an_academy(self) -> None:
        """What group policies install: nothing on the command line."""
        ran = self._msiexec("/i", self.made.academy)
        self.check("an académie's installer", ran.code == 0, f"exit code {ran.code}")
        said = self._values(properties.INSTALL_KEY)
        self.check("says its académie", said.get("ACADEMIE") == "creteil", f"{said}"[:300])
        ran = self._msiexec("/x", self.made.academy)
        self.check("and goes", ran.code == 0, f"exit code {ran.code}")
        self._nothing_left()

    # -- inside --------------------------------------------------------------------------------

    @property
    def folder(self) -> Path:
        """Where the program is."""
        return self.wine.drive / "Program Files" / wxs.NAME

    def _path(self, program: str) -> str:
        return rf"C:\Program Files\{wxs.NAME}\{program}"

    def _cli(self, *words: str, patience_s: float = 120) -> Ran:
        return self.wine.run(self._path(wxs.CONSOLE), *words, patience_s=patience_s)

    def _msiexec(self, how: str, what: Path | str, *more: str) -> Ran:
        named = windows_path(what) if isinstance(what, Path) else what
        return self.wine.run("msiexec", how, named, "/qn", *more)

    def _values(self, key: str) -> dict[str, str]:
        """By name, of a key of HKLM and those below."""
        found = self.wine.registry(rf"HKLM\{key}")
        return {name.rpartition("\\")[2]: value for name, value in found.items()}

    def _secrets(self) -> int:
        """Ours in the Credential Manager."""
        keys = {name.rpartition("\\")[0] for name in self.wine.registry(CREDENTIALS)}
        return sum(wxs.NAME in key for key in keys)

    def _entries(self) -> list[dict[str, str]]:
        """Ours among the installed programs."""
        found: dict[str, dict[str, str]] = {}
        for name, value in self.wine.registry(UNINSTALL).items():
            key, _, last = name.rpartition("\\")
            found.setdefault(key, {})[last] = value
        return [one for one in found.values() if one.get("DisplayName") == wxs.NAME]

    def _links(self) -> list[Path]:
        """Shortcuts. Wine puts those of all users into the user's own folders."""
        return sorted(path for path in self.wine.drive.rglob(LINK))

    def _nothing_left(self) -> None:
        left = [str(path) for path in self.folder.rglob("*")] if self.folder.exists() else []
        self.check("no file is left", not self.folder.exists(), f"{left[:3]}")
        data = self.wine.drive / "ProgramData" / wxs.NAME
        self.check("no folder of the machine's", not data.exists())
        self.check("no shortcut", not self._links(), f"{self._links()}")
        keys = {
            key: self._values(key)
            for key in (
                r"Software\MelDesktop", wxs.CLIENT, wxs.EVENT_SOURCE,
                r"Software\Classes\MelDesktop.Url.mailto", r"Software\Classes\MelDesktop.eml",
            )
        }  # fmt: skip
        rest = {key: values for key, values in keys.items() if values}
        self.check("no key", not rest, f"{rest}"[:300])
        elsewhere = [key for key in (_RUN, _APPLICATIONS) if wxs.NAME in self._values(key)]
        self.check("no value of ours in keys of Windows", not elsewhere, f"{elsewhere}")
        self.check("no entry among the programs", not self._entries())

    def _make_vault(self) -> Path:
        """Where the program puts it by itself."""
        found = json.loads(self._cli("--json", "vault", "status").said)
        if not found["exists"]:  # one may have stayed from before, as it should
            secret = self.scratch / "passphrase"
            secret.write_text(PASSPHRASE)
            ran = self._cli("--passphrase-file", windows_path(secret), "vault", "create")
            if ran.code != 0:
                raise WineTrouble(f"vault create: {ran.code} {ran.said[-300:]}")
        path = str(found["profile"]).replace("\\", "/").removeprefix("C:/")
        return self.wine.drive / path

    @contextmanager
    def _held(self, vault: Path) -> Iterator[None]:
        """As a window holds it, by another Python."""
        code = (
            "import sys, pathlib; from mel_desktop.system.locks import EngineLock;"
            " EngineLock(pathlib.Path(sys.argv[1])).acquire(); print('held', flush=True);"
            " import time; time.sleep(300)"
        )
        with subprocess.Popen(
            ["wine", str(self.python.program), "-c", code, windows_path(vault)],
            env=self.wine.environment({"PYTHONPATH": self.python.path}),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as process:  # fmt: skip
            try:
                assert process.stdout is not None
                if process.stdout.readline().strip() != b"held":
                    raise WineTrouble("the vault could not be held")
                yield
            finally:
                os.killpg(process.pid, signal.SIGKILL)

    def _clean(self) -> None:
        """As if never installed. An installer with nothing to do takes seconds: asked first."""
        if not self._entries():
            return
        for one in (self.made.newer, self.made.first):
            self._msiexec("/x", one)


_RUN: Final = r"Software\Microsoft\Windows\CurrentVersion\Run"
_APPLICATIONS: Final = r"Software\RegisteredApplications"


def _contents(folder: Path) -> dict[str, bytes]:
    """Name -> digest."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).digest()
        for path in folder.rglob("*")
        if path.is_file()
    }
