"""The corpus through the whole program: imported from files, stored, and shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mel_desktop.cli import main
from mel_desktop.formats.line_ends import to_crlf
from mel_desktop.model.mail import WarningCode
from mel_desktop.store import keyslots
from tests.support.mime_messages import CORPUS
from tests.support.transfer_world import Desk, desk

NO_MAIL = ["header-empty-message"]  # there is nothing in it
SAMPLES = (
    "charset-of-koi8-u", "file-fifteen-pieces", "file-extended-wins", "mp-winmail",
    "body-uu-inline-two",
    "sender-spoof-quoted-angle", "sender-comment-beside", "subject-emoji-split", "mp-message-7bit",
    "mp-signed", "mp-report", "body-flowed-delsp",
)  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("whole-way")
    source = folder / "corpus"
    source.mkdir()
    for path in CORPUS.glob("*.eml"):
        raw = path.read_bytes()
        # the small ones of one size would count as copies of one another
        (source / path.name).write_bytes(raw.replace(b"<m1@", f"<{path.stem}@".encode()))
    with desk(folder / "profile") as made:
        done = made.importing.run(source, made.account)
        assert [one.path for one in done.problems] == [f"{name}.eml" for name in NO_MAIL]
        yield made


def test_every_message_is_shown_as_expected(place: Desk) -> None:
    by_octets = {
        to_crlf(path.read_bytes().replace(b"<m1@", f"<{path.stem}@".encode())): path.stem
        for path in CORPUS.glob("*.eml")
    }
    seen = set()
    for folder in place.paths():
        for row in place.rows(folder):
            name = by_octets[place.reading.raw(row.id)]
            seen.add(name)
            wanted = json.loads((CORPUS / f"{name}.json").read_text(encoding="utf-8"))
            shown = place.reading.show(row.id)
            if "subject" in wanted:
                assert shown.subject == wanted["subject"], name
            if "from" in wanted:
                assert [shown.sender.name, shown.sender.address] == wanted["from"], name
            if "text" in wanted:
                assert shown.text == wanted["text"], name
            leaves = [[part.number, part.media_type, part.filename] for part in shown.parts]
            assert leaves == wanted.get("parts", leaves), name
            names = [part.filename for part in shown.attachments]
            assert all(
                one in names for one in wanted.get("listed", wanted.get("attachments", []))
            ), name
    assert len(seen) >= 400


def test_containers_are_named(place: Desk) -> None:
    found = {
        code
        for folder in place.paths()
        for row in place.rows(folder)
        for code in (one.code for one in place.reading.show(row.id).warnings)
    }
    assert {WarningCode.SIGNED_SMIME, WarningCode.ENCRYPTED_PGP} <= found


def test_the_command_line(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keyslots, "TARGET_S", 0.0)
    (tmp_path / "phrase").write_text("une phrase de passe assez longue\n")

    def program(*words: str | Path) -> Any:
        code = main.run(
            ["--profile", str(tmp_path / "p"), "--offline", "--passphrase-file",
             str(tmp_path / "phrase"), "--json", *map(str, words)]
        )  # fmt: skip
        assert code == 0
        return json.loads(capsys.readouterr().out)

    program(
        "account", "add", "--email", "c@ac-exemple.invalid", "--login", "c",
        "--imap", "127.0.0.1:993", "--smtp", "127.0.0.1:465", "--no-probe",
    )  # fmt: skip
    for name in SAMPLES:
        done = program("import", CORPUS / f"{name}.eml")
        (row,) = program("messages", done["folder"])
        shown = program("show", row["id"], "--parts")
        wanted = json.loads((CORPUS / f"{name}.json").read_text(encoding="utf-8"))
        if "from" in wanted:
            assert [shown["from"]["name"], shown["from"]["address"]] == wanted["from"]
        for key in ("subject", "text"):
            assert shown[key] == wanted.get(key, shown[key])
        leaves = [[one["part"], one["media_type"], one["filename"]] for one in shown["parts"]]
        assert leaves == wanted.get("parts", leaves)
        files = [one["filename"] for one in shown["attachments"]]
        assert all(one in files for one in wanted.get("listed", wanted.get("attachments", [])))
    raw = program("show", row["id"], "--raw")["raw"].encode("latin-1")
    assert raw == to_crlf((CORPUS / f"{name}.eml").read_bytes())
    assert "from" in program("show", row["id"], "--headers")["headers"]
