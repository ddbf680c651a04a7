"""Mails of other projects, read by ours: ``packaging/dev.py faults mime --corpus DIR``.

Nothing of them is in this repository: unpack their sources into a folder of your own. Every file
that looks like a mail is read as the hostile ones are (no exception, nothing that cannot be stored)
within ``SLOW_S``; what had text and gave none is named. ``DIR/expected.jsonl``, where it is there,
holds one value a line, ``{"file": ..., "field": ..., "value": ...}`` with the path relative to DIR
and a field of ``FIELDS``: then each is compared, blanks folded, and scored by first folder.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from mel_desktop.logic.mime import parse_header
from mel_desktop.logic.whole import read_whole
from tests.support.hostile_mail import judge

SLOW_S: Final = 1.0
FIELDS: Final = ("subject", "name", "address", "to", "date", "text", "names", "leaves")
_LARGEST: Final = 30_000_000
_HEAD: Final = 8000
_FIELD: Final = re.compile(
    rb"^(?:from|to|subject|date|message-id|mime-version|content-type|received|return-path)[ \t]*:",
    re.I | re.M,
)
_BLANK_LINE: Final = re.compile(rb"\r?\n\r?\n")
_MAIL: Final = (".eml", ".msg", ".mbox")
_NO_MAIL: Final = (
    ".c", ".h", ".cpp", ".hpp", ".py", ".js", ".mjs", ".ts", ".lua", ".po", ".mo", ".pm", ".java",
    ".html", ".xml", ".rst", ".md", ".conf", ".dsc", ".patch", ".go", ".php", ".pl", ".sh", ".rb",
)  # fmt: skip


@dataclass(slots=True)
class Report:
    """What reading them found. ``wrong``: (file, field, wanted, got)."""

    mails: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[str, str]] = field(default_factory=list)
    slow: list[tuple[float, str]] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    slowest_s: float = 0.0
    right: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[str, str, Any, Any]] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """For a person, the worst last."""
        for name, count in sorted(self.mails.items()):
            scored = (
                f", {self.right[name]} of {self.asked[name]} values" if self.asked[name] else ""
            )
            yield f"  {name}: {count} mails{scored}"
        for name in self.empty:
            yield f"  nothing to read: {name}"
        for name, part, wanted, got in self.wrong:
            yield f"  {name}: {part}: wanted {wanted!r}, got {got!r}"
        for took, name in sorted(self.slow):
            yield f"  {took:.2f} s: {name}"
        for name, what in self.failures:
            yield f"  {name}: {what}"
        yield (
            f"{self.mails.total()} mails, {len(self.failures)} failures, {len(self.slow)} slow, "
            f"slowest {self.slowest_s:.2f} s, {len(self.empty)} without text, "
            f"{self.right.total()} of {self.asked.total()} values right"
        )


def mails(folder: Path) -> Iterator[tuple[str, bytes]]:
    """(path relative to ``folder``, octets) of what looks like a mail, in order of the paths."""
    for root, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            path = Path(root) / name
            if path.is_symlink() or not 0 < path.stat().st_size <= _LARGEST:
                continue
            if path.suffix.lower() in _NO_MAIL:
                continue
            raw = path.read_bytes()
            head = _BLANK_LINE.split(raw[:_HEAD].lstrip(), maxsplit=1)[0]
            if path.suffix.lower() in _MAIL or len(_FIELD.findall(head)) >= 2:
                yield path.relative_to(folder).as_posix(), raw


def values(raw: bytes) -> dict[str, Any]:
    """What ours reads of a mail, by ``FIELDS``."""
    fields, whole = parse_header(raw), read_whole(raw)
    return {
        "subject": _folded(fields.subject),
        "name": _folded(fields.sender.name),
        "address": fields.sender.address,
        "to": [one.address for one in fields.to],
        "date": None if fields.date is None else fields.date.isoformat(),
        "text": _folded(whole.text.text),
        "names": [part.filename for part in whole.parts if part.filename],
        "leaves": len(whole.parts),
    }


def read_corpus(folder: Path) -> Report:
    """Read all of a folder. Raises OSError, ValueError where expected.jsonl is not as said."""
    report = Report()
    wanted = _expected(folder / "expected.jsonl")
    for name, raw in mails(folder):
        project = name.split("/", 1)[0]
        report.mails[project] += 1
        what, took = judge(raw)
        report.slowest_s = max(report.slowest_s, took)
        if took > SLOW_S:
            report.slow.append((took, name))
        elif what:
            report.failures.append((name, what))
            continue
        if _has_lost_its_text(raw):
            report.empty.append(name)
        if name in wanted:
            _score(report, name, project, wanted[name], values(raw))
    return report


def _score(
    report: Report, name: str, project: str, wanted: list[tuple[str, Any]], got: dict[str, Any]
) -> None:
    for part, value in wanted:
        report.asked[project] += 1
        value = _folded(value) if isinstance(value, str) else value
        if got[part] == value:
            report.right[project] += 1
        else:
            report.wrong.append((name, part, value, got[part]))


def _expected(path: Path) -> dict[str, list[tuple[str, Any]]]:
    out: dict[str, list[tuple[str, Any]]] = {}
    if not path.exists():
        return out
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        one = json.loads(line)
        if not isinstance(one, dict) or one.get("field") not in FIELDS or "file" not in one:
            raise ValueError(f"expected.jsonl, line {number}")
        out.setdefault(one["file"], []).append((one["field"], one.get("value")))
    return out


def _has_lost_its_text(raw: bytes) -> bool:
    """Whether nothing is shown of a mail with a text that is no attachment."""
    whole = read_whole(raw)
    if whole.text.text.strip() or whole.text.html.strip():
        return False
    texts = [part for part in whole.parts if part.media_type.startswith("text/")]
    return bool(raw[len(whole.header) :].strip()) and any(
        part.disposition != "attachment" and not part.filename and part.size > 2 for part in texts
    )


def _folded(text: str) -> str:
    return " ".join(text.split())
