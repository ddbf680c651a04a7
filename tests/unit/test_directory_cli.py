"""``directory`` commands as the contract has them, and what they say of age and completeness."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.test_cli_contract import Program

HEAD = "nom;prénom;courriel;classe;fonction;uai;établissement\n"


@pytest.fixture
def program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Program:
    return Program(tmp_path, capsys)


def people(path: Path, count: int) -> str:
    lines = [
        f"Nom{one};Zoé;zoe.nom{one}@ac-rennes.fr;6A;Professeure · SVT;0350896J;Charcot\n"
        for one in range(count)
    ]
    path.write_text(HEAD + "".join(lines), encoding="utf-8")
    return str(path)


def test_a_refresh_that_takes_too_much_away_waits(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "profs.csv"
    code, report = program("directory", "import", people(file, 30))
    assert (code, report["persons"], report["waiting"]) == (0, 30, False)
    code, report = program("directory", "import", people(file, 12))
    assert (code, report["waiting"], report["would_remove"], report["removed"]) == (6, True, 18, 0)
    code, (source,) = program("directory", "sources")
    assert code == 0
    assert source["count"] == 31  # the class too
    assert source["waiting"]["would_remove"] == 18
    assert source["waiting"]["would_hold"] == 13
    assert program("directory", "search", "zoe", "--limit", "50")[1]["total"] == 30
    assert program("directory", "refuse", source["id"])[0] == 0
    code, answer = program("directory", "accept", source["id"])
    assert (code, answer["error"]["code"]) == (2, "not-found")
    assert program("directory", "import", people(file, 12))[0] == 6
    code, report = program("directory", "accept", source["id"])
    assert (code, report["persons"], report["removed"]) == (0, 12, 18)
    people(file, 1)
    code, report = program("directory", "import", str(file), "--accept-removals")
    assert (code, report["persons"], report["removed"], report["waiting"]) == (0, 1, 11, False)
    assert program("directory", "sources")[1][0]["waiting"] is None


def test_every_answer_says_as_of_when_and_whether_whole(program: Program, tmp_path: Path) -> None:
    program("directory", "import", people(tmp_path / "a.csv", 3), "--name", "Liste A")
    program("directory", "import", people(tmp_path / "b.csv", 2), "--name", "Liste B")
    code, sources = program("directory", "sources")
    assert [one["name"] for one in sources] == ["Liste A", "Liste B"]
    assert all(one["as_of"] == one["updated"] and one["complete"] for one in sources)
    code, found = program("directory", "search", "nom1", "--kind", "person")
    assert found["as_of"]
    assert found["complete"] is True
    code, card = program("directory", "show", found["hits"][0]["id"])
    assert code == 0
    assert card["name"] == "Zoé Nom1"
    assert [one["name"] for one in card["sources"]] == ["Liste A", "Liste B"]
    assert len(card["ids"]) == 2  # an institutional address is one person's
    assert (card["as_of"], card["complete"]) == (sources[0]["as_of"], True)
    assert [(one["name"], one["part"]) for one in card["groups"]] == [("6A", "")]
    assert (card["family"], card["note"], card["has_picture"]) == ([], "", False)
    code, groups = program("directory", "groups", "6a")
    assert [(one["name"], one["members"], one["complete"]) for one in groups] == [
        ("6A", 3, True), ("6A", 2, True),
    ]  # fmt: skip
    assert groups[0]["as_of"] == sources[0]["as_of"]
    assert [(one["audience"], one["members"], one["without_address"])
            for one in groups[0]["audiences"]] == [("team", 3, [])]  # fmt: skip


def test_formats_and_their_names(program: Program, tmp_path: Path) -> None:
    file = people(tmp_path / "a.csv", 1)
    assert program("directory", "import", file, "--format", "csv")[0] == 0
    for name in ("xls", "ldap"):
        assert program("directory", "import", file, "--format", name)[0] == 2
