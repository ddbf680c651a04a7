"""The line is cut, silently, in the middle of a 6.8 MB attachment: what is fetched again?"""

from __future__ import annotations

import base64
import email
import email.policy
import hashlib
import shutil
from email.message import Message
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.benchmarks.sync.mailbox import SHARED, directory
from tests.benchmarks.sync.results import Measure

if TYPE_CHECKING:
    from tests.benchmarks.sync.bench import Bench
    from tests.benchmarks.sync.clients import Mel

NAME: Final = "resume"
AGAIN: Final = "octets fetched again at a cut, worst"
_LATE_S: Final = 3.0  # after the cut, before the client is ended


def resume(bench: Bench) -> None:
    """Cut at several octets; the client is killed soon after, once it finds out by itself."""
    mel = bench.fresh_mel()
    bench.line.use("lan")
    ran, report = mel.sync("--folder", SHARED, "--bodies", "all", "--link", "thrifty")
    if ran.code != 0:
        bench.results.notes.append(f"{NAME}: exit {ran.code} {str(report)[:300]}")
        bench.results.promise(NAME, AGAIN, None)
        return
    message, part = _biggest(mel)
    expected = _digests(bench.mailbox.maildir / directory(SHARED) / "cur")
    bench.line.use("adsl-rural")
    whole = _fetch(bench, mel.fork(bench.home("mel")), message, part)  # type: ignore[arg-type]
    bench.results.add(whole)
    overhead = _sign_in(bench, mel.fork(bench.home("mel")))  # type: ignore[arg-type]
    worst: float | None = None
    for number in range(bench.choice.cuts):
        at = int(whole.down * (number + 0.37) / bench.choice.cuts) + 4_001 * number
        copy = mel.fork(bench.home("mel"))
        by_itself = number == bench.choice.cuts - 1
        first = _fetch(bench, copy, message, part, cut_after=at, wait=by_itself)  # type: ignore[arg-type]
        second = _fetch(bench, copy, message, part)  # type: ignore[arg-type]
        again = first.down + second.down - whole.down - overhead
        second.found.update(cut_at=at, first_down=first.down, again=again, noticed=by_itself)
        second.ok = second.ok and second.found["sha256"] in expected
        bench.results.add(second)
        worst = max(again, -1e12 if worst is None else worst) if second.ok else 1e12
        shutil.rmtree(copy.home)
    bench.results.promise(NAME, AGAIN, worst)


def _biggest(mel: Mel) -> tuple[str, str]:
    """Message and part of the biggest attachment of the folder."""
    found: list[tuple[int, str, str]] = []
    for row in mel.expect("--offline", "messages", SHARED, "--limit", "50"):
        shown: dict[str, Any] = mel.expect("--offline", "show", row["id"])
        found += [(one["size"], row["id"], one["part"]) for one in shown["attachments"]]
    _, message, part = max(found)
    return message, part


def _fetch(
    bench: Bench,
    mel: Mel,
    message: str,
    part: str,
    *,
    cut_after: int | None = None,
    wait: bool = False,
) -> Measure:
    """``attachment``; cut on the way where that is wanted, and whole again afterwards."""
    out = mel.home / "attachment"
    out.unlink(missing_ok=True)
    line = bench.line
    cut_since: list[float] = []

    def ended() -> bool:
        if cut_after is None or wait or not line.is_cut():
            return False
        cut_since.append(0.0)
        return len(cut_since) * 0.02 > _LATE_S

    line.restore()
    if cut_after is not None:
        line.cut_after(cut_after)
    ran = mel.run(
        mel.command("attachment", message, part, "--out", str(out)), stop_when=ended, timeout=300
    )
    line.restore()
    measure = Measure.of(NAME, "mel", line.profile, ran)
    if out.exists():
        measure.found["sha256"] = hashlib.sha256(out.read_bytes()).hexdigest()
    elif cut_after is None:
        bench.results.notes.append(f"{NAME}: exit {ran.code} {ran.out[:300]}")
        measure.found["sha256"] = ""
    return measure


def _sign_in(bench: Bench, mel: Mel) -> int:
    """Octets down of signing in and opening a folder: what any second attempt must cost."""
    ran, _ = mel.sync("--folder", SHARED, "--bodies", "none", "--link", "thrifty")
    shutil.rmtree(mel.home)
    return ran.line.down


def _digests(folder: Path) -> set[str]:
    """SHA-256 of every attachment of the Maildir folder, decoded by the standard library."""
    found = set()
    for path in folder.iterdir():
        message: Message = email.message_from_bytes(path.read_bytes(), policy=email.policy.compat32)
        for part in message.walk():
            if part.get_content_disposition() == "attachment":
                encoded = str(part.get_payload()).encode("ascii")
                found.add(hashlib.sha256(base64.b64decode(encoded)).hexdigest())
    return found
