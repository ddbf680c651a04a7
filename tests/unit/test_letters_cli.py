"""``template``, ``signature``, ``merge`` and ``merges`` as the contract has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mel_desktop.demo.school import build_school, people_csv, pupils_csv
from tests.unit.test_cli_contract import ACCOUNT, Program


@pytest.fixture
def program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Program:
    made = Program(tmp_path, capsys)
    assert made(*ACCOUNT)[0] == 0
    return made


def test_templates_are_listed_saved_shown_used_and_deleted(
    program: Program, tmp_path: Path
) -> None:
    code, shipped = program("template", "list")
    assert code == 0
    assert {"convocation", "sortie", "absence"} <= {one["name"] for one in shipped}
    text = tmp_path / "t.txt"
    text.write_text("{civilité|Bonjour} {nom}, le {date}. {motif}\n", encoding="utf-8")
    code, (saved,) = program(
        "template", "save", "Mon mot", "--subject", "Au sujet de {motif}", "--text-file", str(text)
    )
    assert (code, saved["origin"]) == (0, "own")
    assert saved["fields"] == ["motif", "civilité", "nom", "date"]
    code, draft = program(
        "draft", "new", "--template", "mon mot", "--to", "Paul Dupont <paul@b.test>"
    )
    assert code == 0
    assert draft["text"].startswith("Bonjour Dupont, le ")
    assert draft["text"].endswith(". {motif}\n")
    assert "motif" in program.stderr
    assert program("template", "delete", "mon mot")[0] == 0
    assert program("template", "show", "mon mot")[1]["error"]["code"] == "not-found"
    code, answer = program("template", "delete", "convocation")
    assert (code, answer["error"]["code"]) == (2, "usage")
    (tmp_path / "bad.toml").write_bytes(b"x = ")
    code, answer = program("template", "save", "--from-file", str(tmp_path / "bad.toml"))
    assert answer["error"]["code"] == "bad-file"


def test_signatures(program: Program, tmp_path: Path) -> None:
    html = tmp_path / "s.html"
    html.write_text("<p><b>Claire</b><script>x</script></p>")
    code, saved = program("signature", "save", "--html-file", str(html))
    assert (code, saved["text"].strip()) == (0, "Claire")
    assert "script" not in saved["html"]
    assert [one["text"] for one in program("signature", "list")[1]] == ["Claire"]


def test_merge_to_the_parents_of_a_class_and_to_a_table(program: Program, tmp_path: Path) -> None:
    school = build_school()
    for name, text in (("p.csv", people_csv(school)), ("e.csv", pupils_csv(school))):
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert program("directory", "import", str(tmp_path / name))[0] == 0
    merge = ("--offline", "merge", "--template", "encouragements", "--group", "4b")
    code, planned = program(*merge, "--who", "parents", "--set", "matière=SVT", "--dry-run")
    assert code == 10
    assert planned["missing"] == [{"field": "précisions", "messages": planned["messages"]}]
    parents = {one.address for pupil in school.pupils_of("4B") for one in pupil.parents}
    assert planned["messages"] == len(parents)
    code, answer = program(*merge, "--who", "parents", "--set", "matière=SVT")
    assert (code, answer["error"]["code"]) == (6, "needs-decision")
    assert program("draft", "list")[1] == []
    given = ("--set", "matière=SVT", "--set", "précisions=oral")
    code, done = program(*merge, "--who", "parents", *given)
    assert code == 0
    assert (done["total"], done["in_outbox"]) == (len(parents), min(50, len(parents)))
    outbox = program("outbox", "list")[1]
    assert all(len(one["recipients"]) == 1 for one in outbox)
    assert len({one["recipients"][0] for one in outbox}) == len(outbox)
    assert program("merges", "pause", done["merge"])[1]["state"] == "paused"
    assert {one["state"] for one in program("outbox", "list")[1]} == {"held"}
    assert program("merges", "resume", done["merge"])[0] == 0
    assert program("merges", "cancel", done["merge"])[1]["state"] == "cancelled"
    assert program("outbox", "list")[1] == []
    report = tmp_path / "r.csv"
    code, shown = program("merges", "show", done["merge"], "--out", str(report))
    assert {one["state"] for one in shown["items"]} == {"cancelled"}
    assert report.read_bytes().startswith(b'\xef\xbb\xbf"Destinataire"')
    table = tmp_path / "t.csv"
    table.write_text("Élève;Mel;Précisions\nLéa;a@b.test;lecture\nTom;;x\n", encoding="cp1252")
    code, done = program(
        "--offline", "merge", "--template", "encouragements", "--csv", str(table),
        "--set", "matière=SVT", "--set", "classe=4B",
    )  # fmt: skip
    assert (code, done["total"], done["without_address"]) == (0, 1, ["Tom"])
    assert program("merges", "list")[1][0]["total"] == 1


def test_warnings_about_a_merge_are_accepted_by_name(program: Program, tmp_path: Path) -> None:
    school = build_school()
    for name, text in (("p.csv", people_csv(school)), ("e.csv", pupils_csv(school))):
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert program("directory", "import", str(tmp_path / name))[0] == 0
    names = ", ".join(one.name for one in school.pupils_of("4B"))
    text = tmp_path / "t.txt"
    text.write_text(f"Bonjour. Les élèves : {names}. Voir le fichier joint.\n", encoding="utf-8")
    program("template", "save", "liste", "--title", "Liste", "--text-file", str(text))
    merge = ("--offline", "merge", "--template", "liste", "--group", "4b", "--who", "parents")
    code, answer = program(*merge)
    assert code == 6
    found = {one["code"] for one in answer["error"]["warnings"]}
    assert sorted(found - {"quiet-hours"}) == [  # that one depends on when this runs
        "no-attachment", "no-subject", "pupil-data",
    ]  # fmt: skip
    assert program("draft", "list")[1] == []
    assert program("merges", "list")[1] == []
    code, answer = program(*merge, "--accept", "NO_SUBJECT", "--accept", "pupil-data")
    assert (code, program("outbox", "list")[1]) == (6, [])
    code, answer = program(*merge, "--accept", "no-such-thing")
    assert (code, answer["error"]["code"]) == (2, "usage")
    accepted = [word for one in ("NO_SUBJECT", "PUPIL_DATA", "NO_ATTACHMENT", "QUIET_HOURS")
                for word in ("--accept", one)]  # fmt: skip
    code, done = program(*merge, *accepted)
    assert code == 0
    assert done["total"] == len(
        {one.address for pupil in school.pupils_of("4B") for one in pupil.parents}
    )
