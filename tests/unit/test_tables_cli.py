"""``directory columns`` and ``directory import --mapping``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mel_desktop.model.tables import Field
from tests.support import onde_school
from tests.unit.test_cli_contract import ACCOUNT, Program

LIST = "Gens;Joindre;Cl;Né(e) le\r\nMARTIN Anne;anne@x.test;6A;1.2.1980\r\n"


@pytest.fixture
def program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Program:
    made = Program(tmp_path, capsys)
    assert made(*ACCOUNT)[0] == 0
    return made


def test_columns_are_written_mended_and_used(program: Program, tmp_path: Path) -> None:
    table, mapping = tmp_path / "gens.csv", tmp_path / "columns.json"
    table.write_bytes(LIST.encode("cp1252"))
    code, answer = program("directory", "import", str(table))
    assert (code, answer["error"]["code"]) == (2, "bad-file")
    assert "anne" not in json.dumps(answer).lower()
    code, document = program("directory", "columns", str(table))
    assert (code, document["columns"]) == (
        0, {"Gens": "full", "Joindre": "email", "Cl": "classes", "Né(e) le": ""},
    )  # fmt: skip
    document["people"] = "guardian"
    document["columns"]["Cl"] = Field.CHILD_CLASSES.code
    mapping.write_text(json.dumps(document), encoding="utf-8")
    code, report = program("directory", "import", str(table), "--mapping", str(mapping))
    assert code == 0
    assert (report["source"], report["format"], report["persons"]) == ("gens", "csv", 1)
    code, found = program("directory", "search", "martin")
    assert found["hits"][0]["role"] == "responsable légal"
    # the same headings again: as they were read then
    code, report = program("directory", "import", str(table))
    assert (code, report["persons"]) == (0, 1)


def test_errors_of_a_mapping_are_clear(program: Program, tmp_path: Path) -> None:
    table, mapping = tmp_path / "gens.csv", tmp_path / "columns.toml"
    table.write_text(LIST, encoding="utf-8")
    for text, said in (
        ('[columns]\nGens = "nobody"\n', "sens inconnu (rang : 1)"),
        ('[columns]\nAutre = "email"\n', "n’est pas dans le tableau"),
        ('[columns]\n"Né(e) le" = "role"\n', "jamais lue"),
        ("[columns\n", "ni du TOML valable (ligne : 1)"),
    ):
        mapping.write_text(text, encoding="utf-8")
        code, answer = program("directory", "import", str(table), "--mapping", str(mapping))
        assert (code, answer["error"]["code"]) == (2, "bad-file")
        assert said in answer["error"]["message"], answer
    missing = str(tmp_path / "none.json")
    assert program("directory", "import", str(table), "--mapping", missing)[0] == 2
    code, answer = program(
        "directory", "import", str(table), "--mapping", str(mapping), "--format", "onde"
    )
    assert answer["error"]["code"] == "usage"
    assert program("directory", "sources")[1] == []


def test_an_onde_export_by_its_name(program: Program, tmp_path: Path) -> None:
    school = onde_school.families(10)
    pupils, parents = tmp_path / "e.csv", tmp_path / "r.csv"
    pupils.write_bytes(onde_school.pupils_csv(school))
    parents.write_bytes(onde_school.guardians_csv(school))
    code, report = program(
        "directory", "import", str(parents), str(pupils), "--format", "onde", "--name", "École"
    )
    assert code == 0
    assert (report["format"], report["source"]) == ("onde", "École")
    assert report["persons"] == sum(len(one.children) + len(one.parents) for one in school)
    code, answer = program("directory", "import", str(pupils), "--format", "annuaire")
    assert answer["error"]["code"] == "bad-file"


def test_every_meaning_is_in_the_guide() -> None:
    guide = Path(__file__).resolve().parents[2] / "resources" / "docs" / "tables.md"
    text = guide.read_text("utf-8")
    assert [field.code for field in Field if f"`{field.code}`" not in text] == []
