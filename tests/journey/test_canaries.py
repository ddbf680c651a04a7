"""A hunt for canaries: nothing of a person's lies about in clear, whatever happens on the way.

Words are planted in everything that a person has: password, passphrase, recovery code, mail,
attachments, drafts, people, searches. During and after a journey by the command line and the
window, with kill -9, an abort, lock, change of key, repair, restore and erase, every place is
looked into where a program leaves things: the profile and what lies beside it, the home, temporary
and shared memory folders to their last folder, files that have lost their name and are still open,
logs, core files, environment and command line of the process. What is opened outside is in clear
while it is open (the person is told): it has to be gone after lock, and after a kill at the next
start.
"""

from __future__ import annotations

import email.message
import os
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.journey.program import ROOT, Canaries, Program
from tests.support.imap_servers import Dovecot
from tests.support.submission_servers import DOMAIN, USERS, SubmissionServer

EMAIL = f"alice@{DOMAIN}"
PASSWORD = USERS[EMAIL]
PLANTED = {
    "passphrase": "CanariPhraseZ9K ouvre-toi",
    "subject": "CanariObjetÉlèveZ9K",
    "body": "CanariTexteÉlèveZ9K",
    "sender": "canariadressez9k",
    "attachment": "CanariPieceZ9K",
    "content": "CanariContenuZ9K",
    "draft": "CanariBrouillonÉtéZ9K",
    "recipient": "canaridestinatairez9k",
    "person": "CanariPersonneZ9K",
    "query": "CanariQuestionZ9K",
}
MESSAGES = 12
TESTS = ("pytest-", "mel-dovecot-", "mel-postfix-", "mel-faults-")  # of other tests, meanwhile
SHARED = (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"))


def _message(number: int) -> bytes:
    message = email.message.EmailMessage()
    message["From"] = f"Jeanne <{PLANTED['sender']}@ac-exemple.invalid>"
    message["To"] = EMAIL
    message["Subject"] = f"{number} {PLANTED['subject']}"
    message["Message-ID"] = f"<canari-{number}@ac-exemple.invalid>"
    message.set_content(f"Bonjour,\n\n{PLANTED['body']}\n")
    message.add_attachment(
        (PLANTED["content"] * 50).encode(),
        "application", "octet-stream", filename=f"{PLANTED['attachment']}.bin",
    )  # fmt: skip
    return message.as_bytes(policy=message.policy.clone(linesep="\r\n"))


class Hunt:
    """Where to look, and for what."""

    def __init__(self, program: Program, words: list[str]) -> None:
        self.program = program
        self.words = words
        self.canaries = Canaries(words)
        self._started = time.time() - 2
        self._there = {
            path for shared in (*SHARED, ROOT) for path in shared.glob("*") if path.is_dir()
        }

    def look(self, *, outside: bool = False) -> list[tuple[str, str]]:
        """Hits in every place. ``outside``: a file is open in another program."""
        mel = self.program
        beside = [one for one in mel.home.parent.iterdir() if one != mel.secrets]
        hits = self.canaries.found([one for one in beside if one.is_dir()])
        for path in (*beside, *self._new_files()):
            hits += self.canaries.found_in(path)
        return [one for one in hits if not (outside and "sortie" in one[1])]

    def _new_files(self) -> Iterator[Path]:
        """Files that were written to shared places since the hunt began; in folders that were not
        there before, however deep they lie.
        """
        for shared in (*SHARED, ROOT):
            for path in set(shared.glob("*")) - self._there:
                if not path.name.startswith(TESTS):
                    for folder, _, names in os.walk(path):  # passes over what goes meanwhile
                        for name in names:
                            if self._is_new(one := Path(folder) / name):
                                yield one
            yield from (path for path in shared.glob("*") if self._is_new(path))

    def _is_new(self, path: Path) -> bool:
        try:
            told = path.lstat()
        except OSError:
            return False
        return stat.S_ISREG(told.st_mode) and told.st_mtime >= self._started

    def in_process(self, pid: int) -> list[tuple[str, str]]:
        """Hits in what others of this PC may see of a process, and in files that have lost their
        name and are still open in it.
        """
        process = Path(f"/proc/{pid}")
        hits = self.canaries.found_in(process / "environ")
        hits += self.canaries.found_in(process / "cmdline")
        try:
            numbers = list((process / "fd").iterdir())
        except PermissionError:  # not to be dumped: nobody but root looks into it
            return hits
        for number in numbers:
            try:
                nameless = "(deleted)" in str(number.readlink())
                octets = number.read_bytes() if nameless and number.is_file() else b""
            except OSError:
                continue
            hits += self.canaries.found_among(octets, str(number.readlink()))
        return hits

    def cores(self) -> list[Path]:
        """Memory that a crash left in a file."""
        mel = self.program
        folders = [mel.temp, mel.home, mel.profile, ROOT]
        pattern = core_pattern()
        if pattern.startswith("/"):
            folders.append(Path(pattern).parent)
        names = {"core*", f"{Path(pattern).name.split('%')[0]}*"}
        return [
            path
            for folder in folders
            for name in names
            for path in folder.glob(name)
            if self._is_new(path)
        ]


@pytest.fixture(scope="module")
def hunt(
    tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot, postfix: SubmissionServer
) -> Hunt:
    user = dovecot.new_user(login=EMAIL, password=PASSWORD)
    newest = datetime.now(UTC)
    dovecot.deliver_all(
        user,
        "INBOX",
        [(_message(one), (), newest - timedelta(hours=one)) for one in range(MESSAGES)],
    )
    mel = Program(tmp_path_factory.mktemp("canaries"), PLANTED["passphrase"])
    mel("vault", "create")
    code = mel("vault", "recovery-code")["recovery_code"]
    made = Hunt(mel, [*PLANTED.values(), PASSWORD, code])
    mel(
        "account", "add", "--email", EMAIL, "--login", user.login,
        "--imap", f"{dovecot.host}:{dovecot.imap_port}",
        "--smtp", f"127.0.0.1:{postfix.tls_port}",
        "--password-file", str(mel.secret("password", PASSWORD)),
        "--ca-file", str(dovecot.certificates.ca),
    )  # fmt: skip
    mel("sync", "--bodies", "all")
    return made


def core_pattern() -> str:
    """How this system calls core files; "" where it does not say."""
    try:
        return Path("/proc/sys/kernel/core_pattern").read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def _let_cores_be_written() -> None:
    """In a child, before its program: limits of its own, whatever this process was left with."""
    endless = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    try:
        resource.setrlimit(resource.RLIMIT_CORE, endless)
    except (ValueError, OSError):  # only root may; tests.conftest keeps the ceiling for others
        hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
        resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))


def _window(hunt: Hunt) -> subprocess.Popen[str]:
    mel = hunt.program
    words = mel.file("words", f"{PLANTED['query']}\n{PLANTED['draft']}\n".encode())
    command = [sys.executable, "-m", "tests.journey.window_child"]
    return subprocess.Popen(
        [*command, str(mel.profile), str(mel.passphrase), str(words)],
        env=mel.environment, cwd=mel.temp, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        preexec_fn=_let_cores_be_written,
    )  # fmt: skip


def test_the_hunt_finds_what_lies_about(tmp_path: Path) -> None:
    canaries = Canaries(list(PLANTED.values()))
    for number, (name, word) in enumerate(PLANTED.items()):
        for encoding in ("utf-8", "utf-16-le"):
            path = tmp_path / f"{number}{encoding}"
            path.write_bytes(b"\x00" + word.encode(encoding) + b"\xff")
            assert canaries.found_in(path), name


def test_the_hunt_sees_the_core_of_a_program_that_does_not_forbid_it(hunt: Hunt) -> None:
    if core_pattern().startswith("|"):
        pytest.skip("this system hands cores to a program")
    word = PLANTED["body"]
    code = "import os, sys; kept = sys.stdin.read(); os.abort()"
    careless = subprocess.run(
        [sys.executable, "-c", code], input=word, text=True, env=hunt.program.environment,
        cwd=hunt.program.temp, preexec_fn=_let_cores_be_written, check=False,
    )  # fmt: skip
    assert careless.returncode == -signal.SIGABRT
    cores = hunt.cores()
    assert len(cores) == 1
    assert [name for name, _ in hunt.canaries.found_in(cores[0])] == [word]
    cores[0].unlink()


def test_the_hunt_sees_what_lies_deep_or_nameless(hunt: Hunt) -> None:
    word = PLANTED["draft"].encode()
    deep = Path(tempfile.mkdtemp(dir="/var/tmp")) / "a" / "b"
    deep.mkdir(parents=True)
    aside = hunt.program.profile.with_name("profile.swp")
    try:
        (deep / "~copy").write_bytes(word)
        aside.write_bytes(word)
        found = {path for _, path in hunt.look()}
        assert found == {str(deep / "~copy"), str(aside)}
    finally:
        shutil.rmtree(deep.parents[1])
        aside.unlink()
    with tempfile.TemporaryFile(dir=hunt.program.temp) as nameless:
        nameless.write(word)
        nameless.flush()
        hits = hunt.in_process(os.getpid())
    assert [name for name, _ in hits] == [PLANTED["draft"]]


def test_by_the_command_line_and_a_kill(hunt: Hunt) -> None:
    mel = hunt.program
    text = mel.file("lettre.txt", f"Bonjour {PLANTED['draft']}\n".encode())
    piece = mel.file(f"{PLANTED['attachment']}.txt", PLANTED["content"].encode() * 20)
    people = mel.file(
        "gens.csv",
        f"Nom;Prénom;Courriel\r\n{PLANTED['person']};Zoé;zoe@ac-exemple.invalid\r\n".encode(),
    )
    mel("directory", "import", str(people), offline=True)
    draft = mel(
        "draft", "new", "--to", f"{PLANTED['recipient']}@ac-exemple.invalid",
        "--subject", PLANTED["draft"], "--text-file", str(text), "--attach", str(piece),
        offline=True,
    )  # fmt: skip
    mel("draft", "send", draft["id"], offline=True)
    mel("search", PLANTED["query"], offline=True)
    assert hunt.look() == []
    running = mel.start("sync", "--watch", "--bodies", "all")  # which does not end by itself
    time.sleep(1.0)
    assert hunt.in_process(running.pid) == []
    running.send_signal(signal.SIGKILL)
    _, said = running.communicate()
    assert hunt.look() == []
    for word in hunt.words:
        assert word.lower() not in (mel.stderr + said.decode()).lower()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGABRT], ids=["kill", "abort"])
def test_in_the_window_and_a_crash(hunt: Hunt, how: signal.Signals) -> None:
    with _window(hunt) as window:
        assert window.stdin is not None
        assert window.stdout is not None
        assert window.stdout.readline() == "ready\n"
        assert hunt.in_process(window.pid) == []
        assert hunt.look(outside=True) == []
        window.send_signal(how)
        window.wait(60)
    assert hunt.cores() == []
    assert hunt.look(outside=True) == []
    hunt.program("messages", "inbox", offline=True)  # the next start clears what was outside
    assert hunt.look() == []


def test_in_the_window_and_a_lock(hunt: Hunt) -> None:
    with _window(hunt) as window:
        assert window.stdin is not None
        assert window.stdout is not None
        assert window.stdout.readline() == "ready\n"
        window.stdin.write("lock\n")
        window.stdin.flush()
        assert window.stdout.readline() == "locked\n"
        assert hunt.look() == []
        window.stdin.write("end\n")
        window.stdin.flush()
        window.wait(60)


def test_copies_that_a_change_of_key_and_a_repair_leave_aside(hunt: Hunt) -> None:
    mel = hunt.program
    assert mel("vault", "rekey", offline=True)["rekeyed"] is True
    assert hunt.look() == []
    store = mel.profile / "store.db"
    octets = bytearray(store.read_bytes())
    octets[len(octets) - 3000] ^= 1
    store.write_bytes(octets)
    found = mel("vault", "check", offline=True, expect=7)
    assert found["sound"] is False
    assert found["located"][0]["file"] == "store.db"
    repaired = mel("vault", "check", "--repair", offline=True)
    assert repaired["sound"] is True
    assert repaired["kept_aside"] == ["store.damaged"]
    assert hunt.look() == []
    after = mel("vault", "check", "--let-go", offline=True)
    assert (after["sound"], after["kept_aside"]) == (True, [])
    mel("sync", "--bodies", "all")
    rows = mel("messages", "inbox", offline=True)
    assert len(rows) == MESSAGES
    assert all(
        PLANTED["body"] in mel("show", rows[at]["id"], offline=True)["text"] for at in (0, 5)
    )


def test_copies_that_a_restore_leaves_aside(hunt: Hunt) -> None:
    mel = hunt.program
    saved = mel.home / "vendredi.mel"
    mel("vault", "backup", str(saved), offline=True)
    restored = mel("vault", "restore", str(saved), "--yes", offline=True)
    aside = Path(restored["moved_aside"])
    assert (aside / "store.db").exists()
    assert hunt.look() == []
    assert mel("vault", "check", offline=True)["sound"] is True  # wanted: no older copy
    saved.unlink()
    shutil.rmtree(aside)


def test_an_erased_vault_leaves_nothing(hunt: Hunt) -> None:
    hunt.program("vault", "erase", "--yes")
    assert hunt.look() == []
    left = [path.name for path in hunt.program.profile.glob("store.*")]
    assert left == []
    assert not (hunt.program.home / "state" / "mel-desktop").exists()
