"""How packaging/node_root.py installs the other reader, and what its lock may not hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.imap_base import packaging_module

node_root = packaging_module("node_root")


def test_without_node_there_is_no_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert node_root.ensure_readers(tmp_path / "node") is None
    assert node_root.ensure_provider(tmp_path / "oidc") is None
    assert list(tmp_path.iterdir()) == []


def test_the_lock_checks_every_package_and_names_no_registry() -> None:
    for folder, name in ((node_root.LOCKED, "mailparser"), (node_root.PROVIDER, "oidc-provider")):
        _check(folder, name)


def _check(folder: Path, name: str) -> None:
    text = (folder / "package-lock.json").read_text("utf-8")
    packages = json.loads(text)["packages"]
    del packages[""]
    assert packages[f"node_modules/{name}"]["version"]
    assert all(one["integrity"].startswith("sha512-") for one in packages.values())
    assert not any("resolved" in one for one in packages.values())
