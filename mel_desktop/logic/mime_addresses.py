"""Mailboxes of headers (RFC 5322 3.4), read so that nobody is taken for somebody else.

Rule 1: where there are angle brackets, the address is what stands in them, whatever the name says.
Rule 2: the field is taken apart before any encoded word is decoded: a word cannot hide an ``@``.
Rule 3: never raises, never recurses, linear: comments and quotes are scanned, not nested.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import field
from typing import Final

from mel_desktop.logic.mime_words import decode_words, one_line
from mel_desktop.model.mail import Address
from mel_desktop.model.patterns import late
from mel_desktop.model.values import dataclass

ADDRESS_CAP: Final = 10_000  # mailboxes of one field
NAME_CAP: Final = 1000

_QUOTED: Final = late(r'"((?:[^"\\]++|\\.)*+)"', re.S)
_WORD: Final = late(r"=\?[^?\s=]{1,60}\?[bBqQ]\?[^?]*\?=")
# What nearly all mailboxes look like, up to the comma: the scanner would find the same.
_USUAL: Final = late(
    rf"""\s*+((?:[^"(<>,;:=]++|{_WORD.pattern})*+)<([A-Za-z0-9._+-]++@[A-Za-z0-9.-]++)>\s*+(?:,|\Z)"""
)
_USUAL_CAP: Final = 900
_PLAIN: Final = late(r'[^"(<>,;:=]+')
_SEPARATORS: Final = late(r"[,;][,;\s]*+")
_ESCAPE: Final = late(r"\\(.)", re.S)
_SPACES: Final = late(r"\s+")
_ATOM: Final = late(r"[\w+-]+(?:\.[\w+-]+)*")
_AROUND: Final = late(r" ?([.@]) ?")
# RFC 5322 A.6.3: blanks before the dots of a domain
_APART: Final = late(r"\s*[\w-]++(?:\.[\w-]++)*+(?:\s++\.\s*+[\w-]++)+")
# ``<"anything>"@example.fr>``: what is quoted closes no bracket
_QUOTED_LOCAL: Final = late(r'\s*"(?:[^"\\]++|\\.)*+"[^\s<>"@]*+@[^<>"]*+>', re.S)
_LONE_DOMAIN: Final = late(r"(?:^|[\s)>])@([\w-]+(?:\.[\w-]+)+)")
_SHAPE: Final = late(r"[^\s@<>\"(),:;\\]{1,200}@[^\s@<>\"(),:;\\.]+(?:\.[^\s@<>\"(),:;\\.]+)+")


@dataclass(slots=True)
class _Mailbox:
    """One mailbox while it is scanned. ``pieces``: (text, is quoted)."""

    pieces: list[tuple[str, bool]] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    placed: list[tuple[int, str]] = field(default_factory=list)  # (pieces before it, comment)
    angles: list[str] = field(default_factory=list)

    def is_empty(self) -> bool:
        return not self.angles and not any(text.strip() for text, _ in self.pieces)


class _Scanner:
    """Walks once over a field."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: list[_Mailbox] = []
        self.current = _Mailbox()
        self._open_quotes = True  # False once a quote was never closed: then none is
        self._open_comments = True

    def run(self) -> list[_Mailbox]:
        position = 0
        text = self.text
        while position < len(text) and len(self.found) < ADDRESS_CAP:
            char = text[position]
            if char == '"':
                position = self._quote(position)
            elif char == "(":
                position = self._comment(position)
            elif char == "<":
                position = self._angle(position)
            elif separators := _SEPARATORS.match(text, position):
                self._flush()
                position = separators.end()
            elif char == ":" and not self._has_address():
                self.current = _Mailbox()  # the name of a group (RFC 5322 3.4) says nothing
                position += 1
            elif char == ">" and self.current.angles:
                position += 1  # one too many
            elif char == "=" and (word := _WORD.match(text, position)):
                self._add(word[0])
                position = word.end()
            elif plain := _PLAIN.match(text, position):
                self._add(plain[0])
                position = plain.end()
            else:
                self._add(char)
                position += 1
        self._flush()
        return self.found

    def _add(self, text: str, *, quoted: bool = False) -> None:
        self.current.pieces.append((text, quoted))

    def _has_address(self) -> bool:
        return bool(self.current.angles) or any(
            "@" in text for text, quoted in self.current.pieces if not quoted
        )

    def _flush(self) -> None:
        if not self.current.is_empty() or self.current.comments:
            self.found.append(self.current)
        self.current = _Mailbox()

    def _quote(self, position: int) -> int:
        match = _QUOTED.match(self.text, position) if self._open_quotes else None
        if match is None:
            self._open_quotes = False
            self._add(" ")
            return position + 1
        self._add(_ESCAPE.sub(r"\1", match[1]), quoted=True)
        return match.end()

    def _comment(self, position: int) -> int:
        depth = 0
        out: list[str] = []
        at = position
        while at < len(self.text) and self._open_comments:
            char = self.text[at]
            if char == "\\":
                out.append(self.text[at + 1 : at + 2])
                at += 2
                continue
            if char == "(":
                depth += 1
            elif char == ")":
                depth -= 1
                if depth == 0:
                    comment = "".join(out).replace('"', "")
                    self.current.comments.append(comment)
                    self.current.placed.append((len(self.current.pieces), comment))
                    return at + 1
            if char not in "()" or depth > (char == "("):
                out.append(char)
            at += 1
        self._open_comments = False  # never closed: a letter like any other
        self._add(" ")
        return position + 1

    def _angle(self, position: int) -> int:
        start = position + 1
        if self._open_quotes and (quoted := _QUOTED_LOCAL.match(self.text, start)):
            self.current.angles.append(self.text[start : quoted.end() - 1])
            return quoted.end()
        end = self.text.find(">", start)
        nested = self.text.find("<", start, end if end >= 0 else len(self.text))
        if end < 0 or nested >= 0:  # never closed: up to the comma, or to the next bracket
            stop = nested if nested >= 0 else len(self.text)
            comma = self.text.find(",", start, stop)
            stop = comma if comma >= 0 else stop
            inside = self.text[start:stop].strip()
            if "@" in inside:
                self.current.angles.append(inside.split()[0] if inside.split() else "")
            else:
                self._add(inside)
            return stop
        self.current.angles.append(self.text[start:end])
        return end + 1


def parse_addresses(field_body: str) -> tuple[Address, ...]:
    """All mailboxes of an unfolded field, groups opened, in order."""
    usual = _usual(field_body)
    if usual is not None:
        return usual
    return _scanned(field_body)


def _usual(text: str) -> tuple[Address, ...] | None:
    """Mailboxes of a field in which each is a name and an address in brackets; else None."""
    out: list[Address] = []
    position = 0
    while position < len(text):
        match = _USUAL.match(text, position)
        if match is None or len(match[2]) > _USUAL_CAP or len(out) >= ADDRESS_CAP:
            return None
        out.append(Address(_name(match[1]), match[2]))
        position = match.end()
    return tuple(out)


def _scanned(field_body: str) -> tuple[Address, ...]:
    found = (_address(mailbox) for mailbox in _Scanner(field_body).run())
    return tuple(one for one in found if one.address or one.name)


def looks_like_other_address(sender: Address) -> bool:
    """Whether the display name shows an address that is not the true one."""
    name = sender.name
    if not name.isascii():
        name = unicodedata.normalize("NFKC", name)
    if "@" not in name:
        return False
    shown = {hit.casefold().strip(".'") for hit in _SHAPE.findall(name)}
    domains = {hit.casefold() for hit in _LONE_DOMAIN.findall(name)}  # <a@b.fr>@c.example
    if domains - {sender.address.rpartition("@")[2].casefold()}:
        return True
    if shown:
        return shown != {sender.address.casefold()}
    squeezed = _SPACES.sub("", name).casefold()  # "rectrice @ ac-paris . fr"
    return bool(_SHAPE.search(squeezed)) and squeezed != sender.address.casefold()


def _address(mailbox: _Mailbox) -> Address:
    if mailbox.angles:
        *earlier, last = mailbox.angles
        return Address(_name(" ".join([_written_name(mailbox), *earlier])), _spec(last))
    address, names = _bare(_joined(mailbox.pieces))
    if address.startswith("@"):  # "Undisclosed-Recipient:;@example.fr": nobody's
        return Address(_name(f"{names} {address}"), "")
    return Address(_name(names) or _comment_name(mailbox), address)


def _joined(pieces: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """Neighbours as one piece: ``bounce=jean=x.fr@list.fr`` and ``jean(x)@y.fr`` are one word."""
    out: list[tuple[str, bool]] = []
    run: list[str] = []
    at = len(pieces)  # encoded words that stand right before an ``@`` hide nothing: as they are
    while at and not pieces[at - 1][1] and not pieces[at - 1][0].startswith("@"):
        at -= 1
    local = at - 1
    while local > 0 and not pieces[local - 1][1] and _WORD.fullmatch(pieces[local - 1][0]):
        local -= 1
    for index, (text, quoted) in enumerate(pieces):
        is_word = bool(_WORD.match(text)) and not local <= index < at
        if quoted or text in (":", ">") or is_word:
            if run:
                out.append(("".join(run), False))
                run = []
            out.append((text, quoted))
        else:
            run.append(text)
    if run:
        out.append(("".join(run), False))
    return [(text if quoted else _closed_up(text), quoted) for text, quoted in out]


def _closed_up(text: str) -> str:
    """``jean@test . example`` without the blanks of old mail."""
    local, at, domain = text.rpartition("@")
    if not at or " " not in domain or not (apart := _APART.match(domain)):
        return text
    return local + at + _SPACES.sub("", apart[0]) + domain[apart.end() :]


def _written_name(mailbox: _Mailbox) -> str:
    """Phrase and comments in their order, as Thunderbird shows them."""
    out: list[str] = []
    comments = list(reversed(mailbox.placed))
    for index, (text, quoted) in enumerate(mailbox.pieces):
        while comments and comments[-1][0] <= index:
            out.append(f" ({comments.pop()[1]}) ")
        out.append(f" {text} " if quoted else text)
    out.extend(f" ({comment})" for _, comment in reversed(comments))
    return "".join(out)


def _bare(pieces: list[tuple[str, bool]]) -> tuple[str, str]:
    """(address, name) where there are no angle brackets: the last word with an ``@``."""
    for index in range(len(pieces) - 1, 0, -1):  # "jean dupont"@example.fr
        if pieces[index - 1][1] and not pieces[index][1] and pieces[index][0][:1] in ("@", "."):
            dotted, at, domain = pieces[index][0].split()[0].partition("@")
            if not at or not domain:
                continue
            names = " ".join(text for text, _ in pieces[: index - 1])
            return _spec(f"{_quoted_local(pieces[index - 1][0] + dotted)}@{domain}"), names
    words: list[tuple[str, bool]] = []
    for text, quoted in pieces:
        if quoted or _WORD.fullmatch(text):
            words.append((text, True))
        else:
            words.extend((word, False) for word in text.split())
    for index in range(len(words) - 1, -1, -1):
        word, closed = words[index]
        if not closed and "@" in word.strip("@"):
            return _spec(word), " ".join(text for text, _ in words[:index] + words[index + 1 :])
    joined = "".join(text for text, _ in pieces)
    if "@" in joined and not any(quoted for _, quoted in pieces) and "=?" not in joined:
        return _spec(_SPACES.sub("", joined)), ""  # "jean @ example.fr", obsolete spaces
    return "", " ".join(text for text, _ in words)


def _spec(text: str) -> str:
    """What stands between the brackets, without route, comment and white space around it."""
    if "(" in text and '"' not in text:
        text = re.sub(r" ?\([^()]{0,200}\) ?", "", text)
    text = _SPACES.sub(" ", one_line(text)).strip(" <>")
    if text[:7].lower() == "mailto:":
        text = text[7:]
    if text.lstrip(",").startswith("@") and ":" in text:  # RFC 5322 4.4 route
        text = text.rsplit(":", 1)[1].strip()
    if text.startswith('"') and (quoted := _QUOTED.match(text)):
        text = _quoted_local(_ESCAPE.sub(r"\1", quoted[1])) + text[quoted.end() :]
    elif " " in text:
        local, at, domain = _AROUND.sub(r"\1", text).rpartition("@")
        text = f"{_quoted_local(local)}@{domain}" if at and " " in local else local + at + domain
    if "=?" in text:
        local, at, domain = text.rpartition("@")
        plain = decode_words(local)
        text = f"{plain}{at}{domain}" if _ATOM.fullmatch(plain) else text
    return text[:NAME_CAP].replace(" @", "@").replace("@ ", "@")


def _quoted_local(text: str) -> str:
    """A local part in quotes, where it needs them (RFC 5322 3.4.1)."""
    if _ATOM.fullmatch(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _name(text: str) -> str:
    name = " ".join(decode_words(text.strip()).split())[:NAME_CAP].strip()
    while len(name) > 1 and name[0] == name[-1] and name[0] in "'\"":
        name = name[1:-1].strip()
    return "" if name in ("'", '"') else name


def _comment_name(mailbox: _Mailbox) -> str:
    """``name@example.fr (Name)``, as mail began: the last comment."""
    return _name(mailbox.comments[-1]) if mailbox.comments else ""
