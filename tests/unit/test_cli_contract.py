"""The command line's contract, as far as it needs no server: exit codes, JSON, what is listed."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mel_desktop.cli import main
from mel_desktop.cli.output import flags, parse_flags, printable
from mel_desktop.cli.registry import NOT_YET
from mel_desktop.model.errors import LocalRefusal, StoreTrouble
from mel_desktop.model.mail import Flags, Marks
from mel_desktop.services.saving import write_file


class Program:
    """Runs the command line in this process, with its own profile and passphrase."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.profile = folder / "profile"
        self.passphrase = folder / "passphrase"
        self.passphrase.write_text("une phrase de passe\nautre ligne\n")
        self._capsys = capsys
        self.stderr = ""

    def __call__(self, *words: str, unlock: bool = True) -> tuple[int, Any]:
        secret = ["--passphrase-file", str(self.passphrase)] if unlock else []
        code = main.run(["--profile", str(self.profile), *secret, "--json", *words])
        captured = self._capsys.readouterr()
        self.stderr = captured.err
        return code, json.loads(captured.out)


@pytest.fixture
def program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Program:
    return Program(tmp_path, capsys)


ACCOUNT = (
    "account", "add", "--email", "claire.petit@ac-exemple.invalid", "--login", "cpetit",
    "--imap", "127.0.0.1:993", "--smtp", "127.0.0.1:465", "--no-probe",
)  # fmt: skip


@pytest.mark.parametrize("words", sorted(NOT_YET))
def test_commands_of_later_issues_say_so(program: Program, words: tuple[str, ...]) -> None:
    code, answer = program(*words)
    assert code == 2
    assert answer["error"]["code"] == "not-yet-available"
    assert "not yet available" in answer["error"]["message"]


@pytest.mark.parametrize("words", sorted(word for word in NOT_YET if len(word) == 1))
def test_they_are_not_listed_in_the_help(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main.run(["--help"])
    assert left.value.code == 0
    listed = {line.split()[0] for line in capsys.readouterr().out.splitlines() if line.strip()}
    assert words[0] not in listed


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("account", "add"),
        ("show",),
        ("flag", "1"),
        ("messages", "inbox", "--limit", "x"),
        ("account", "add", "--email", "a@b.fr", "--imap", "host", "--smtp", "h:1"),
    ],
)
def test_wrong_usage_is_exit_2_and_one_document(program: Program, words: tuple[str, ...]) -> None:
    code, answer = program(*words)
    if answer["error"]["code"] == "no-vault":  # "flag 1" is asked of a profile first
        pytest.fail("usage is checked before the profile is opened")
    assert code == 2
    assert set(answer["error"]) == {"code", "scope", "message", "action", "retry"}


def test_no_vault_yet_is_exit_5(program: Program) -> None:
    code, answer = program("folders")
    assert (code, answer["error"]["code"]) == (5, "no-vault")
    assert not program.profile.exists()


def test_vault_create_status_and_wrong_passphrase(program: Program) -> None:
    assert program("vault", "create")[0] == 0
    code, status = program("vault", "status", unlock=False)
    assert code == 0
    assert status["exists"] is True
    assert status["opens_with"] == ["passphrase"]
    program.passphrase.write_text("fausse")
    code, answer = program("folders")
    assert (code, answer["error"]["code"]) == (5, "wrong-passphrase")
    assert answer["error"]["scope"] == "app"
    assert answer["error"]["retry"] == "after-user"


def test_creating_twice_is_refused_and_changes_nothing(program: Program) -> None:
    program("vault", "create")
    before = (program.profile / "store.keys").read_bytes()
    code, answer = program("vault", "create")
    assert (code, answer["error"]["code"]) == (2, "vault-exists")
    assert (program.profile / "store.keys").read_bytes() == before


def test_change_of_passphrase_opens_with_the_new_one_only(program: Program, tmp_path: Path) -> None:
    program("vault", "create")
    new = tmp_path / "new"
    new.write_text("la nouvelle\n")
    assert program("vault", "change-passphrase", "--new-passphrase-file", str(new))[0] == 0
    assert program("account", "list")[0] == 5
    program.passphrase.write_text("la nouvelle")
    assert program("account", "list") == (0, [])


def test_account_add_makes_the_vault_and_keeps_login_and_address_apart(program: Program) -> None:
    code, account = program(*ACCOUNT)
    assert code == 0
    assert account["login"] == "cpetit"
    assert account["state"] == "no-password"
    assert account["imap"] == {"host": "127.0.0.1", "port": 993, "security": "tls"}
    assert program("account", "list")[1] == [account]
    assert program(*ACCOUNT)[0] == 2, "the same address twice"
    assert program("account", "remove", account["id"])[0] == 6, "asks for --yes"
    assert program("account", "remove", account["id"], "--yes")[0] == 0
    assert program("account", "list")[1] == []


def test_offline_sync_opens_no_socket_and_says_so(program: Program) -> None:
    program(*ACCOUNT)
    code, answer = program("--offline", "sync")
    assert (code, answer["error"]["code"]) == (4, "offline")


def test_sync_without_a_password_is_exit_3(program: Program) -> None:
    program(*ACCOUNT)
    code, answer = program("sync")
    assert (code, answer["error"]["code"]) == (3, "no-password")


def test_drafts_live_without_any_server(program: Program, tmp_path: Path) -> None:
    program(*ACCOUNT)
    text, file = tmp_path / "text", tmp_path / "plan de salle.txt"
    text.write_text("Bonjour,\n\nvoici le plan.\n")
    file.write_bytes(b"plan" * 100)
    code, draft = program(
        "--offline", "draft", "new", "--to", "Jean Dupont <jean.dupont@ac-exemple.invalid>",
        "--subject", "Conseil de classe", "--text-file", str(text), "--attach", str(file),
    )  # fmt: skip
    assert code == 0
    assert draft["to"] == [{"name": "Jean Dupont", "address": "jean.dupont@ac-exemple.invalid"}]
    assert draft["attachments"][0]["filename"] == "plan de salle.txt"
    assert draft["attachments"][0]["size"] == 400
    code, edited = program("draft", "edit", draft["id"], "--subject", "Conseil de 6A")
    assert edited["subject"] == "Conseil de 6A"
    assert edited["text"] == draft["text"]
    assert program("draft", "list")[1][0]["id"] == draft["id"]
    code, row = program("--offline", "draft", "send", draft["id"])
    assert (code, row["state"]) == (0, "queued")
    assert program("outbox", "list")[1][0]["message_id"] == row["message_id"]
    code, shown = program("outbox", "show", row["id"])
    assert code == 0
    assert shown["recipients"] == [
        {"address": "jean.dupont@ac-exemple.invalid", "state": "waiting", "status": "", "said": ""}
    ]
    assert (shown["ways"], shown["not_in_sent"], shown["copy"]) == ([], False, None)
    assert program("outbox", "send-in-doubt", row["id"])[0] == 6, "asks for --yes"
    for way in ("mark-sent", "let-rest-be", "stop-filing"):
        code, answer = program("outbox", way, row["id"])
        assert (code, answer["error"]["code"]) == (2, "usage"), way
    code, back = program("outbox", "cancel", row["id"])
    assert (code, back["subject"]) == (0, "Conseil de 6A")


def test_a_confirmation_of_delivery_stays_in_the_draft(program: Program) -> None:
    program(*ACCOUNT)
    _, confirmed = program("draft", "new", "--subject", "x", "--confirm-delivery")
    assert confirmed["confirm_delivery"] is True
    _, edited = program("draft", "edit", confirmed["id"], "--subject", "y")
    assert edited["confirm_delivery"] is True


def test_a_draft_without_recipient_is_not_sent(program: Program) -> None:
    program(*ACCOUNT)
    _, draft = program("draft", "new", "--subject", "à personne")
    code, answer = program("--offline", "draft", "send", draft["id"])
    assert (code, answer["error"]["code"]) == (2, "no-recipient")
    code, answer = program("draft", "new", "--to", "pas une adresse")
    assert (code, answer["error"]["code"]) == (2, "bad-address")


def test_erase_asks_and_then_leaves_nothing(program: Program) -> None:
    program("vault", "create")
    assert program("vault", "erase")[0] == 6
    assert program("vault", "erase", "--yes")[0] == 0
    assert not program.profile.exists()


def test_a_damaged_database_is_exit_7(program: Program) -> None:
    program(*ACCOUNT)
    database = program.profile / "store.db"
    octets = bytearray(database.read_bytes())
    for place in range(8192 + 100, len(octets), 8192):
        octets[place] ^= 0x55
    database.write_bytes(octets)
    code, answer = program("account", "list")
    assert (code, answer["error"]["code"]) == (7, "damaged")


def test_unknown_ids_are_told(program: Program) -> None:
    program(*ACCOUNT)
    for words in (
        ("show", "12345"),
        ("draft", "show", "9"),
        ("attachment", "1", "2", "--out", "x"),
    ):
        code, answer = program("--offline", *words)
        assert (code, answer["error"]["code"]) == (2, "not-found")


def test_flag_names_go_both_ways() -> None:
    both = Flags(Marks.SEEN | Marks.FLAGGED, frozenset({"$label1"}))
    assert flags(both) == ["seen", "flagged", "$label1"]
    assert parse_flags([r"\Seen", "FLAGGED", "$Label1"]) == both


@pytest.mark.parametrize("typed", ["a b", "é", "x)", r"\Recent", "", "a\r\nb", r"\\x"])
def test_what_no_server_keeps_as_a_flag_is_refused(typed: str) -> None:
    with pytest.raises(LocalRefusal):
        parse_flags([typed])


@pytest.mark.parametrize(
    "words",
    [
        ("--email", "pas une adresse@b.fr"),
        ("--email", "a@b.fr\r\nBcc: x@y.fr"),
        ("--email", "a@b.fr", "--name", "N\r\nBcc: z@z.fr"),
        ("--email", "a@b.fr", "--login", "x\r\nA1 NOOP"),
        ("--email", "a@b.fr", "--imap", "h:²"),
        ("--email", "a@b.fr", "--name", "caf\udce9"),
    ],
)
def test_an_account_that_cannot_be_right_is_refused(
    program: Program, words: tuple[str, ...]
) -> None:
    asked = ("account", "add", "--no-probe", "--imap", "h:1", "--smtp", "h:1", *words)
    assert program(*asked)[0] == 2
    code, accounts = program("account", "list")
    assert (code, accounts) in ((0, []), (5, accounts))


def test_absurd_numbers_times_and_encodings_are_no_bugs(program: Program) -> None:
    program(*ACCOUNT)
    huge = "9" * 30
    for words, expected in (
        (("directory", "search", "x", "--limit", huge), 0),
        (("messages", "inbox", "--limit", huge, "--offset", huge), 2),
        (("journal", "undo", huge), 2),
        (("draft", "new", "--subject", "caf\udce9"), 2),
        (("draft", "new", "--to", "a@b.fr", "--subject", "x"), 0),
        (("draft", "send", "1", "--at", "0001-01-01"), 2),
        (("draft", "send", "1", "--at", "9999-12-31T23:59:59-12:00"), 2),
        (("draft", "new", "--reply-to", "1", "--forward", "1"), 2),
    ):
        assert program("--offline", *words)[0] == expected, words


def test_a_missing_attachment_leaves_no_draft_behind(program: Program, tmp_path: Path) -> None:
    program(*ACCOUNT)
    code, answer = program("draft", "new", "--attach", str(tmp_path / "nowhere"))
    assert (code, answer["error"]["code"]) == (2, "bad-file")
    assert program("draft", "list") == (0, [])


def test_erase_leaves_files_of_other_programs_alone(program: Program) -> None:
    program("vault", "create")
    lesson = program.profile / "cours.odt"
    lesson.write_text("important")
    assert program("vault", "erase", "--yes")[0] == 0
    assert [one.name for one in program.profile.iterdir()] == ["cours.odt"]


def test_a_passphrase_on_stdin_is_utf8_whatever_the_console(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    program.passphrase.write_text("élève\n", encoding="utf-8")
    program("vault", "create")
    for octets, expected in (("élève\r\nsuite".encode(), 0), (b"", 5), (b"autre\n", 5)):
        stdin = io.TextIOWrapper(io.BytesIO(octets), encoding="latin-1")
        monkeypatch.setattr("sys.stdin", stdin)
        code, _ = program("--passphrase-file", "-", "folders", unlock=False)
        assert code == expected


def test_mail_does_not_steer_the_terminal() -> None:
    assert printable("a\x1b[2J\x07\x9b31mé\tœ\r\n") == "a[2J31mé\tœ\n"


def _started(words: list[str], stdout: int, **more: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "mel_desktop", *words],
        stdout=stdout,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **more},
        timeout=60,
        check=False,
    )


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="a device of Linux")
def test_an_answer_that_cannot_be_written_is_exit_8(tmp_path: Path) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    done = _started(["--json", "--profile", str(tmp_path), "vault", "status"], full)
    os.close(full)
    assert done.returncode == 8
    assert b"Traceback" not in done.stderr
    assert b"not-writable" in done.stderr


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = _started(["--json", "--profile", str(tmp_path), "vault", "status"], writing)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


def test_an_ascii_console_gets_its_document(tmp_path: Path) -> None:
    done = _started(["--json", "--bogus"], subprocess.PIPE, PYTHONIOENCODING="ascii")
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["code"] == "usage"
    assert done.stderr == b""


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes in folders there")
def test_an_attachment_never_takes_the_place_of_a_device(tmp_path: Path) -> None:
    target = tmp_path / "pipe"
    os.mkfifo(target)
    with pytest.raises(StoreTrouble) as refused:
        write_file(target, [b"x"])
    assert refused.value.code.exit_code == 8
    assert target.is_fifo()


def test_folder_wishes_from_the_command_line(program: Program) -> None:
    assert program(*ACCOUNT)[0] == 0
    code, folder = program("--offline", "folder", "create", "Élèves/3eB")
    assert code == 0
    assert (folder["path"], folder["name"], folder["waiting"]) == ("Élèves/3eB", "3eB", True)
    assert program("--offline", "folder", "create", "eleves/3eb")[0] == 2
    code, folder = program("--offline", "folder", "rename", "3eb", "Élèves/3eC")
    assert (code, folder["path"]) == (0, "Élèves/3eC")
    code, folder = program("--offline", "folder", "subscribe", "3eC", "--off")
    assert (code, folder["subscribed"]) == (0, False)
    code, rows = program("journal", "list")
    assert code == 0
    assert [row["kind"] for row in rows] == ["unsubscribe", "rename-folder", "create-folder"]
    assert [row["id"] for row in rows] == ["f3", "f2", "f1"]
    assert [row["undoable"] for row in rows] == [True, True, False]
    assert rows[1]["detail"] == "Élèves/3eC"
    assert {"id", "kind", "state", "since", "attempts", "next_attempt", "reason", "message_id",
            "undoable"} <= set(rows[0])  # fmt: skip
    code, answer = program("journal", "undo", "f1")
    assert (code, answer["error"]["code"]) == (2, "usage")
    assert "dépendent" in answer["error"]["message"] or "depend" in answer["error"]["message"]
    assert program("journal", "retry", "f2")[0] == 2, "it was not refused"
    assert program("journal", "retry", "f99")[0] == 2
    code, undone = program("undo")
    assert (code, [row["id"] for row in undone["undone"]]) == (0, ["f3"])
    assert program("journal", "undo", "f2") == (0, {"undone": "f2"})
    code, gone = program("folder", "delete", "3eB")
    assert (code, gone["messages"], gone["path"]) == (0, 0, "Élèves/3eB")
    assert program("folders") == (0, [])
    assert program("journal", "list") == (0, []), "the server never heard of it"


def test_account_migrate_keeps_the_account(program: Program) -> None:
    _, account = program(*ACCOUNT)
    hosts = ("--imap", "imap.national.invalid:993", "--smtp", "smtp.national.invalid:587",
             "--smtp-security", "starttls")  # fmt: skip
    code, moved = program("account", "migrate", account["id"], *hosts, "--login", "claire")
    assert code == 0
    assert (moved["id"], moved["email"]) == (account["id"], account["email"])
    assert moved["login"] == "claire"
    assert moved["imap"] == {"host": "imap.national.invalid", "port": 993, "security": "tls"}
    assert moved["smtp"]["security"] == "starttls"
    assert (moved["messages"], moved["bodies"], moved["waiting"]) == (0, 0, 0)
    assert program("account", "list")[1][0]["imap"] == moved["imap"]
    assert program("account", "migrate", "99", *hosts)[0] == 2
    assert program("account", "migrate", account["id"], "--imap", "x", "--smtp", "y:1")[0] == 2


def test_room_is_told_and_ruled_without_a_server(program: Program) -> None:
    program("vault", "create")
    program(*ACCOUNT, "--password-file", str(program.passphrase))
    code, seen = program("--offline", "storage")
    assert code == 0
    assert seen["total"] > 0
    assert set(seen["stuff"]) >= {"texts", "attachments", "index", "free"}
    code, rules = program("--offline", "storage", "retention", "--text-days", "30")
    assert (code, rules[0]["text_days"], rules[0]["folder"]) == (0, 30, None)
    code, rules = program("--offline", "storage", "retention", "--text-days", "-1")
    assert code == 2
    code, quota = program("--offline", "quota")
    assert code == 0
    assert quota[0]["used"] is None
    assert quota[0]["heaviest"] == []
    code, done = program("--offline", "storage", "compact")
    assert code == 0
    assert done["after"] > 0
    code, freed = program("--offline", "storage", "free", "junk", "trash")
    assert (code, freed["messages"]) == (0, 0)


def test_what_a_killed_compaction_left_goes_at_the_next_start(program: Program) -> None:
    program("vault", "create")
    left = program.profile / "store.compact"
    left.write_bytes(b"half a copy")
    assert program("account", "list") == (0, [])
    assert not left.exists()


def test_the_assistant_is_offline_until_the_sign_in(program: Program) -> None:
    program("vault", "create")
    _, account = program(*ACCOUNT, "--password-file", str(program.passphrase))
    hosts = ("--imap", "imap.national.invalid:993", "--smtp", "smtp.national.invalid:465")
    where = ("account", "migrate", account["id"], *hosts)
    code, told = program("--offline", *where, "--keep-old")
    assert (code, told["error"]["code"]) == (4, "offline")
    assert program("account", "list")[1][0]["imap"] == account["imap"], "nothing was changed"
    table = program.profile.parent / "map.json"
    table.write_text("[1]", "utf-8")
    assert program("--offline", *where, "--map", str(table))[1]["error"]["code"] == "bad-file"
    step = ("account", "migration", account["id"])
    code, told = program(*step, "status")
    assert (code, told["error"]["code"]) == (2, "not-found")
    assert program(*step, "finish")[0] == 2
    card = program.profile.parent / "contacts.vcf"
    card.write_text("BEGIN:VCARD\nFN:Zoé\nEMAIL:zoe@ac-demo.fr\nEND:VCARD\n", "utf-8")
    code, done = program(*step, "contacts", str(card))
    assert (code, done[0]["format"], done[0]["persons"]) == (0, "vcard", 1)
