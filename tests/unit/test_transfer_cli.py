"""The command line moves mail in and out: exit codes and JSON of import, export, backup, seed."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from mel_desktop.cli import main
from mel_desktop.store import keyslots
from tests.support import documents, thunderbird_book
from tests.support.transfer_world import as_mbox, letter

ACCOUNT = (
    "account", "add", "--email", "claire.petit@ac-exemple.invalid", "--login", "cpetit",
    "--imap", "127.0.0.1:993", "--smtp", "127.0.0.1:465", "--no-probe",
)  # fmt: skip


class Program:
    """The command line in this process, with a profile of its own."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
        self.profile = folder / name
        self.secret = folder / "phrase"
        self.secret.write_text("une phrase de passe assez longue\n")
        self._capsys = capsys

    def other(self, name: str) -> Program:
        return Program(self.profile.parent, self._capsys, name)

    def __call__(self, *words: str | Path) -> tuple[int, Any]:
        code = main.run(
            ["--profile", str(self.profile), "--offline", "--passphrase-file", str(self.secret),
             "--json", *map(str, words)]
        )  # fmt: skip
        return code, json.loads(self._capsys.readouterr().out)


@pytest.fixture
def program(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Program:
    monkeypatch.setattr(keyslots, "TARGET_S", 0.0)
    made = Program(tmp_path, capsys, "profile")
    assert made(*ACCOUNT)[0] == 0
    return made


def test_in_out_and_back(program: Program, tmp_path: Path) -> None:
    letters = [letter(n, attached=b"x" * 999 * n) for n in range(6)]
    (tmp_path / "Archives").write_bytes(as_mbox(letters))
    code, done = program("import", tmp_path / "Archives")
    assert (code, done["imported"], done["duplicates"], done["failed"]) == (0, 6, 0, [])
    code, again = program("import", tmp_path / "Archives")
    assert (code, again["imported"], again["duplicates"]) == (0, 0, 6)
    (tmp_path / "vrac").mkdir()
    (tmp_path / "vrac" / "a.eml").write_bytes(letter(9))
    (tmp_path / "vrac" / "b.eml").write_bytes(b"rien\n")
    code, partly = program("import", tmp_path / "vrac", "--folder", done["folder"])
    assert (code, partly["imported"]) == (10, 1)
    assert partly["failed"] == [{"file": "b.eml", "position": 0, "reason": "no-header"}]
    code, out = program("export", "--eml", tmp_path / "eml", "--folder", done["folder"])
    assert (code, out["messages"], out["incomplete"]) == (0, 7, [])
    files = sorted((tmp_path / "eml").rglob("*.eml"))
    assert [one.read_bytes() for one in files] == [*letters, letter(9)]
    for kind, name in (("--mbox", "m"), ("--archive", "z")):
        assert program("export", kind, tmp_path / name)[1]["messages"] == 7
        assert program("export", kind, tmp_path / name)[0] == 2
    assert program("export")[0] == 2
    assert program("import", tmp_path / "absent")[0] == 2


def test_backup_and_restore(program: Program, tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(letter(0))
    program("import", tmp_path / "a.eml")
    code, facts = program("vault", "backup", tmp_path / "s.mel")
    assert (code, facts["messages"]) == (0, 1)
    assert facts["bytes"] == (tmp_path / "s.mel").stat().st_size
    code, error = program("vault", "restore", tmp_path / "s.mel")
    assert (code, error["error"]["code"]) == (2, "vault-exists")
    code, back = program("vault", "restore", tmp_path / "s.mel", "--yes")
    assert code == 0
    assert Path(back["moved_aside"]).is_dir()
    assert program("export", "--eml", tmp_path / "eml")[0] == 0
    assert [one.read_bytes() for one in (tmp_path / "eml").rglob("*.eml")] == [letter(0)]
    other = program.other("other")
    assert other("vault", "restore", tmp_path / "s.mel")[0] == 0
    data = bytearray((tmp_path / "s.mel").read_bytes())
    data[-5] ^= 1
    (tmp_path / "bad.mel").write_bytes(data)
    third = program.other("third")
    code, error = third("vault", "restore", tmp_path / "bad.mel")
    assert (code, error["error"]["code"]) == (7, "damaged")
    assert not third.profile.exists()
    (tmp_path / "phrase").write_text("une autre\n")
    assert third("vault", "restore", tmp_path / "s.mel")[0] == 5


def test_a_seed_from_pc_to_pc(program: Program, tmp_path: Path) -> None:
    other = program.other("other")
    assert other("vault", "create")[0] == 0
    code, told = other("seed", "code")
    assert code == 0
    code, made = program("seed", "create", tmp_path / "s", "--for", told["code"])
    assert (code, made["messages"], made["accounts"]) == (0, 0, ["claire.petit@ac-exemple.invalid"])
    code, opened = other("seed", "open", tmp_path / "s")
    assert (code, opened["accounts_added"]) == (0, made["accounts"])
    assert opened["from"] == made["from"]
    assert program("seed", "open", tmp_path / "s")[0] == 2
    assert program("seed", "create", tmp_path / "t", "--for", "ABCD")[0] == 2
    assert other("account", "list")[1][0]["state"] == "no-password"


def test_attachments_of_what_was_imported_are_listed_and_found(
    program: Program, tmp_path: Path
) -> None:
    octets = base64.encodebytes(documents.pdf("Mardi : des blanquettes de veau"))
    (tmp_path / "menu.eml").write_bytes(
        b"From: Paul Durand <paul@ac-exemple.invalid>\r\nSubject: Cantine\r\n"
        b"Date: Mon, 23 Nov 2026 08:00:00 +0100\r\nMessage-ID: <menu@ac-exemple.invalid>\r\n"
        b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nVoir le fichier.\r\n"
        b"--b\r\nContent-Type: application/pdf; name=menu.pdf\r\n"
        b"Content-Disposition: attachment; filename=menu.pdf\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + octets + b"--b--\r\n"
    )
    assert program("import", tmp_path / "menu.eml")[0] == 0
    code, (before,) = program("attachments")
    assert (code, before["filename"], before["text"], before["local"]) == (
        0, "menu.pdf", None, True,
    )  # fmt: skip
    assert program("attachments", "--query", "blanquette") == (0, [])
    code, (row,) = program("attachments", "--read", "--query", "blanquette")
    assert code == 0
    assert {"message", "folder", "part", "filename", "media_type", "size", "local", "date",
            "snippet"} <= set(row)  # fmt: skip
    assert (row["media_type"], row["text"]) == ("application/pdf", "done")
    assert "blanquettes" in row["snippet"]
    code, found = program("search", "blanquette")
    assert [(one["id"], one["attachment"]) for one in found["hits"]] == [
        (row["message"], "menu.pdf")
    ]
    assert program("attachments", "--limit", "-1")[0] == 2
    code, (narrowed,) = program(
        *("attachments", "--kind", "pdf", "--kind", "table", "--sender", "durand"),
        *("--since", "2026-11-23", "--query", "blanquettes"),
    )
    assert (code, narrowed["filename"], narrowed["kind"]) == (0, "menu.pdf", "pdf")
    assert program("attachments", "--kind", "picture") == (0, [])
    assert program("attachments", "--since", "2026-11-25") == (0, [])
    assert program("attachments", "--since", "hier")[0] == 2


def test_an_archive_and_address_books_by_command(program: Program, tmp_path: Path) -> None:
    (tmp_path / "Archives").write_bytes(as_mbox([letter(n) for n in range(3)]))
    program("import", tmp_path / "Archives")
    assert program("export", "--archive", tmp_path / "a.zip")[0] == 0
    code, again = program("import", tmp_path / "a.zip")
    assert (code, again["format"], again["duplicates"]) == (0, "archive", 3)
    other = program.other("other")
    assert other(*ACCOUNT)[0] == 0
    code, done = other("import", tmp_path / "a.zip")
    assert (code, done["imported"], done["failed"]) == (0, 3, [])
    profile = tmp_path / "tb"
    (profile / "Mail").mkdir(parents=True)
    thunderbird_book.write(
        profile / "abook.sqlite",
        {"1": {"DisplayName": "Yvonne Kerbrat", "PrimaryEmail": "yvonne@perso.invalid"}},
    )
    code, done = other("import", profile)
    assert (code, done["contacts"], done["lists"]) == (0, 1, 0)
    assert done["address_book"] == "Carnet d’adresses de Thunderbird"
    hits = other("directory", "search", "kerbrat")[1]["hits"]
    assert [one["email"] for one in hits] == ["yvonne@perso.invalid"]
    (profile / "vieux.mab").write_text("mork")
    code, done = other("import", profile)
    assert (code, done["failed"][0]["reason"]) == (10, "mork-book")
