"""A real OpenLDAP slapd on free loopback ports, in its own folder, as whoever runs the suite.

ldapsearch, ldapadd and ldapmodify (ldap-utils) look and change: they share nothing with ldap3.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from mel_desktop.model.accounts import Secret
from mel_desktop.model.people import LdapSettings
from tests.support import ldap_people
from tests.support.certificates import Certificates
from tests.support.ports import free_port, wait_for_port

SCHEMA = Path(__file__).resolve().parents[1] / "data" / "ldap" / "ent.schema"
DEBIAN_SCHEMAS = Path("/etc/ldap/schema")
MODULES = Path("/usr/lib/ldap")
SLAPD = "/usr/sbin/slapd"
ROOT_DN = f"cn=admin,{ldap_people.BASE}"
SIZE_LIMIT = 100

CONFIG = """
include {schemas}/core.schema
include {schemas}/cosine.schema
include {schemas}/nis.schema
include {schemas}/inetorgperson.schema
include {ent}
modulepath {modules}
moduleload back_mdb
{modules_more}
pidfile {folder}/slapd.pid
argsfile {folder}/slapd.args
sizelimit unlimited
{tls}
database mdb
suffix "{base}"
rootdn "{root_dn}"
rootpw {password}
directory {folder}/main
maxsize {size}
dbnosync
index objectClass,entryUUID,entryCSN,modifyTimestamp eq
limits dn.exact="{limited_dn}" size.soft={limit} size.hard={limit} size.prtotal={limit}
access to attrs=userPassword by anonymous auth by * none
access to * by * read
{overlay}

database mdb
suffix "{other_base}"
directory {folder}/other
maxsize 4194304
dbnosync
access to * by * read
"""

# RFC 4533; the log of deletions is in memory, a restart forgets it.
SYNCPROV = "overlay syncprov\nsyncprov-sessionlog 1000"


class Slapd:
    """One running slapd. ``reader`` may read all, ``limited`` at most SIZE_LIMIT entries."""

    host = "127.0.0.1"
    base = ldap_people.BASE
    other_base = ldap_people.OTHER_BASE
    reader_dn = ldap_people.READER_DN
    limited_dn = ldap_people.LIMITED_DN
    password = Secret(ldap_people.PASSWORD)

    def __init__(
        self,
        folder: Path,
        certificates: Certificates,
        tls: str,
        *,
        sync: bool = False,
        megabytes: int = 32,
    ) -> None:
        self.folder = folder
        self.certificates = certificates
        self.port = free_port()
        self.tls_port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        for name in ("main", "other"):
            (folder / name).mkdir()
        self._config = folder / "slapd.conf"
        self._config.write_text(
            CONFIG.format(
                schemas=DEBIAN_SCHEMAS, ent=SCHEMA, modules=MODULES, folder=folder, tls=tls,
                base=self.base, root_dn=ROOT_DN, password=ldap_people.PASSWORD,
                limited_dn=self.limited_dn, limit=SIZE_LIMIT, other_base=self.other_base,
                modules_more="moduleload syncprov" if sync else "",
                overlay=SYNCPROV if sync else "", size=megabytes << 20,
            )
        )  # fmt: skip
        self._has_tls = bool(tls)

    @property
    def tls_url(self) -> str:
        return f"ldaps://{self.host}:{self.tls_port}"

    @property
    def starttls_url(self) -> str:
        return f"ldap://{self.host}:{self.port}"

    def settings(self, *, starttls: bool = False, **changes: object) -> LdapSettings:
        """How to read this server as ``reader``."""
        made = LdapSettings(
            url=self.starttls_url if starttls else self.tls_url,
            base=self.base,
            bind_dn=self.reader_dn,
            ca_pem=self.certificates.ca_pem,
        )
        return replace(made, **changes)  # type: ignore[arg-type]

    def load(self, base: str, ldif: str) -> None:
        """slapadd: fill a database while the server is down."""
        file = self.folder / "load.ldif"
        file.write_text(ldif)
        subprocess.run(
            ["/usr/sbin/slapadd", "-q", "-f", self._config, "-b", base, "-l", file],
            check=True,
            capture_output=True,
            timeout=60,
        )

    def start(self) -> None:
        urls = f"ldap://{self.host}:{self.port}/"
        if self._has_tls:
            urls += f" ldaps://{self.host}:{self.tls_port}/"
        with (self.folder / "slapd.log").open("wb") as log:
            self._process = subprocess.Popen(
                [SLAPD, "-d", "0", "-f", self._config, "-h", urls], stdout=log, stderr=log
            )
        wait_for_port(self.port)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=20)
            self._process = None

    # -- the independent observer ------------------------------------------------------------------

    def search(self, filter_text: str, *attributes: str, base: str = "") -> str:
        """LDIF as ldapsearch prints it (StartTLS required, certificate verified)."""
        return self._tool("ldapsearch", "-LLL", "-o", "ldif-wrap=no", "-b", base or self.base,
                          filter_text, *attributes)  # fmt: skip

    def add(self, ldif: str) -> None:
        self._tool("ldapadd", stdin=ldif)

    def modify(self, ldif: str) -> None:
        self._tool("ldapmodify", stdin=ldif)

    def delete(self, *dns: str) -> None:
        self._tool("ldapdelete", *dns)

    def _tool(self, name: str, *arguments: str, stdin: str | None = None) -> str:
        done = subprocess.run(
            [name, "-x", "-ZZ", "-H", self.starttls_url, "-D", ROOT_DN, "-w",
             ldap_people.PASSWORD, *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=30,
            env={**os.environ, "LDAPTLS_CACERT": str(self.certificates.ca)},
            check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise RuntimeError(f"{name}: {done.stderr}")
        return done.stdout


def tls_lines(cert: Path, key: Path) -> str:
    return f"TLSCertificateFile {cert}\nTLSCertificateKeyFile {key}\nTLSVerifyClient never"


@contextmanager
def running_slapd(
    folder: Path,
    certificates: Certificates,
    tls: str,
    *,
    sync: bool = False,
    ldif: str = "",
) -> Iterator[Slapd]:
    """A slapd with the fictitious collège, or with ``ldif``; ended by its own process id.

    ``sync``: it tells changes by RFC 4533.
    """
    if not Path(SLAPD).exists() or shutil.which("ldapsearch") is None:
        pytest.skip("slapd and ldap-utils are not installed")
    folder.mkdir(parents=True, exist_ok=True)
    server = Slapd(folder, certificates, tls, sync=sync, megabytes=1_024 if ldif else 32)
    server.load(server.base, ldif or ldap_people.ldif())
    server.load(server.other_base, ldap_people.other_ldif())
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def slapd(certificates: Certificates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    """Shared: a test that changes it puts things back."""
    folder = tmp_path_factory.mktemp("slapd")
    tls = tls_lines(certificates.cert, certificates.key)
    with running_slapd(folder, certificates, tls) as server:
        yield server
