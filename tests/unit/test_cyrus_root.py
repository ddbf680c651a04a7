"""How packaging/cyrus_root.py finds the packages of missing libraries, and keeps what is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.imap_servers import cyrus_root


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("libical.so.3", "libical3"),
        ("libxapian.so.30", "libxapian30"),
        ("libpcreposix.so.3", "libpcre3"),
        ("libsqlite3.so.0", "libsqlite3-0"),
    ],
)
def test_packages_of_libraries(library: str, package: str) -> None:
    assert cyrus_root.package_of(library) == package


def test_without_debian_there_is_no_cyrus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert cyrus_root.ensure_cyrus(tmp_path / "cyrus") is None
    assert list(tmp_path.iterdir()) == []
