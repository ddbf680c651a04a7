"""The reader of other people's mails: what it takes for one, and what it says of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.faults.mime.__main__ import main
from tests.support.outside_corpora import mails, read_corpus

MAIL = b"From: Jean <a@b.fr>\r\nTo: c@d.fr\r\nSubject: Bonjour\r\n\r\nVoici\r\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "un").mkdir()
    (tmp_path / "un" / "a.txt").write_bytes(MAIL)
    (tmp_path / "un" / "notes.txt").write_bytes(b"Rien: ici\n")
    (tmp_path / "un" / "a.py").write_bytes(MAIL)
    (tmp_path / "b.eml").write_bytes(b"Bonjour")
    return tmp_path


def expect(folder: Path, *lines: dict[str, object]) -> None:
    text = "\n".join(json.dumps(line) for line in lines)
    (folder / "expected.jsonl").write_text(text, encoding="utf-8")


def test_mails_are_known_by_their_header_or_their_name(folder: Path) -> None:
    assert [name for name, _ in mails(folder)] == ["b.eml", "un/a.txt"]


def test_values_are_scored(folder: Path) -> None:
    expect(
        folder,
        {"file": "un/a.txt", "field": "subject", "value": "Bonjour"},
        {"file": "un/a.txt", "field": "address", "value": "x@y.fr"},
        {"file": "un/a.txt", "field": "leaves", "value": 1},
    )
    report = read_corpus(folder)
    assert report.right["un"] == 2
    assert report.wrong == [("un/a.txt", "address", "x@y.fr", "a@b.fr")]
    assert not report.failures
    assert "2 of 3 values right" in list(report.lines())[-1]


def test_a_value_of_no_field_is_refused(folder: Path) -> None:
    expect(folder, {"file": "b.eml", "field": "colour", "value": "red"})
    with pytest.raises(ValueError, match="line 1"):
        read_corpus(folder)


def test_the_command_fails_where_nothing_is_read(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--corpus", str(folder)]) == 0
    assert "2 mails, 0 failures" in capsys.readouterr().out
    (tmp_path / "leer").mkdir()
    assert main(["--corpus", str(tmp_path / "leer")]) == 1
