"""A throw-away certificate authority and good and bad server certificates."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

HOSTS = (
    "localhost", "127.0.0.1", "::1",
    # a school's domain whose names lead to loopback (tests.support.names)
    "ac-exemple.test", "autoconfig.ac-exemple.test", "imap.ac-exemple.test", "smtp.ac-exemple.test",
    "mail.ac-exemple.test", "mail.hebergeur.test", "autoconfig.hebergeur.test",
    # as far as the tests' own authority goes
    "outlook.office365.com", "smtp.office365.com",
    "imap.education.gouv.fr", "smtp.education.gouv.fr",
)  # fmt: skip


@dataclass(frozen=True)
class Certificates:
    """PEM files. ``ca`` is what a client must trust."""

    ca: Path
    cert: Path
    key: Path
    expired_cert: Path
    expired_key: Path
    other_name_cert: Path
    other_name_key: Path

    @property
    def ca_pem(self) -> str:
        return self.ca.read_text()


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


def make_certificates(folder: Path) -> Certificates:
    """The same in any folder, for what runs without pytest."""
    authority = trustme.CA(organization_name="Mel Desktop tests")
    long_ago = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=3)
    made = {
        "cert": authority.issue_cert(*HOSTS),
        "expired_cert": authority.issue_cert(*HOSTS, not_after=long_ago),
        "other_name_cert": authority.issue_cert("mail.other.invalid"),
    }
    files: dict[str, Path] = {"ca": folder / "ca.pem"}
    authority.cert_pem.write_to_path(files["ca"])
    for name, leaf in made.items():
        files[name] = folder / f"{name}.pem"
        key = name.replace("cert", "key")
        files[key] = folder / f"{key}.pem"
        for number, blob in enumerate(leaf.cert_chain_pems):
            blob.write_to_path(files[name], append=number > 0)
        leaf.private_key_pem.write_to_path(files[key])
        files[key].chmod(0o600)
    return Certificates(**files)
