"""The signing step with a throw-away authority: sign, verify, flip one octet, be refused.

Signs a small executable made here and, where wixl is installed, a small MSI. Nothing of it lasts
longer than the run; no key of a release is touched.
"""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from trust.sign import Authority, Signer, SigningTrouble, sign_files, verify

PASSWORD = b"un mot de passe d'essai"  # of a key that lives for seconds
TEXT = b"This text stands inside the file and is signed with it."
_WXS = """\
<?xml version="1.0"?>
<Wix xmlns="http://schemas.microsoft.com/wix/2006/wi">
 <Product Id="7A2B0C1E-0000-4000-8000-000000000001" Name="Essai" Language="1033" Version="1.0.0"
          Manufacturer="Essai" UpgradeCode="7A2B0C1E-0000-4000-8000-000000000002">
  <Package InstallerVersion="200" Compressed="yes"/>
  <Media Id="1" Cabinet="a.cab" EmbedCab="yes"/>
  <Directory Id="TARGETDIR" Name="SourceDir"><Directory Id="D" Name="Essai">
   <Component Id="C" Guid="7A2B0C1E-0000-4000-8000-000000000003">
    <File Id="F" Source="essai.txt" KeyPath="yes"/>
   </Component></Directory></Directory>
  <Feature Id="All" Level="1"><ComponentRef Id="C"/></Feature>
 </Product>
</Wix>
"""


def rehearse() -> list[str]:
    """What was shown, a line each. SigningTrouble."""
    said = []
    with tempfile.TemporaryDirectory(prefix="mel-signing-") as name:
        folder = Path(name)
        signer = throw_away(folder)
        samples = [folder / "essai.exe"]
        samples[0].write_bytes(small_executable())
        msi = small_package(folder)
        if msi is None:
            said.append("no wixl: no MSI was signed")
        else:
            samples.append(msi)
        sign_files(samples, signer)
        for sample in samples:
            verify(sample, signer)
            said.append(f"{sample.suffix[1:]}: signed, timestamped and verified")
            _refused_when_changed(sample, signer)
            said.append(f"{sample.suffix[1:]}: one octet flipped, refused")
    return said


def _refused_when_changed(sample: Path, signer: Signer) -> None:
    octets = bytearray(sample.read_bytes())
    mark = TEXT if sample.suffix == ".exe" else b"MSCF"
    octets[octets.index(mark) + len(mark) + 8] ^= 1
    spoilt = sample.with_name(f"spoilt{sample.suffix}")
    spoilt.write_bytes(octets)
    try:
        verify(spoilt, signer)
    except SigningTrouble:
        return
    raise SigningTrouble(f"{sample.name}: a flipped octet was not noticed")


def small_executable() -> bytes:
    """A PE32+ file of 1.5 kB with one section: it says nothing and returns at once."""
    code = b"\x31\xc0\xc3" + TEXT
    dos = b"MZ" + bytes(58) + struct.pack("<I", 64)
    coff = struct.pack("<HHIIIHH", 0x8664, 1, 0, 0, 0, 240, 0x22)
    optional = struct.pack("<HBBIIIII", 0x20B, 14, 0, 512, 0, 0, 0x1000, 0x1000)
    optional += struct.pack("<QIIHHHHHHIIIIHH", 1 << 32, 4096, 512, 6, 0, 0, 0, 6, 0, 0, 8192, 512,
                            0, 3, 0)  # fmt: skip
    optional += struct.pack("<QQQQII", 1 << 20, 4096, 1 << 20, 4096, 0, 16) + bytes(128)
    section = struct.pack("<8sIIIIIIHHI", b".text", len(code), 0x1000, 1024, 512, 0, 0, 0, 0,
                          0x60000020)  # fmt: skip
    head = dos + b"PE\0\0" + coff + optional + section
    return head.ljust(512, b"\0") + code.ljust(1024, b"\0")


def small_package(folder: Path) -> Path | None:
    """An MSI with one text file; None without wixl."""
    if shutil.which("wixl") is None:
        return None
    (folder / "essai.txt").write_bytes(TEXT)
    (folder / "essai.wxs").write_text(_WXS)
    subprocess.run(["wixl", "-o", "essai.msi", "essai.wxs"], cwd=folder, check=True)
    return folder / "essai.msi"


# -- The authority --------------------------------------------------------------------------------


def throw_away(folder: Path) -> Signer:
    """A root, a signer with a password and a timestamp authority, in files of ``folder``."""
    root_key, root = _issue("Essai: racine", None, None)
    key, certificate = _issue(
        "Essai: signature", (root_key, root), ExtendedKeyUsageOID.CODE_SIGNING
    )
    stamp_key, stamp = _issue("Essai: horodatage", (root_key, root),
                              ExtendedKeyUsageOID.TIME_STAMPING)  # fmt: skip
    root_file = _write(folder / "root.pem", _pem(root))
    return Signer(
        certificates=_write(folder / "signer.pem", _pem(certificate) + _pem(root)),
        key=str(_write(folder / "signer.key", _private_pem(key, PASSWORD))),
        password_file=_write(folder / "password", PASSWORD),
        authority=Authority(
            _write(folder / "stamp.pem", _pem(stamp) + _pem(root)),
            _write(folder / "stamp.key", _private_pem(stamp_key, None)),
        ),
        trust=root_file,
        timestamp_trust=root_file,
    )


_Issued = tuple[rsa.RSAPrivateKey, x509.Certificate]


def _issue(name: str, by: _Issued | None, use: x509.ObjectIdentifier | None) -> _Issued:
    """A certificate for an hour or so. ``by``: None for one that signs itself."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if by is None else by[1].subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=2))
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if use is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([use]), critical=True)
    return key, builder.sign(key if by is None else by[0], hashes.SHA256())


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _private_pem(key: rsa.RSAPrivateKey, password: bytes | None) -> bytes:
    cipher = (
        serialization.NoEncryption()
        if password is None
        else serialization.BestAvailableEncryption(password)
    )
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, cipher)


def _write(path: Path, octets: bytes) -> Path:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(octets)
    return path
