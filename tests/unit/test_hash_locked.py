"""Nothing is installed that was not checked by hash: neither for the program nor for its making."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
# What installs or fetches: pip, uv, and the option without which they take what they are given.
COMMANDS = frozenset({"install", "download", "sync"})
HASHES = "--require-hashes"
# A shell, a workflow or a chroot script: the command as one line of text.
LINE = re.compile(r"\b(?:pip3?|uv(?: pip)?)\s+(?:install|download|sync)\b[^\n]*")


def words_of(node: ast.AST) -> list[str]:
    """The constant words of a command, in order."""
    return [
        one.value
        for one in ast.walk(node)
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    ]


def unchecked(source: str) -> Iterator[str]:
    """The commands in a module that install without hashes."""
    tree = ast.parse(source)
    docstrings = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, (ast.List, ast.Tuple)):
            words = words_of(node)
            starred = [ast.unparse(one) for one in node.elts if isinstance(one, ast.Starred)]
            is_pip = any(re.search(r"\b(pip|uv)$", word) for word in (*words, *starred))
            if is_pip and COMMANDS & set(words) and HASHES not in words:
                yield ast.unparse(node)
        elif isinstance(node, ast.Constant) and id(node) not in docstrings:
            lines = LINE.findall(node.value) if isinstance(node.value, str) else []
            yield from (one for one in lines if HASHES not in one)


def sources() -> list[Path]:
    found = [one for one in PACKAGING.rglob("*.py") if "__pycache__" not in one.parts]
    return [*found, *(ROOT / "tests").rglob("*.py")]


def test_what_python_installs_is_checked_by_hash() -> None:
    assert len(sources()) > 100
    texts = {one: one.read_text(encoding="utf-8") for one in sources() if one != Path(__file__)}
    found = {
        str(path.relative_to(ROOT)): list(unchecked(text))
        for path, text in texts.items()
        if any(word in text for word in COMMANDS)
    }
    assert {path: commands for path, commands in found.items() if commands} == {}


def test_what_scripts_install_is_checked_by_hash() -> None:
    kinds = {".sh", ".yml", ".yaml", ".spec", ".bat", ".ps1"}
    files = [one for one in PACKAGING.rglob("*") if one.suffix in kinds]
    files += [one for one in (ROOT / ".ci").rglob("*") if one.is_file()]
    assert files
    for path in files:
        text = path.read_text(encoding="utf-8").replace("\\\n", " ")
        assert [line for line in LINE.findall(text) if HASHES not in line] == [], path


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("run([python, '-m', 'pip', 'install', 'uv'])", 1),
        ("run([*pip, 'install', 'uv'])", 1),
        ("run([str(bin / 'uv'), 'pip', 'install', '--target', 'x', 'a'])", 1),
        ("run(['sh', '-c', 'pip install wheel'])", 1),
        ("run(f'cd {x} && pip download wheel')", 1),
        ("run([python, '-m', 'pip', 'install', '--require-hashes', '-r', 'x'])", 0),
        ("run(['apt-get', 'install', 'x'])", 0),
        ("run(['uv', 'pip', 'compile'])", 0),
        ("'''How to: pip install wheel'''", 0),
    ],
)
def test_the_test_sees_them(source: str, found: int) -> None:
    assert len(list(unchecked(source))) == found


def test_npm_takes_what_its_lock_has_a_hash_of() -> None:
    locks = [
        one
        for one in (ROOT / "tests").rglob("package-lock.json")
        if "node_modules" not in one.parts
    ]
    assert len(locks) == 2
    for lock in locks:
        packages = json.loads(lock.read_text())["packages"]
        assert len(packages) > 1
        for name, entry in packages.items():
            assert name == "" or re.fullmatch(r"sha512-[A-Za-z0-9+/=]{88}", entry["integrity"]), (
                name
            )
            assert "resolved" not in entry  # no host
    commands = re.findall(r'\[npm, "(\w+)"', (PACKAGING / "node_root.py").read_text())
    assert commands == ["ci"]  # `install` would change the lock


def test_the_build_backend_and_every_group_are_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    locked = {
        lock.stem: set(re.findall(r"^([a-z0-9-]+)==", lock.read_text(), re.MULTILINE))
        for lock in (PACKAGING / "locks").glob("*.txt")
    }
    bare = re.compile(r"[A-Za-z0-9-]+")
    for group, requirements in project["dependency-groups"].items():
        for requirement in requirements:
            found = bare.match(requirement)
            assert found is not None
            assert found[0].lower() in locked[group]
    assert project["build-system"]["requires"] == ["hatchling>=1.27"]
    assert "hatchling" in locked["release"]
