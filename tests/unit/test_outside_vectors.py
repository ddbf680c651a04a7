"""tests/support/outside_vectors.py: what it finds in a folder, and that its judges see a fault."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.support import outside_vectors
from tests.support.outside_vectors import found, judge, keeps

SOURCES = {
    "one/a.py": 'X = "<b>py\\x21</b>"\nY = "no markup"\n',
    "one/b.js": "var x = `<i>js</i>`; // it's \n",
    "one/c.rb": "X = <<~HTML\n<u>rb</u>\nHTML\n",
    "one/d.rs": 'let x = r#"<p align="left">rs</p>"#;\n',
    "two/page.html": "<h1>page</h1>",
    "two/data.xml": "<tests><attack>&lt;img src=x onerror=a()&gt;</attack></tests>",
    "two/letter.eml": "From: a@b.fr\nSubject: x\nContent-Type: text/html\n\n<p>letter</p>\n",
    "two/notes.md": "<b>not read</b>",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in SOURCES.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
    (tmp_path / "two" / "box.mbox").write_text(
        "From a Mon Jan  1 00:00:00 2024\nFrom: a@b.fr\nSubject: y\nContent-Type: text/html\n\n"
        "<p>in a box</p>\n"
    )
    return tmp_path


def test_vectors_are_found_in_sources_pages_and_messages(folder: Path) -> None:
    of = {html.strip(): source for html, source in found(folder, mails=False).items()}
    assert of == {
        "<b>py!</b>": "one",
        "<i>js</i>": "one",
        "<u>rb</u>": "one",
        '<p align="left">rs</p>': "one",
        "<h1>page</h1>": "two",
        "<img src=x onerror=a()>": "two",
        "<p>letter</p>": "two",
        "<p>in a box</p>": "two",
    }
    mails = {html.strip() for html in found(folder, mails=True)}
    assert mails == {"<h1>page</h1>", "<p>letter</p>", "<p>in a box</p>"}


@pytest.mark.usefixtures("qapp")
def test_the_judges_see_what_a_sanitiser_lets_through(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    vectors = found(folder, mails=False)
    assert judge(vectors, all_of_them=True) == 0
    assert "8 vectors, 1 not clean as they are, 0 failed" in capsys.readouterr().out

    class LetsAllThrough:
        def __init__(self, html: str) -> None:
            self.html = html

    monkeypatch.setattr(outside_vectors, "sanitize", LetsAllThrough)
    assert judge(vectors, all_of_them=True) == 1
    assert "onerror" in capsys.readouterr().out


def test_what_is_lost_of_a_mail_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = '<p style="color:#ff0000;z-index:3" align="center">three plain words</p>'
    (folder / "two" / "page.html").write_text(page)
    monkeypatch.setattr(sys, "argv", ["outside_vectors", str(folder), "--mails"])
    assert outside_vectors.main() == 0
    said = capsys.readouterr().out
    assert "all" in said
    assert "declarations 1/2, look 1/1" in said
    assert "lost declarations      1  z-index: 3" in said
    keeps({"<p>a</p>": "x"}, all_of_them=False)
    assert "words 1/1" in capsys.readouterr().out
