"""A teacher's mailbox of three years, made from a seed straight into a Dovecot Maildir.

10,000 messages, about 600 MB, 20 folders below three parents that are none; smaller by ``scale``.
Made once and kept; every run works on a copy by hard links. The manifest beside it says what a
client must end up with: size and SHA-256 of each message as the server gives it out.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import random
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Final

from tests.benchmarks.sync.letters import Scribe, Wanted, epoch
from tests.benchmarks.sync.malformed import WAYS

FORMAT: Final = 5  # rises whenever the same seed gives another mailbox
FULL: Final = 10_000
# folder, messages of 10,000; the parents Classes, Administration and Projets are no folders
FOLDERS: Final = (
    ("INBOX", 2600), ("Envoyés", 1500), ("Brouillons", 20), ("Corbeille", 600),
    ("Indésirables", 400), ("Archives", 2400), ("Classes/6eA", 260), ("Classes/5eB", 260),
    ("Classes/4eC", 260), ("Classes/3eD", 260), ("Administration/Conseil", 150),
    ("Administration/Inspection", 150), ("Administration/Secrétariat", 150),
    ("Projets/Voyage", 90), ("Projets/Théâtre", 90), ("Projets/Jardin", 90), ("Partage", 11),
    ("Parents", 320), ("Collègues", 289), ("Formation", 100),
)  # fmt: skip
SHARED: Final = "Partage"  # few and big: where the line is cut in the middle of one
BIG: Final = 6_840_000
SHARED_SIZES: Final = (
    310_000, 1_450_000, 420_000, BIG, 1_900_000, 2_300_000, 700_000, 2_900_000, 150_000, 1_100_000,
    1_040_000,
)  # fmt: skip
MALFORMED: Final = 116
UNTIL: Final = epoch(2026, 11, 20)
DAYS: Final = 3 * 365
PLANTED: Final = ("zinzolin", "zythogala", "kakémono", "wallaroo")
# Share of all messages that are smaller -> octets; straight lines between, in logarithms.
_SIZES: Final = (
    (0.0, 1_300), (0.10, 3_200), (0.50, 6_500), (0.70, 9_500), (0.85, 17_500), (0.90, 73_000),
    (0.95, 220_000), (0.99, 980_000), (0.998, 2_500_000), (1.0, 8_300_000),
)  # fmt: skip
_ATTACHED_FROM: Final = 0.852


@dataclass(frozen=True, slots=True)
class Kept:
    """One message as it must arrive. ``broken`` is one of the fourteen ways, or ""."""

    uid: int
    size: int
    sha256: str
    attached: bool
    broken: str = ""
    planted: str = ""


@dataclass(frozen=True, slots=True)
class KeptFolder:
    """One folder as it must arrive."""

    path: str
    uidvalidity: int
    messages: tuple[Kept, ...]


@dataclass(frozen=True, slots=True)
class Mailbox:
    """The Maildir of the master copy and what is in it."""

    maildir: Path
    folders: tuple[KeptFolder, ...]

    @property
    def count(self) -> int:
        """All messages."""
        return sum(len(one.messages) for one in self.folders)

    @property
    def octets(self) -> int:
        """All of their octets."""
        return sum(message.size for one in self.folders for message in one.messages)

    def folder(self, path: str) -> KeptFolder:
        """One folder by its path."""
        return next(one for one in self.folders if one.path == path)


def quantile(share: float) -> int:
    """Size of the message at this place from the smallest (0) to the biggest (1)."""
    for (left, low), (right, high) in pairwise(_SIZES):
        if share <= right:
            part = (share - left) / (right - left)
            return int(math.exp(math.log(low) + part * (math.log(high) - math.log(low))))
    return _SIZES[-1][1]


def ensure(cache: Path, *, scale: int = FULL, seed: int = 1) -> Mailbox:
    """The mailbox of this scale and seed, made when it is not in the cache."""
    home = cache / f"mailbox-{FORMAT}-{scale}-{seed}"
    manifest = home / "manifest.json"
    if not manifest.is_file():
        if home.exists():
            shutil.rmtree(home)
        home.mkdir(parents=True)
        folders = _make(home / "Maildir", scale, seed)
        text = json.dumps([asdict(one) for one in folders])
        (home / "manifest.new").write_text(text)
        (home / "manifest.new").rename(manifest)
    return load(home)


def load(home: Path) -> Mailbox:
    """A mailbox that has been made."""
    kept = tuple(
        KeptFolder(
            one["path"], one["uidvalidity"], tuple(Kept(**message) for message in one["messages"])
        )
        for one in json.loads((home / "manifest.json").read_text())
    )
    return Mailbox(home / "Maildir", kept)


def clone(maildir: Path, target: Path, owner: tuple[int, int] | None) -> None:
    """A working copy: messages by hard link where that can be, the server's own files copied."""
    for folder, names, files in os.walk(maildir):
        made = target / Path(folder).relative_to(maildir)
        made.mkdir(parents=True, exist_ok=True)
        is_mail = made.name in ("cur", "new")
        for name in files:
            if name.endswith(".lock"):
                continue
            source = Path(folder) / name
            if is_mail:
                _link(source, made / name)
            else:
                shutil.copyfile(source, made / name)
                if owner:
                    os.chown(made / name, *owner)
        if owner:
            os.chown(made, *owner)
        names.sort()


def served(data: bytes) -> bytes:
    """A file of the Maildir as IMAP gives it out: CRLF, and no NUL (RFC 3501 section 9)."""
    if b"\r" in data:  # much slower
        return re.sub(rb"(?<!\r)\n", b"\r\n", data).replace(b"\0", b"\x80")
    return data.replace(b"\n", b"\r\n").replace(b"\0", b"\x80")


def directory(path: str) -> str:
    """The Maildir++ name of a folder: modified UTF-7 (RFC 3501 section 5.1.3), dots between."""
    if path == "INBOX":
        return ""
    coded = "".join(_utf7(run) for run in re.findall(r"[\x20-\x7e]+|[^\x20-\x7e]+", path))
    return "." + coded.replace("/", ".")


def _utf7(run: str) -> str:
    if run.isascii():
        return run.replace("&", "&-")
    return "&" + run.encode("utf-7").decode()[1:].rstrip("-").replace("/", ",") + "-"


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


# -- making ---------------------------------------------------------------------------------------


def counts(scale: int) -> tuple[tuple[str, int], ...]:
    """Messages of each folder; the shared folder is as it is at any scale."""
    if scale == FULL:
        return FOLDERS
    return tuple(
        (path, count if path == SHARED else max(2, round(count * scale / FULL)))
        for path, count in FOLDERS
    )


def _make(maildir: Path, scale: int, seed: int) -> tuple[KeptFolder, ...]:
    dice = random.Random(seed)
    scribe = Scribe(dice)
    plan = counts(scale)
    total = sum(count for _, count in plan)
    # Stratified: any seed has the same sizes, in another order.
    shares = [(number + 0.5) / total for number in range(total)]
    dice.shuffle(shares)
    broken = _spread_broken(dice, total, scale)
    sound = [number for number in range(total) if number not in broken]
    planted = dict(zip(dice.sample(sound, len(PLANTED) * 3), PLANTED * 3, strict=True))
    made = []
    number = 0
    for order, (path, count) in enumerate(plan):
        wishes = list(_wishes(shares[number : number + count], path, number, planted, scale))
        made.append(_folder(maildir, path, 1_700_000_000 + order, wishes, scribe, broken))
        number += count
    (maildir / "subscriptions").write_text(
        "".join(directory(path)[1:].replace(".", "/") + "\n" for path, _ in plan[1:])
    )
    return tuple(made)


def _spread_broken(dice: random.Random, total: int, scale: int) -> dict[int, str]:
    count = MALFORMED if scale == FULL else min(len(WAYS), total // 4)
    ways = tuple(WAYS)
    return {place: ways[n % len(ways)] for n, place in enumerate(dice.sample(range(total), count))}


def _wishes(
    shares: Sequence[float], path: str, first: int, planted: dict[int, str], scale: int
) -> Iterator[Wanted]:
    step = timedelta(days=DAYS) / len(shares)
    for place, share in enumerate(shares):
        size, attached = quantile(share), share > _ATTACHED_FROM
        if path == SHARED:
            size, attached = SHARED_SIZES[place % len(SHARED_SIZES)], True
            size = size if scale == FULL else size // 16
        number = first + place
        date = UNTIL - step * (len(shares) - place) + timedelta(seconds=number % 3600)
        yield Wanted(number, size, date, attached, planted.get(number, ""), path == SHARED)


def _folder(
    maildir: Path,
    path: str,
    uidvalidity: int,
    wishes: Sequence[Wanted],
    scribe: Scribe,
    broken: dict[int, str],
) -> KeptFolder:
    home = maildir / directory(path)
    for name in ("cur", "new", "tmp"):
        (home / name).mkdir(parents=True)
    if path != "INBOX":
        (home / "maildirfolder").touch()
    kept: list[Kept] = []
    lines = [f"3 V{uidvalidity} N{len(wishes) + 1} G{scribe.dice.getrandbits(128):032x}"]
    for uid, wanted in enumerate(wishes, 1):
        data = scribe.letter(wanted)
        way = broken.get(wanted.number, "") if path != SHARED else ""
        if way:
            data = WAYS[way](data)
        out = served(data)
        base = f"{int(wanted.date.timestamp())}.M{wanted.number}P1.banc,S={len(data)},W={len(out)}"
        _write(home / "cur" / f"{base}:2,{_marks(scribe.dice, path)}", data, wanted.date)
        lines.append(f"{uid} :{base}")
        digest = hashlib.sha256(out).hexdigest()
        kept.append(Kept(uid, len(out), digest, wanted.attached, way, wanted.planted))
    (home / "dovecot-uidlist").write_text("\n".join(lines) + "\n")
    return KeptFolder(path, uidvalidity, tuple(kept))


def _marks(dice: random.Random, path: str) -> str:
    marks = "D" if path == "Brouillons" else ""
    marks += "F" if dice.random() < 0.06 else ""
    marks += "R" if dice.random() < 0.2 else ""
    return marks + ("S" if dice.random() < 0.85 else "")


def _write(path: Path, data: bytes, date: datetime) -> None:
    path.write_bytes(data)
    stamp = date.timestamp()
    os.utime(path, (stamp, stamp))
