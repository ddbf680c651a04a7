"""What every command gets: the options, the output, and the profile opened when first needed."""

from __future__ import annotations

import getpass
import os
import sys
from argparse import Namespace
from pathlib import Path

from mel_desktop.app import wiring
from mel_desktop.app.facade import Facade
from mel_desktop.cli.output import Output
from mel_desktop.model.accounts import AccountId, Secret
from mel_desktop.model.errors import ErrorCode, LocalRefusal, StoreTrouble
from mel_desktop.model.mail import MessageId
from mel_desktop.model.policy import Policy
from mel_desktop.model.soundness import RepairReport

NOTHING_THERE = "empty first line"


def default_profile() -> Path:
    """The platform's data folder, or MEL_DESKTOP_PROFILE."""
    if chosen := os.environ.get("MEL_DESKTOP_PROFILE"):
        return Path(chosen)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", str(Path.home() / "AppData" / "Local")))
        return base / "Mel Desktop"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Mel Desktop"
    base = Path(os.environ.get("XDG_DATA_HOME", str(Path.home() / ".local" / "share")))
    return base / "mel-desktop"


class Context:
    """One invocation."""

    def __init__(self, options: Namespace, output: Output) -> None:
        self.options = options
        self.output = output
        self.profile: Path = options.profile or default_profile()
        self._facade: Facade | None = None
        self._policy: Policy | None = None

    @property
    def policy(self) -> Policy:
        """What IT has decided, --policy included. LocalRefusal(BAD_FILE)."""
        if self._policy is None:
            self._policy = wiring.policy(self.options.policy)
            for one in self._policy.ignored:
                where = f"{one.source}, {one.key}" if one.key else one.source
                self.output.note(
                    f"Règle ignorée ({where}) : {one.why_fr or one.why}",
                    f"Policy ignored ({where}): {one.why}",
                )
        return self._policy

    @property
    def facade(self) -> Facade:
        """The profile, unlocked on first use."""
        if self._facade is None:
            self._facade = self._open()
        return self._facade

    def facade_or_create(self) -> Facade:
        """The same, but a passphrase file (or the keyring) makes the vault where there is none."""
        if self._facade is None and not wiring.vault_status(self.profile).exists:
            self.create_vault()
        return self.facade

    def create_vault(self, *, label: str = "") -> Facade:
        """Make the vault: from the passphrase file, or in the keyring."""
        self._facade = wiring.create_profile(
            self.profile,
            passphrase=self.passphrase_from_file(),
            use_keyring=self.options.passphrase_file is None,
            offline=self.options.offline,
            label=label,
            policy=self.policy,
        )
        return self._facade

    def open_with_recovery(self, code: Secret) -> Facade:
        """The profile, unlocked by its recovery code."""
        self._facade = wiring.open_profile(
            self.profile, recovery=code, offline=self.options.offline, policy=self.policy
        )
        return self._facade

    def open_with_private_key(self, pem: bytes) -> Facade:
        """The profile, unlocked by the school's key."""
        self._facade = wiring.open_profile(
            self.profile, private_key=pem, offline=self.options.offline, policy=self.policy
        )
        return self._facade

    def repair(self) -> RepairReport:
        """Mend a store that cannot be opened, before it is opened."""
        passphrase = self._passphrase_to_open()
        return wiring.repair_profile(
            self.profile, passphrase=passphrase, use_keyring=passphrase is None
        )

    def close(self) -> None:
        """Close what was opened."""
        if self._facade is not None:
            self._facade.close()
            self._facade = None

    def passphrase_from_file(self) -> Secret | None:
        """First line of --passphrase-file, None without that option."""
        if self.options.passphrase_file is None:
            return None
        return read_secret(self.options.passphrase_file)

    def _passphrase_to_open(self) -> Secret | None:
        """The same for a vault that exists: no passphrase is a wrong one, exit 5."""
        try:
            return self.passphrase_from_file()
        except LocalRefusal as refusal:
            if refusal.facts.get("why") == NOTHING_THERE:
                raise StoreTrouble(ErrorCode.WRONG_PASSPHRASE, why=NOTHING_THERE) from refusal
            raise

    def account(self, chosen: str | None) -> AccountId:
        """The account named by id or address; the only one when none is named."""
        accounts = self.facade.accounts()
        if chosen is None:
            writing = [one for one in accounts if not one.read_only]
            if len(writing) == 1:
                return writing[0].id
            raise LocalRefusal(ErrorCode.USAGE, option="--account", why=f"{len(accounts)} accounts")
        for account in sorted(accounts, key=lambda one: one.read_only):
            if chosen in (str(account.id), account.email):
                return account.id
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="account")

    def _open(self) -> Facade:
        status = wiring.vault_status(self.profile)
        if not status.exists:
            raise StoreTrouble(ErrorCode.NO_VAULT)
        passphrase = self._passphrase_to_open()
        offline, policy = self.options.offline, self.policy
        if passphrase is not None:
            return wiring.open_profile(
                self.profile,
                passphrase=passphrase,
                use_keyring=False,
                offline=offline,
                policy=policy,
            )
        try:
            return wiring.open_profile(self.profile, offline=offline, policy=policy)
        except StoreTrouble as trouble:
            openable = trouble.code in (ErrorCode.VAULT_LOCKED, ErrorCode.NO_KEYRING)
            if not openable or not status.has_passphrase_slot or not sys.stdin.isatty():
                raise
        try:
            typed = getpass.getpass(self.output.say("Phrase de passe : ", "Passphrase: "))
        except EOFError as error:  # Ctrl-D
            raise StoreTrouble(ErrorCode.VAULT_LOCKED) from error
        return wiring.open_profile(
            self.profile,
            passphrase=Secret(typed),
            use_keyring=False,
            offline=offline,
            policy=policy,
        )


def read_secret(path: str) -> Secret:
    """First line of a file, or of standard input for "-". LocalRefusal(BAD_FILE)."""
    try:
        if path == "-":  # octets: as a file has them, whatever the console's encoding
            octets = sys.stdin.buffer.readline()
        else:
            with Path(path).open("rb") as stream:
                octets = stream.readline()
        line = octets.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise LocalRefusal(ErrorCode.BAD_FILE, why="secret file") from error
    secret = line.rstrip("\r\n")
    if not secret:
        raise LocalRefusal(ErrorCode.BAD_FILE, why=NOTHING_THERE)
    return Secret(secret)


def read_text_file(path: str) -> str:
    """A text file in UTF-8 (BOM or not), "-" for standard input. LocalRefusal(BAD_FILE)."""
    try:
        data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise LocalRefusal(ErrorCode.BAD_FILE, errno=error.errno or 0) from error
    except UnicodeDecodeError as error:
        raise LocalRefusal(ErrorCode.BAD_FILE, why="text file in UTF-8 expected") from error


def read_pem(path: Path | None) -> str:
    """Extra trust anchors of --ca-file, "" without it. LocalRefusal(BAD_FILE)."""
    if path is None:
        return ""
    try:
        pem = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise LocalRefusal(ErrorCode.BAD_FILE, option="--ca-file") from error
    if "BEGIN CERTIFICATE" not in pem:
        raise LocalRefusal(ErrorCode.BAD_FILE, option="--ca-file", why="no certificate in PEM form")
    return pem


def at_most(text: str) -> int:
    """How many, as argparse types it: more than there can be is as good as all."""
    return min(int(text), 1_000_000_000)


def message_id(text: str) -> MessageId:
    """An id as the command line shows it."""
    return MessageId(number(text))


def number(text: str) -> int:
    """A decimal id. LocalRefusal(NOT_FOUND) for anything else: no such thing exists."""
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise LocalRefusal(ErrorCode.NOT_FOUND)
    return int(text)
