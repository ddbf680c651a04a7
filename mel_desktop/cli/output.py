"""How results leave the command line: one JSON document, or lines for a person."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from mel_desktop.app import warning_words, wording
from mel_desktop.model.errors import ErrorCode, LocalRefusal, MelError
from mel_desktop.model.mail import Address, Flags, Marks
from mel_desktop.model.patterns import late
from mel_desktop.model.safety import SendWarning
from mel_desktop.model.sync import Progress

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

MARK_NAMES = {
    Marks.SEEN: "seen",
    Marks.FLAGGED: "flagged",
    Marks.ANSWERED: "answered",
    Marks.DRAFT: "draft",
    Marks.DELETED: "deleted",
    Marks.FORWARDED: "forwarded",
}


def language() -> str:
    """ "fr" unless the environment asks for English: French comes first."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "en" if value.lower().startswith("en") else "fr"
    return "fr"


KEYWORD = late(r"[!#$&'+,\-./0-9:;<=>?@A-Z\[^_`a-z|}~]+")  # an atom of RFC 9051


class OutputLost(Exception):
    """Standard output takes nothing more; ``cause`` says why."""

    def __init__(self, cause: OSError) -> None:
        super().__init__()
        self.cause = cause


class Output:
    """Where a command puts what it found."""

    def __init__(self, *, as_json: bool, quiet: bool) -> None:
        self.as_json = as_json
        self.quiet = quiet
        self.french = language() == "fr"
        self._is_answered = False

    def say(self, fr: str, en: str) -> str:
        """The sentence in the person's language."""
        return fr if self.french else en

    def result(self, document: Json, lines: Iterable[str] = ()) -> None:
        """Print the one document, or the lines."""
        self._is_answered = True
        if self.as_json:
            self._write(json.dumps(document, ensure_ascii=False, indent=2))
            return
        for line in lines:
            self._write(printable(line))

    def octets(self, data: bytes) -> None:
        """A message as it is on the server, whatever it holds."""
        self._is_answered = True
        try:
            sys.stdout.flush()
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        except OSError as error:
            raise OutputLost(error) from error

    def finish(self) -> None:
        """Everything is out, or OutputLost."""
        try:
            sys.stdout.flush()
        except OSError as error:
            raise OutputLost(error) from error

    def _write(self, text: str) -> None:
        try:
            sys.stdout.write(text + "\n")
        except OSError as error:
            raise OutputLost(error) from error

    def note(self, fr: str, en: str) -> None:
        """A remark on stderr."""
        if not self.quiet:
            sys.stderr.write(self.say(fr, en) + "\n")

    def ask(self, line: str) -> None:
        """What a person must see to go on, on stderr even when quiet."""
        sys.stderr.write(line + "\n")
        sys.stderr.flush()

    def explained(self, text: str, where: str) -> list[str]:
        """A code that a report holds, as a sentence with what to do; the bare code if unknown."""
        chosen = "fr" if self.french else "en"
        said = wording.reason(text, chosen)
        if said == text:
            return [f"  ! {text} {where}".rstrip()]
        action = wording.reason_action(text, chosen)
        first = f"  ! {where} : " if where else "  ! "
        return [f"{first}{said} [{text}]", *([f"    → {action}"] if action else [])]

    def progress(self, done: int, expected: int) -> None:
        """A bar on a terminal, nothing else."""
        if self.quiet or not sys.stderr.isatty() or expected <= 0:
            return
        width = 30
        filled = min(width, done * width // expected)
        bar = "█" * filled + "░" * (width - filled)
        sys.stderr.write(f"\r{bar} {done}/{expected}")
        if done >= expected:
            sys.stderr.write("\n")
        sys.stderr.flush()

    def sync_progress(self, now: Progress) -> None:
        """The bar of a sync."""
        self.progress(now.done, now.expected)

    def warnings(self, refusal: MelError, found: Sequence[SendWarning]) -> None:
        """Why a message was not sent: each warning with the name that ``--accept`` takes."""
        chosen = "fr" if self.french else "en"
        told = [(one, warning_words.told(one, chosen)) for one in found]
        more: dict[str, Json] = {
            "warnings": [
                {"code": one.code.value, "level": one.level.name.lower(), "text": text}
                for one, text in told
            ]
        }
        if not self.as_json:
            for one, text in told:
                sys.stderr.write(printable(f"  ! {text} [{one.code.value}]\n"))
        self.error(refusal, more)

    def error(self, error: MelError, more: Mapping[str, Json] | None = None) -> None:
        """The error document on stdout with --json (``more`` keys in it), sentences on stderr
        else.
        """
        chosen = "fr" if self.french else "en"
        text = wording.sentence(error.code, chosen, error.facts)
        action = wording.action(error.code, chosen, error.facts)
        if self.as_json and not self._is_answered:  # one document, whatever comes after it
            self.result(
                {
                    "error": {
                        "code": error.code.text,
                        "scope": error.scope.name.lower(),
                        "message": text,
                        "action": action,
                        "retry": error.retry.value,
                        **(more or {}),
                    }
                }
            )
            return
        sys.stderr.write(f"mel-desktop: {text} [{error.code.text}]\n")
        if action:
            sys.stderr.write(f"  → {action}\n")


def printable(text: str) -> str:
    """Without what steers a terminal: mail must not move the cursor or set the window's title."""
    return "".join(one for one in text if one in "\n\t" or (" " <= one < "\x7f") or one >= "\xa0")


def instant(value: datetime | None) -> str | None:
    """RFC 3339, UTC."""
    if value is None:
        return None
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def local_time(value: datetime | None) -> str:
    """For people: the PC's own time."""
    return "" if value is None else value.astimezone().strftime("%d/%m/%Y %H:%M")


def address(value: Address) -> Json:
    """One mailbox."""
    return {"name": value.name, "address": value.address}


def addresses(values: Sequence[Address]) -> Json:
    """Several mailboxes."""
    return [address(value) for value in values]


def person(value: Address) -> str:
    """Name and true address, never the name alone."""
    return f"{value.name} <{value.address}>" if value.name else value.address


def flags(value: Flags) -> Json:
    """Names, system flags first."""
    names: list[Json] = [name for mark, name in MARK_NAMES.items() if mark in value.marks]
    return names + sorted(value.keywords)


def parse_flags(names: Iterable[str]) -> Flags:
    """Names as people type them; what is no system flag is a keyword."""
    by_name = {name: mark for mark, name in MARK_NAMES.items()}
    marks = Marks.NONE
    keywords: set[str] = set()
    for name in names:
        plain = name.strip().removeprefix("\\").lower()
        if plain in by_name:
            marks |= by_name[plain]
        elif name.strip().startswith("\\") or not KEYWORD.fullmatch(plain):
            raise LocalRefusal(ErrorCode.USAGE, why="no flag that a server can keep")
        else:
            keywords.add(plain)
    return Flags(marks, frozenset(keywords))


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns side by side, as wide as their widest cell."""
    if not rows:
        return []
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def close_stdout() -> None:
    """Nothing more goes to a stdout that takes nothing: not even what Python flushes at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
