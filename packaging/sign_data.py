"""Make and sign the files that renew the program's data, and the notice of a new version. The
private key stays with who signs.

    python packaging/sign_data.py new-key KEY.pem             a pair; prints the public half
    python packaging/sign_data.py sign KEY.pem providers resources/providers.toml OUT.meldata
    python packaging/sign_data.py sign KEY.pem release notice.json OUT.melnotice

The public half goes into mel_desktop/app/server_data.py; the private one never into a repository.
The content is read as the program reads it before it is signed.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from mel_desktop.app.server_data import RULES
from mel_desktop.formats import release_notice
from mel_desktop.formats.signed_data import to_sign, write_container
from mel_desktop.model.signed_data import DataKind
from mel_desktop.services.signed_data import version_of


def new_key(path: Path) -> str:
    """A private key, readable by its owner only; the public half in hexadecimal."""
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
    return key.public_key().public_bytes_raw().hex()


def sign(key: Ed25519PrivateKey, kind: str, content: bytes) -> bytes:
    """The container; the content must be good: ValueError for no kind, LocalRefusal."""
    if kind == release_notice.KIND:
        version = release_notice.read_notice(content).serial
    else:
        RULES[DataKind(kind)].check(content)
        version = version_of(content)
    signature = key.sign(to_sign(kind, version, content))
    return write_container(kind, version, content, signature)


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["new-key"] and len(arguments) == 2:
        print(new_key(Path(arguments[1])))
        return 0
    if arguments[:1] == ["sign"] and len(arguments) == 5:
        _, key_file, kind, source, target = arguments
        key = serialization.load_pem_private_key(Path(key_file).read_bytes(), None)
        if not isinstance(key, Ed25519PrivateKey):
            print("no Ed25519 key", file=sys.stderr)
            return 2
        Path(target).write_bytes(sign(key, kind, Path(source).read_bytes()))
        return 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
