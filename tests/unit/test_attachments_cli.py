"""``attachments --class`` and ``attachment`` of a file in an attached message, without a server."""

from __future__ import annotations

from email.mime.application import MIMEApplication
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path

import pytest

from tests.unit.test_cli_contract import ACCOUNT, Program

PEOPLE = """nom;prénom;courriel;classe;fonction;uai;établissement
Petit;Anne;anne.petit@ac-rennes.fr;6A;Professeure · SVT;0350896J;Charcot
Legrand;Paul;paul.legrand@ac-rennes.fr;6B;Professeur · Anglais;0350896J;Charcot
Sansadresse;Léo;;5C;Professeur · EPS;0350896J;Charcot
"""


@pytest.fixture
def program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Program:
    made = Program(tmp_path, capsys)
    assert made(*ACCOUNT)[0] == 0
    (tmp_path / "profs.csv").write_text(PEOPLE, encoding="utf-8")
    assert made("directory", "import", str(tmp_path / "profs.csv"))[0] == 0
    return made


def letter(sender: str, name: str, octets: bytes) -> MIMEMultipart:
    made = MIMEMultipart()
    made["From"], made["Subject"] = sender, f"Avec {name}"
    made.attach(MIMEText("Voici."))
    file = MIMEApplication(octets)
    file.add_header("Content-Disposition", "attachment", filename=name)
    made.attach(file)
    return made


def test_attachments_of_the_people_of_a_class(program: Program, tmp_path: Path) -> None:
    for sender, name in (
        ("Anne <Anne.Petit@ac-rennes.fr>", "a.pdf"), ("paul.legrand@ac-rennes.fr", "b.pdf"),
        ("x@exemple.invalid", "c.pdf"),
    ):  # fmt: skip
        (tmp_path / f"{name}.eml").write_bytes(letter(sender, name, name.encode()).as_bytes())
        program("import", str(tmp_path / f"{name}.eml"))

    def listed(*words: str) -> list[str]:
        code, found = program("attachments", *words)
        assert code == 0
        return sorted(one["filename"] for one in found)

    assert listed() == ["a.pdf", "b.pdf", "c.pdf"]
    assert listed("--class", "6A") == ["a.pdf"]
    assert listed("--class", " 6b ", "--kind", "pdf") == ["b.pdf"]
    assert listed("--class", "6B", "--query", "a.pdf") == []
    assert listed("--class", "5C") == []  # nobody there has an address: not everybody's
    (group,) = program("directory", "groups", "6A")[1]
    assert listed("--class", group["id"]) == ["a.pdf"]
    code, refused = program("attachments", "--class", "3Z")
    assert (code, refused["error"]["code"]) == (2, "not-found")
    (tmp_path / "autres.csv").write_text(
        PEOPLE.replace("0350896J;Charcot", "0350000A;Autre").replace("ac-rennes", "ac-nantes")
    )
    program("directory", "import", str(tmp_path / "autres.csv"))
    code, refused = program("attachments", "--class", "6A")
    assert (code, refused["error"]["code"]) == (2, "usage")  # two schools have one
    assert listed("--class", group["id"]) == ["a.pdf"]


def test_a_file_in_an_attached_message_is_saved(program: Program, tmp_path: Path) -> None:
    outer = letter("anne@ac-rennes.fr", "plan.txt", b"Plan")
    outer.attach(MIMEMessage(letter("paul@ac-rennes.fr", "sujet.bin", b"\x00\x01")))
    (tmp_path / "m.eml").write_bytes(outer.as_bytes())
    program("import", str(tmp_path / "m.eml"))
    message = str(program("search", "Avec")[1]["hits"][0]["id"])
    numbers = [one["part"] for one in program("show", message)[1]["attachments"]]
    assert numbers == ["2", "3"]
    out = tmp_path / "s.bin"
    code, told = program("attachment", message, "3!1", "--out", str(out))
    assert (code, told["size"]) == (0, 2)
    assert out.read_bytes() == b"\x00\x01"
    for wrong in ("3!2", "2!1", "9!1", "9"):
        code, refused = program("attachment", message, wrong, "--out", str(out))
        assert (code, refused["error"]["code"]) == (2, "not-found")
