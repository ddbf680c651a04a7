"""Authenticode signatures for Windows executables and MSI packages, by osslsigncode.

    python3 packaging/dev.py sign FILE... --certificates CHAIN.pem --key KEY.pem
            [--password-file FILE] [--timestamp URL]... [--trust CA.pem] [--timestamp-trust CA.pem]
    python3 packaging/dev.py sign FILE... --certificates CHAIN.pem --key pkcs11:URI
            --pkcs11-module MODULE.so --password-file PIN
    python3 packaging/dev.py sign --test        a throw-away authority signs, verifies, refuses

Rule 1: key and certificate come from outside and stay there; a password or PIN comes from a file
that only its owner can read, never from an argument or the environment.
Rule 2: a file is replaced only by a signed one whose signature and timestamp were verified.
Standard library only.
"""

from __future__ import annotations

import argparse
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

PROGRAM = "osslsigncode"
DESCRIPTION = "Mel Desktop"
SUFFIXES = frozenset({".exe", ".dll", ".pyd", ".msi"})
TIMEOUT_S = 300  # an authority of timestamps that does not answer
_STAMPED = "Timestamp Server Signature verification: ok"


class SigningTrouble(Exception):
    """A file was not signed; the words are for the person who releases."""


@dataclass(frozen=True, slots=True)
class Authority:
    """A timestamp authority at hand: certificate and key in files. For rehearsals."""

    certificates: Path
    key: Path


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs. ``key``: a PEM file or a pkcs11: URI. ``trust``, ``timestamp_trust``: the
    authorities that the result is verified by; None for those of the system. ``timestamps``: URLs
    (RFC 3161), tried in turn; without one and without ``authority`` nothing is signed.
    """

    certificates: Path
    key: str
    password_file: Path | None = None
    pkcs11_module: Path | None = None
    timestamps: tuple[str, ...] = ()
    authority: Authority | None = None
    trust: Path | None = None
    timestamp_trust: Path | None = None

    def check(self) -> None:
        """SigningTrouble for what would leak a secret or make a signature that ends early."""
        if not self.certificates.is_file():
            raise SigningTrouble(f"no certificate there: {self.certificates}")
        if self.key.startswith("pkcs11:"):
            if "pin-value" in self.key:
                raise SigningTrouble("the PIN belongs into --password-file, not into the URI")
            if self.pkcs11_module is None:
                raise SigningTrouble("a key in a token needs --pkcs11-module")
        else:
            _private(Path(self.key), "key")
        if self.password_file is not None:
            _private(self.password_file, "password")
        if not self.timestamps and self.authority is None:
            raise SigningTrouble(
                "no --timestamp: the signature would end with the certificate's life"
            )


def sign_files(paths: Iterable[Path], signer: Signer) -> None:
    """Sign each file in its place. SigningTrouble; what was not signed is then as before."""
    signer.check()
    if shutil.which(PROGRAM) is None:
        raise SigningTrouble(f"{PROGRAM} is not installed (Debian package {PROGRAM})")
    for path in paths:
        if path.suffix.lower() not in SUFFIXES:
            raise SigningTrouble(f"{path.name}: only {', '.join(sorted(SUFFIXES))} are signed")
        _sign(path, signer)


def verify(path: Path, signer: Signer) -> None:
    """SigningTrouble unless signature and timestamp are good for the signer's authorities."""
    command = [PROGRAM, "verify", "-in", str(path)]
    command += ["-CAfile", str(signer.trust)] if signer.trust else []
    command += ["-TSA-CAfile", str(signer.timestamp_trust)] if signer.timestamp_trust else []
    done = _run(command)
    if done.returncode != 0:
        raise SigningTrouble(f"{path.name}: the signature is not good\n{_tail(done.stdout)}")
    if _STAMPED not in done.stdout:
        raise SigningTrouble(f"{path.name}: the signature has no good timestamp")


def _sign(path: Path, signer: Signer) -> None:
    if not path.is_file():
        raise SigningTrouble(f"no file there: {path}")
    with tempfile.TemporaryDirectory(prefix=".signing-", dir=path.parent) as folder:
        made = Path(folder) / path.name  # osslsigncode goes by the suffix
        done = _run([*_command(signer), "-in", str(path), "-out", str(made)])
        if done.returncode != 0 or not made.is_file():
            raise SigningTrouble(f"{path.name} was not signed\n{_tail(done.stdout)}")
        verify(made, signer)
        shutil.copymode(path, made)
        os.replace(made, path)


def _command(signer: Signer) -> list[str]:
    command = [PROGRAM, "sign", "-certs", str(signer.certificates), "-key", signer.key]
    command += ["-h", "sha256", "-n", DESCRIPTION]
    if signer.password_file is not None:
        command += ["-readpass", str(signer.password_file)]
    if signer.pkcs11_module is not None:
        command += ["-pkcs11module", str(signer.pkcs11_module)]
    for url in signer.timestamps:
        command += ["-ts", url]
    if signer.authority is not None:
        command += ["-TSA-certs", str(signer.authority.certificates)]
        command += ["-TSA-key", str(signer.authority.key)]
    return command


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """The program, its two outputs as one; it asks nothing."""
    try:
        return subprocess.run(
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=TIMEOUT_S,
            env={**os.environ, "LC_ALL": "C"},
        )
    except subprocess.TimeoutExpired as error:
        raise SigningTrouble(f"{PROGRAM} did not end within {TIMEOUT_S} s") from error


def _private(path: Path, what: str) -> None:
    if not path.is_file():
        raise SigningTrouble(f"no {what} there: {path}")
    if os.name == "posix" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise SigningTrouble(f"the {what} file can be read by others (chmod 600): {path}")


def _tail(said: str) -> str:
    return "\n".join(said.strip().splitlines()[-8:])


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of ``signer_of``, for every command that signs."""
    group = parser.add_argument_group("signature")
    group.add_argument("--certificates", type=Path, metavar="PEM", help="the signer's, then others")
    group.add_argument("--key", metavar="PEM|pkcs11:URI")
    group.add_argument("--password-file", type=Path, metavar="FILE", help="of the key, or a PIN")
    group.add_argument("--pkcs11-module", type=Path, metavar="SO")
    group.add_argument("--timestamp", action="append", default=[], metavar="URL", help="RFC 3161")
    group.add_argument("--trust", type=Path, metavar="PEM", help="authority to verify by")
    group.add_argument("--timestamp-trust", type=Path, metavar="PEM")


def signer_of(chosen: argparse.Namespace) -> Signer | None:
    """Who signs by the options; None where neither certificate nor key is named."""
    if chosen.certificates is None and chosen.key is None:
        return None
    if chosen.certificates is None or chosen.key is None:
        raise SigningTrouble("--certificates and --key belong together")
    return Signer(
        certificates=chosen.certificates,
        key=chosen.key,
        password_file=chosen.password_file,
        pkcs11_module=chosen.pkcs11_module,
        timestamps=tuple(chosen.timestamp),
        trust=chosen.trust,
        timestamp_trust=chosen.timestamp_trust,
    )


def main(arguments: Sequence[str]) -> int:
    """``dev.py sign``; its exit code."""
    parser = argparse.ArgumentParser(prog="packaging/dev.py sign", description=DESCRIPTION)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    parser.add_argument("--test", action="store_true", help="rehearse with a throw-away authority")
    add_options(parser)
    chosen = parser.parse_args(arguments)
    try:
        if chosen.test:
            from trust.rehearsal import rehearse  # noqa: PLC0415 it needs the cryptography package

            print("\n".join(rehearse()))
            return 0
        signer = signer_of(chosen)
        if signer is None or not chosen.files:
            parser.error("FILE, --certificates and --key are needed, or --test")
        sign_files(chosen.files, signer)
    except SigningTrouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    print("\n".join(f"signed: {path}" for path in chosen.files))
    return 0
