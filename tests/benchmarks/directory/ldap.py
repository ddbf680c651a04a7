"""50,000 entries in a real slapd, read by ldapsearch and by us, then 100 changes of them.

The same entries and attributes over TLS by both: to LDIF that nobody keeps (pages of 500), and to
values of the directory (RFC 4533), without the store. By the wall, on a machine that has nothing
else to do; the CPU seconds of each client tell how far to trust that.
"""

from __future__ import annotations

import importlib
import os
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from mel_desktop.net.ldap import LdapReader
from tests.support import ldap_people, ldap_servers
from tests.support.certificates import make_certificates

# By name: the bench runs without its LDAP part where these are not there.
ANY: Final[Any] = importlib.import_module("mel_desktop.formats.ldap_profiles").ANY
RUNNING: Final[Callable[..., Any]] = ldap_servers.running_slapd
PEOPLE: Final[Any] = ldap_people


def measured(folder: Path, count: int) -> dict[str, float]:
    """Seconds of ldapsearch and of ours; octets of the whole copy, and of 100 changes."""
    kept = folder / "certificates"
    kept.mkdir()
    certificates = make_certificates(kept)
    tls = ldap_servers.tls_lines(certificates.cert, certificates.key)
    ldif = PEOPLE.rectorat_ldif(count)
    with RUNNING(folder / "slapd", certificates, tls, sync=True, ldif=ldif) as slapd:
        peers, ours, cpus = [], [], []
        reader: Any = LdapReader()
        state: dict[str, Any] = {}
        whole = 0
        for _ in range(3):  # by turns; the quickest of each counts
            peers.append(_ldapsearch(slapd))
            began, cpu = time.perf_counter(), time.process_time()
            with closing(reader.read(slapd.settings(), slapd.password, {})) as reading:
                for _batch in reading:
                    pass
            ours.append(time.perf_counter() - began)
            cpus.append(time.process_time() - cpu)
            whole, state = reading.octets, reading.state
        changes = [
            ldap_people.entry(
                ldap_people.teacher_dn(number * 7), changetype="modify", replace="title",
                title="Professeur certifié",
            )
            for number in range(90)
        ]  # fmt: skip
        slapd.modify("".join(changes))
        slapd.delete(*[ldap_people.teacher_dn(count * 4 // 5 + number) for number in range(10)])
        began = time.perf_counter()
        with closing(reader.read(slapd.settings(), slapd.password, state)) as reading:
            for _batch in reading:
                pass
        part_s = time.perf_counter() - began
    return {
        "peer_s": min(peers), "read_s": min(ours), "read_cpu_s": min(cpus), "whole_octets": whole,
        "part_octets": reading.octets, "part_s": part_s,
    }  # fmt: skip


def _ldapsearch(slapd: Any) -> float:
    began = time.perf_counter()
    subprocess.run(
        ["ldapsearch", "-x", "-LLL", "-H", slapd.tls_url, "-b", slapd.base, "-D", slapd.reader_dn,
         "-w", ldap_people.PASSWORD, "-E", "pr=500/noprompt", "(objectClass=person)",
         *ANY.attributes],
        stdout=subprocess.DEVNULL, check=True, timeout=300,
        env={**os.environ, "LDAPTLS_CACERT": str(slapd.certificates.ca)},
    )  # fmt: skip
    return time.perf_counter() - began
