"""Files for other programs: private, read-only, shredded."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mel_desktop.model.errors import ErrorCode, StoreTrouble
from mel_desktop.store import reserve
from mel_desktop.system import outside, straight
from mel_desktop.system.clock import SystemRandomness
from mel_desktop.system.outside import OutsideFiles

pytestmark = pytest.mark.skipif(os.name != "posix", reason="POSIX modes")


@pytest.fixture(autouse=True)
def own_folder_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)


def session(profile: Path) -> OutsideFiles:
    return OutsideFiles(profile, SystemRandomness())


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_file_outside_is_private_read_only_and_named_as_it_was(tmp_path: Path) -> None:
    files = session(tmp_path)
    assert not (tmp_path / "outside").exists()  # nothing before the first one
    path = files.write("Sortie scolaire été.pdf", iter([b"%PDF", b"-1.7"]))
    assert path.name == "Sortie scolaire été.pdf"
    assert path.read_bytes() == b"%PDF-1.7"
    assert [mode(path), mode(path.parent), mode(path.parent.parent)] == [0o400, 0o700, 0o700]
    again = files.write("Sortie scolaire été.pdf", [b"x"])
    assert again.name == "Sortie scolaire été (2).pdf"
    assert files.files() == tuple(sorted((path, again)))
    assert files.clear() == 2
    assert files.files() == ()
    assert files.write("c.txt", [b"c"]).read_bytes() == b"c"
    assert files.close() == 1
    assert not (tmp_path / "outside").exists()
    assert files.close() == 0


@pytest.mark.parametrize(
    "name",
    [
        "../../.bashrc", "/etc/passwd", "..\\..\\a.exe", "C:\\Windows\\a.bat", "", ".", "..", "con",
        "NUL.txt", "COM1.doc", "a\0b.txt", "a\nb.txt", "facture\u202efdp.exe", "\u200b", "-rf",
        "é" * 4000, "a" * 300 + ".pdf", "x.txt. . .", "a:b|c?*.txt", "~/.profile", "\udcff.txt",
    ],
)  # fmt: skip
def test_no_name_leads_anywhere_else(tmp_path: Path, name: str) -> None:
    files = session(tmp_path)
    path = files.write(name, [b"x"])
    assert path.parent.parent == tmp_path / "outside"
    assert path.resolve() == path
    assert len(os.fsencode(path.name)) < 255
    assert not set(path.name) & set('<>:"/\\|?*\0\n\u202e\u200b')
    assert not path.name.startswith(".")
    assert path.name.split(".")[0].lower() not in ("con", "nul", "com1")
    files.close()


def test_shredding_overwrites_before_it_unlinks(tmp_path: Path) -> None:
    files = session(tmp_path)
    path = files.write("secret.txt", [b"0123456789" * 300_000])
    kept = os.open(path, os.O_RDONLY)  # another program has it open
    seen: list[bytes] = []
    real = os.ftruncate

    assert real is os.ftruncate
    beside = path.parent / ".~lock.secret.txt#"
    beside.write_bytes(b"by an office program")
    below = path.parent / "sub"
    below.mkdir()
    (below / "copy.txt").write_bytes(b"saved as")
    precious = tmp_path / "precious.txt"
    precious.write_bytes(b"not ours")
    (path.parent / "link").symlink_to(precious)
    (below / "folder link").symlink_to(tmp_path)
    os.link(precious, path.parent / "hard")
    assert files.clear() >= 4
    os.lseek(kept, 0, os.SEEK_SET)
    seen.append(os.read(kept, 100))
    os.close(kept)
    assert seen == [b""]  # cut to nothing for whoever still has it open
    assert files.files() == ()
    assert precious.read_bytes() == b"not ours"
    files.close()


def test_octets_are_zeros_on_the_disk_before_they_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"secret" * 500_000)
    seen: list[int] = []

    def fsync(file: int) -> None:
        seen.append(os.fstat(file).st_size)
        assert path.read_bytes().strip(b"\0") == b""

    monkeypatch.setattr(os, "fsync", fsync)
    outside.shred(path)
    assert seen == [3_000_000]
    assert not path.exists()


CHILD = """
import os, sys
from pathlib import Path
from mel_desktop.system.clock import SystemRandomness
from mel_desktop.system.outside import OutsideFiles
path = OutsideFiles(Path(sys.argv[1]), SystemRandomness()).write("reste.txt", [b"reste"])
print(path, flush=True)
sys.stdin.readline()
os._exit(9)  # as killed
"""


def test_what_a_dead_program_left_is_shredded_and_what_a_living_one_has_is_not(
    tmp_path: Path,
) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with child:
        assert child.stdin is not None
        assert child.stdout is not None
        left = Path(child.stdout.readline().strip())
        assert outside.sweep(tmp_path) == 0
        assert left.read_bytes() == b"reste"
        child.stdin.write("\n")
        child.stdin.flush()
    assert left.exists()
    assert outside.sweep(tmp_path) == 1
    assert not (tmp_path / "outside").exists()
    assert outside.sweep(tmp_path) == 0


def test_a_folder_that_is_not_ours_alone_is_not_used(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "outside").symlink_to(elsewhere)
    with pytest.raises(StoreTrouble) as caught:
        session(tmp_path).write("a.txt", [b"a"])
    assert caught.value.code is ErrorCode.NOT_WRITABLE
    assert not list(elsewhere.iterdir())


def test_trouble_with_the_content_leaves_nothing(tmp_path: Path) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"first"
        raise StoreTrouble(ErrorCode.DAMAGED)

    files = session(tmp_path)
    with pytest.raises(StoreTrouble) as caught:
        files.write("a.txt", chunks())
    assert caught.value.code is ErrorCode.DAMAGED
    assert files.files() == ()
    files.close()


@pytest.mark.skipif(sys.platform != "linux", reason="/proc/self/mounts")
def test_a_runtime_folder_in_memory_is_preferred_and_a_full_one_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime, profile = tmp_path / "run", tmp_path / "profile"
    runtime.mkdir(mode=0o700)
    profile.mkdir()
    mounts = tmp_path / "mounts"
    mounts.write_text(f"none / ext4 rw 0 0\ntmpfs {runtime} tmpfs rw 0 0\n")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    monkeypatch.setattr(outside, "MOUNTS", mounts)
    files = session(profile)
    path = files.write("a.txt", [b"a"])
    assert path.is_relative_to(runtime / "mel-desktop" / "outside")
    real = outside._File.append

    def append(self: outside._File, chunk: bytes) -> None:
        if self.path.is_relative_to(runtime) and self.size + len(chunk) > 10:
            raise StoreTrouble(ErrorCode.DISK_FULL, errno=next(iter(reserve.NO_ROOM)))
        real(self, chunk)

    monkeypatch.setattr(outside._File, "append", append)
    large = files.write("b.txt", [b"12345", b"67890", b"abcde"])
    assert large.is_relative_to(profile / "outside")
    assert large.read_bytes() == b"1234567890abcde"
    assert files.files() == tuple(sorted((path, large)))
    assert files.close() == 2
    assert list(runtime.iterdir()) == []
    assert list(profile.iterdir()) == []
    mounts.write_text("none / ext4 rw 0 0\n")
    assert outside.roots(profile) == (profile / "outside",)
    runtime.chmod(0o755)
    mounts.write_text(f"tmpfs {runtime} tmpfs rw 0 0\n")
    assert outside.roots(profile) == (profile / "outside",)


@pytest.mark.parametrize("ending", [outside.sweep, outside.erase])
def test_a_link_among_the_sessions_is_not_followed(
    tmp_path: Path, ending: Callable[[Path], object]
) -> None:
    victim = tmp_path / "Documents" / "notes.odt"
    victim.parent.mkdir()
    victim.write_bytes(b"mine")
    profile = tmp_path / "profile"
    (profile / "outside").mkdir(mode=0o700, parents=True)
    (profile / "outside" / "x").symlink_to(victim.parent)
    ending(profile)
    assert victim.read_bytes() == b"mine"


def test_a_junction_is_a_link_although_python_takes_it_for_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python 3.11 on Windows: neither ``is_symlink`` nor ``os.walk`` tell a junction."""
    profile = tmp_path / "profile"
    junction = profile / "outside" / "session" / "deep"
    junction.mkdir(mode=0o700, parents=True)
    junction.parent.parent.chmod(0o700)
    victim = junction / "notes.odt"
    victim.write_bytes(b"of somebody else")
    (junction.parent / "ours.pdf").write_bytes(b"ours")
    plain = straight.leads_elsewhere
    monkeypatch.setattr(
        straight, "leads_elsewhere", lambda path: path.name == "deep" or plain(path)
    )
    outside.erase(profile)
    assert victim.read_bytes() == b"of somebody else"
    assert not (junction.parent / "ours.pdf").exists()
