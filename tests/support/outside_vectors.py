"""The sanitiser judged on vectors and mails of others, which stay outside this repository.

``dev.py faults html FOLDER [--mails] [--list]``. Vectors: files of HTML, the
HTML bodies of messages, and the string literals with markup in the sources of other projects'
tests. Of each, two judges and Qt say what would fetch or run. ``--mails``: of the HTML bodies, what
of the look stays, by source. ``--list``: every fault and loss, not the first ones only.
"""

from __future__ import annotations

import argparse
import html as entities
import mailbox
import re
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from email import message_from_bytes, policy
from email.message import Message
from pathlib import Path
from xml.etree import ElementTree

from mel_desktop.logic.html_layout import LIGHT, Paper, drawable
from mel_desktop.logic.sanitize import sanitize
from tests.support.html_judge import Count, faults, kept, second_opinion

DARK = Paper(True, "#1e1e1e", "#e6e6e6", "#8ab4f8")
FIRST = 40  # faults that are told without --list
LARGEST = 600_000  # characters of a vector
CODE = frozenset({
    ".py", ".js", ".mjs", ".ts", ".php", ".java", ".rb", ".pl", ".t", ".go", ".rs", ".cpp", ".json",
})  # fmt: skip
MESSAGES = frozenset({".eml", ".msg", ".mbox"})
PAGES = frozenset({".html", ".htm", ".xhtml"})
MARKUP = re.compile(r"<[a-zA-Z!/?]|&#|style=|url\(|expression\(", re.I)
LITERAL = re.compile(
    r'"""(.*?)"""'
    r"|'''(.*?)'''"
    r"|r#\"(.*?)\"#"
    r"|<<[-~<]?\s*[\"']?([A-Z]\w*)[\"']?[^\n]*\n(.*?)^\s*\4\b"
    r'|"((?:[^"\\\n]|\\.)*)"'
    r"|'((?:[^'\\\n]|\\.)*)'"
    r"|`((?:[^`\\]|\\.)*)`",
    re.S | re.M,
)
ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u\{?([0-9a-fA-F]{4})\}?|([0-7]{3})|(.))", re.S)
BEGINNING = re.compile(rb"(?:From [^\n]*\n)?(?:[A-Z][\w-]{1,30}: ?[^\n]*\n(?:[ \t][^\n]*\n)*){3}")
PLAIN = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "f": "\f", "v": "\v"}


def unescaped(literal: str) -> str:
    """The text of a string literal of most languages."""

    def one(match: re.Match[str]) -> str:
        for digits, base in ((match[1], 16), (match[2], 16), (match[3], 8)):
            if digits:
                return chr(int(digits, base))
        return PLAIN.get(match[4], match[4])

    return ESCAPE.sub(one, literal)


def literals(source: str) -> Iterator[str]:
    """String literals that hold markup."""
    for match in LITERAL.finditer(source):
        held = next((one for one in match.group(1, 2, 3, 5, 6, 7, 8) if one), "")
        if MARKUP.search(held):
            yield unescaped(held)


def elements(source: str) -> Iterator[str]:
    """Texts of an XML file that hold markup."""
    try:
        root = ElementTree.fromstring(source)
    except (ElementTree.ParseError, ValueError):
        yield source
        yield entities.unescape(source)
        return
    for element in root.iter():
        if element.text and MARKUP.search(element.text):
            yield element.text


def bodies(message: Message) -> Iterator[str]:
    """HTML parts of a message."""
    for part in message.walk():
        if part.get_content_type() != "text/html":
            continue
        octets = part.get_payload(decode=True)
        if isinstance(octets, bytes):
            try:
                yield octets.decode(str(part.get_content_charset() or "utf-8"), "replace")
            except LookupError:
                yield octets.decode("latin-1")


def in_message(path: Path) -> Iterator[str]:
    """HTML bodies of a file of one message or of many."""
    octets = path.read_bytes()
    if octets.startswith(b"From "):
        with closing(mailbox.mbox(path, create=False)) as box:
            for message in box:
                yield from bodies(message)
    else:
        yield from bodies(message_from_bytes(octets, policy=policy.compat32))


def is_message(octets: bytes) -> bool:
    """Whether a file without a telling name begins as a message does."""
    return (
        re.match(rb"(?:From [^\n]*\n)?(?:[A-Z][\w-]{1,30}: ?[^\n]*\n([ \t][^\n]*\n)*){3}", octets)
        is not None
    )


def documents(path: Path, *, mails: bool) -> Iterator[str]:
    """What a file holds."""
    kind = path.suffix.lower()
    octets = path.read_bytes()
    if kind in MESSAGES or is_message(octets[:4000]):
        yield from in_message(path)
        return
    source = octets.decode("utf-8", "replace")
    if kind in PAGES:
        yield source
    elif mails:
        return
    elif kind in CODE:
        yield from literals(source)
    elif kind == ".xml":
        yield from elements(source)
    elif kind in ("", ".txt", ".data", ".test", ".dat") and MARKUP.search(source):
        yield source


def found(folder: Path, *, mails: bool) -> dict[str, str]:
    """HTML -> the project it is from: the first folder below ``folder``."""
    out: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.is_symlink():
            continue
        for html in documents(path, mails=mails):
            if html.strip() and len(html) <= LARGEST:
                out.setdefault(html, path.relative_to(folder).parts[0])
    return out


def asked_of_qt(html: str) -> list[str]:
    """What Qt asks for, beyond pictures of the message."""
    from tests.gui.test_html_fetches_nothing import asked_for

    return [url for url in asked_for(html) if not url.startswith(("cid:", "data:image/"))]


def wrong_with(vector: str) -> list[str]:
    """What any judge finds in the safe form of a vector: alone, and inside a document."""
    out: list[str] = []
    for html in (vector, f"<div><p>avant</p>{vector}</div>"):
        safe = sanitize(html).html
        out += faults(safe) + second_opinion(safe)
        for paper in (LIGHT, DARK):
            out += asked_of_qt(drawable(safe, paper))
    return out


def judge(vectors: dict[str, str], *, all_of_them: bool) -> int:
    """Tell faults and times; how many vectors failed."""
    failed: Counter[str] = Counter()
    caught: Counter[str] = Counter()
    slowest = (0.0, "")
    for vector, source in vectors.items():
        start = time.process_time()
        sanitize(vector)
        slowest = max(slowest, (time.process_time() - start, source))
        caught[source] += bool(faults(vector) or second_opinion(vector))
        if wrong := wrong_with(vector):
            failed[source] += 1
            if all_of_them or failed.total() <= FIRST:
                print(f"{source}: {wrong[:3]}\n    {vector[:300]!r}")
    for source, number in Counter(vectors.values()).most_common():
        print(f"{source:40} {number:6} vectors, {caught[source]:6} bad, {failed[source]:4} failed")
    print(
        f"{len(vectors)} vectors, {caught.total()} not clean as they are, {failed.total()} failed"
    )
    print(f"slowest {slowest[0]:.3f} s CPU ({slowest[1]})")
    return failed.total()


def keeps(mails: dict[str, str], *, all_of_them: bool) -> None:
    """Tell what stays, by source, and what does not."""
    asked: dict[str, Counter[str]] = {}
    stays: dict[str, Counter[str]] = {}
    lost: Counter[tuple[str, str]] = Counter()
    for html, source in mails.items():
        before, after = Count(html), Count(sanitize(html).html)
        for what in ("declarations", "look", "pictures", "words"):
            one, two = getattr(before, what), getattr(after, what)
            for name in (source, "all"):
                asked.setdefault(name, Counter())[what] += one.total()
                stays.setdefault(name, Counter())[what] += (one & two).total()
            for missing, number in (one - two).items():
                said = ": ".join(missing) if isinstance(missing, tuple) else missing
                lost[what, said] += number
        if kept(before.words, after.words) < 0.998:
            print(f"{source}: words lost {list((before.words - after.words).elements())[:12]}")
    count = Counter(mails.values())
    for name, numbers in asked.items():
        parts = [f"{what} {stays[name][what]}/{whole}" for what, whole in numbers.items()]
        print(f"{name:40} {count[name] or len(mails):4} bodies: {', '.join(parts)}")
    for (what, said), number in lost.most_common(None if all_of_them else 3 * FIRST):
        print(f"lost {what:13} {number:5}  {said[:150]}")


def main() -> int:
    """Judge a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--mails", action="store_true")
    parser.add_argument("--list", action="store_true")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    html = found(given.folder, mails=given.mails)
    if given.mails:
        keeps(html, all_of_them=given.list)
        return 0
    from PySide6.QtWidgets import QApplication

    application = QApplication.instance() or QApplication(sys.argv[:1])
    failed = judge(html, all_of_them=given.list)
    del application
    return bool(failed)


if __name__ == "__main__":
    raise SystemExit(main())
