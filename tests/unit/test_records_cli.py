"""``directory register | purge | export-person | erase``: exit codes and JSON."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mel_desktop.cli import main
from mel_desktop.store import keyslots

Program = Callable[..., tuple[int, Any]]
LIST = (
    "Nom;Prénom;Classe;Fonction;Courriel\n"
    "Vandermachin;Léa;4eB;Élève;\n"
    "Vandermachin;Marc;4eB;Parent;marc@exemple.invalid\n"
    "Petit;Anne;4eB;Professeure;anne.petit@ac-rennes.fr\n"
)


@pytest.fixture
def program(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Program:
    monkeypatch.setattr(keyslots, "TARGET_S", 0.0)
    secret = tmp_path / "phrase"
    secret.write_text("une phrase de passe assez longue\n")

    def run(*words: str | Path) -> tuple[int, Any]:
        options = ("--profile", tmp_path / "p", "--offline", "--passphrase-file", secret, "--json")
        code = main.run([str(one) for one in (*options, *words)])
        return code, json.loads(capsys.readouterr().out)

    file = tmp_path / "liste.csv"
    file.write_text(LIST, encoding="utf-8")
    assert run("directory", "import", file)[0] == 0
    return run


def test_the_register_counts(program: Program, tmp_path: Path) -> None:
    code, told = program("directory", "register", "--save", tmp_path / "r.html")
    assert code == 0
    (one,) = told["sources"]
    assert (one["pupils"], one["guardians"], one["staff"], one["groups"]) == (1, 1, 1, 1)
    assert (one["complete"], told["outdated"]) == (True, [])
    assert "Vandermachin" not in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_a_purge_without_names_takes_what_is_outdated_only(program: Program) -> None:
    code, gone = program("directory", "purge")
    assert (code, gone["sources"], gone["people"]) == (0, [], 0)
    source = program("directory", "sources")[1][0]["id"]
    code, gone = program("directory", "purge", source)
    assert (code, gone["people"], gone["groups"]) == (0, 2, 1)
    assert program("directory", "search", "vandermachin")[1]["total"] == 0
    assert program("directory", "search", "petit")[1]["total"] == 1
    code, answer = program("directory", "purge", "99")
    assert (code, answer["error"]["code"]) == (2, "not-found")


def test_a_person_is_exported_and_erased(program: Program, tmp_path: Path) -> None:
    hit = program("directory", "search", "marc")[1]["hits"][0]
    code, held = program("directory", "export-person", hit["id"], "--save", tmp_path / "m.zip")
    assert code == 0
    assert held["sources"][0]["addresses"] == ["marc@exemple.invalid"]
    with zipfile.ZipFile(tmp_path / "m.zip") as packed:
        assert any(name.endswith(".json") for name in packed.namelist())
    code, answer = program("directory", "erase", hit["id"])
    assert (code, answer["error"]["code"]) == (2, "usage")
    assert program("directory", "search", "marc")[1]["total"] == 1, "not without --yes"
    code, gone = program("directory", "erase", hit["id"], "--yes")
    assert (code, gone["rows"]) == (0, 1)
    assert program("directory", "import", tmp_path / "liste.csv")[0] == 0
    assert program("directory", "search", "marc")[1]["total"] == 0, "no list brings them back"
