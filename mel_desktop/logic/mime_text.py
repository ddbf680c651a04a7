"""Which parts of a message are read, and how they become one text and one HTML.

Rule 1: alternatives are never shown twice; parts side by side are shown all, in order.
Rule 2: the HTML of two parts is never joined into one document (html_text.PART_SEPARATOR).
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from mel_desktop.logic.html_text import PART_SEPARATOR, html_to_text, visible
from mel_desktop.logic.inner_parts import of_text
from mel_desktop.logic.mime_calendar import summary
from mel_desktop.logic.mime_charsets import codec_of, decode_text, is_known
from mel_desktop.logic.mime_transfer import decode_octets
from mel_desktop.logic.mime_words import one_line
from mel_desktop.logic.uuencode import take_files
from mel_desktop.model.mail import MessageWarning, Part, WarningCode
from mel_desktop.model.patterns import late
from mel_desktop.model.values import dataclass

SECTIONS_CAP: Final = 20
TEXT_CAP: Final = 2_000_000
PREVIEW_CAP: Final = 140

_READ: Final = ("text/plain", "text/html", "text/calendar", "text/enriched", "text/richtext")
_MEDIA_TYPE: Final = late(r"[^\s/]+/[^\s/]+")
_META: Final = late(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})""", re.I)
_QUOTED: Final = late(r"^\s*(?:>|Le .{4,80} a écrit\s?:|On .{4,80} wrote:)")
_RULE: Final = late(r"^[\s_*=~-]{3,}$")
_QUOTING: Final = frozenset(("", *">LO_*=~-"))
_ENRICHED: Final = late(r"<<|<param>[^<]{0,1000}</param>|</?[a-z]{1,60}>", re.I)
_CONTROLS: Final = late("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")


@dataclass(frozen=True, slots=True)
class Readable:
    """Decoded and readable; ``html`` is not sanitised. "" where the message has none.

    ``inner``: files that stood in the texts (see ``inner_parts``).
    """

    text: str
    html: str
    preview: str
    search_text: str
    warnings: tuple[MessageWarning, ...] = ()
    inner: tuple[Part, ...] = ()


@dataclass(slots=True)
class _Section:
    """One text part, decoded. ``group``: its alternative and the branch in it."""

    text: str
    html: str
    group: tuple[str, str] | None
    files: tuple[tuple[str, bytes], ...] = ()


def text_sections(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Leaves to fetch for reading: the texts that are not attachments."""
    texts = [part for part in parts if part.media_type in _READ and not part.is_attachment]
    if not texts:  # some mailers name the body itself, some do not say what it is
        texts = [
            part for part in parts[:1]
            if part.disposition != "attachment"
            and (part.media_type.startswith("text/") or not _MEDIA_TYPE.fullmatch(part.media_type))
        ]  # fmt: skip
    return tuple(texts[:SECTIONS_CAP])


def listed_files(parts: Sequence[Part], html: str) -> tuple[Part, ...]:
    """Leaves that a person would look for as a file: no text of the message, no picture that its
    HTML draws.
    """
    texts = {part.number for part in text_sections(parts)}
    shown = visible(html).casefold()  # a picture that is hidden is listed
    return tuple(
        part
        for part in parts
        if part.number not in texts
        and (part.is_attachment or not part.media_type.startswith("text/"))
        and (
            part.disposition == "attachment"
            or not part.content_id
            or f"cid:{part.content_id}".casefold() not in shown
        )
    )


def readable(parts: Sequence[tuple[Part, bytes]], *, truncated: bool = False) -> Readable:
    """Join the text parts, given with their still transfer-encoded octets."""
    groups = _groups([part for part, _ in parts]) if len(parts) > 1 else {}
    warnings: list[MessageWarning] = []
    sections: list[_Section] = []
    for part, octets in parts:
        if not is_known(part.charset):
            warnings.append(MessageWarning(WarningCode.MALFORMED, "charset"))
        sections.append(
            _section(part, decode_octets(octets, part.encoding), groups.get(part.number))
        )
    if truncated:
        warnings.append(MessageWarning(WarningCode.TRUNCATED))
    shown = _choose(sections)
    text = "\n\n".join(
        piece for piece in (one.text.strip("\n") for one, _ in shown) if piece.strip()
    )
    html = ""
    if any(is_html for _, is_html in shown):
        html = PART_SEPARATOR.join(
            piece for piece in (_html_of(one) for one, _ in shown) if piece.strip()
        )
    text = searched = text[:TEXT_CAP]
    inner: list[Part] = []
    for (part, _), section in zip(parts, sections, strict=True):
        inner += [one for one, _ in of_text(part, section.files)]
        if part.media_type == "text/calendar" and section.text not in text:
            searched = f"{searched}\n\n{section.text}"  # found by it, though its text was preferred
    told = tuple(dict.fromkeys(warnings))
    return Readable(text, html[:TEXT_CAP], preview(text), searched, told, tuple(inner))


def preview(text: str) -> str:
    """The first words that the sender wrote, on one line."""
    kept: list[str] = []
    length = 0
    for line in text[:8000].split("\n"):
        begins = line.lstrip()[:1]  # nothing else can be a quotation or a rule
        if begins in _QUOTING and (_QUOTED.match(line) or _RULE.match(line)):
            continue
        kept.append(line)
        length += len(line)
        if length > 2 * PREVIEW_CAP:
            break
    joined = " ".join(one_line(" ".join(kept)).split())
    return joined if len(joined) <= PREVIEW_CAP else joined[: PREVIEW_CAP - 1].rstrip() + "…"


def _groups(parts: Sequence[Part]) -> dict[str, tuple[str, str] | None]:
    """For each part: the multipart/alternative it stands in and its branch, or None."""
    out: dict[str, tuple[str, str] | None] = {}
    for part in parts:
        steps = part.number.split(".")
        names = part.within.split("/") if part.within else []
        out[part.number] = None
        if "alternative" in names[: len(steps)]:
            level = names.index("alternative")
            out[part.number] = (".".join(steps[:level]) or "top", steps[level])
    kinds = [part.media_type for part in parts]
    if (
        not any(part.within for part in parts)  # structure not known: the usual pair is one text
        and kinds.count("text/plain") == 1
        and kinds.count("text/html") == 1
        and kinds.index("text/plain") < kinds.index("text/html")
    ):
        for part in parts:
            if part.media_type in ("text/plain", "text/html"):
                out[part.number] = ("top", part.media_type)
    return out


def _choose(sections: Sequence[_Section]) -> list[tuple[_Section, bool]]:
    """What is shown, in order: (section, whether it has HTML of its own)."""
    out: list[tuple[_Section, bool]] = []
    done: set[str] = set()
    for section in sections:
        if section.group is None:
            out.append((_with_text(section), bool(section.html)))
        elif section.group[0] not in done:
            done.add(section.group[0])
            members = [one for one in sections if one.group and one.group[0] == section.group[0]]
            out.append(_best(members))
    return out


def _best(members: Sequence[_Section]) -> tuple[_Section, bool]:
    """One section out of the branches of an alternative: text of one, HTML of the last."""
    branches: dict[str, list[_Section]] = {}
    for one in members:
        assert one.group is not None
        branches.setdefault(one.group[1], []).append(one)
    text = html = ""
    rich: list[_Section] = []
    for branch in branches.values():
        if any(one.html.strip() for one in branch):
            html = PART_SEPARATOR.join(_html_of(one) for one in branch)
            rich = branch
        elif not text.strip():
            text = "\n\n".join(one.text for one in branch)
    if not text.strip() and rich:  # reading HTML is what costs: only where there is nothing else
        text = "\n\n".join(one.text or html_to_text(one.html) for one in rich)
    return _with_text(_Section(text, html, None)), bool(html)


def _with_text(section: _Section) -> _Section:
    """Its text, or what its HTML says."""
    if section.text or not section.html:
        return section
    return replace(section, text=html_to_text(section.html))


def _html_of(section: _Section) -> str:
    """Its own HTML, or its text as HTML."""
    if section.html or not section.text.strip():
        return section.html
    lines = entities.escape(section.text, quote=False).split("\n")
    return f"<div>{'<br>'.join(lines)}</div>"


def _section(part: Part, octets: bytes, group: tuple[str, str] | None) -> _Section:
    if part.media_type == "text/html":
        charset = part.charset
        if not codec_of(charset) and (meta := _META.search(octets[:4096])):
            charset = meta[1].decode("ascii")
        html = decode_text(octets, charset).replace(PART_SEPARATOR, " ")
        return _Section("", html or " ", group)
    text = _decoded(part, octets)
    if part.media_type == "text/calendar":
        return _Section(summary(text), "", group)
    text, files = take_files(text)
    if part.media_type in ("text/enriched", "text/richtext"):
        text = _ENRICHED.sub(lambda hit: "<" if hit[0] == "<<" else "", text)
    elif part.text_format:
        text = unflow(text, delsp=part.text_format.endswith("delsp"))
    return _Section(text, "", group, files)


def files_in_text(part: Part, octets: bytes) -> tuple[tuple[str, bytes], ...]:
    """(name, octets) of the files that stand in a text part; ``octets``: decoded."""
    return take_files(_decoded(part, octets))[1]


def _decoded(part: Part, octets: bytes) -> str:
    text = decode_text(octets, part.charset)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if _is_clean(text) else _CONTROLS.sub("", text)


def _is_clean(text: str) -> bool:
    """Whether there is certainly no control in it. Quicker than looking for one."""
    for usual in ("\n", "\t", "\u00a0", "\u202f"):
        text = text.replace(usual, "")
    return text.isprintable()


def unflow(text: str, *, delsp: bool) -> str:
    """Paragraphs of format=flowed (RFC 3676) joined again."""
    out: list[str] = []
    open_depth = -1  # quote depth of a line that flows on; -1: none does
    for line in text.split("\n"):
        bare = line.lstrip(">")
        depth = len(line) - len(bare)
        bare = bare.removeprefix(" ")  # stuffed
        if bare == "-- ":
            out.append(_quote(depth) + bare)
            open_depth = -1
            continue
        flows = bare.endswith(" ")
        piece = bare[:-1] if flows and delsp else bare
        if depth == open_depth:
            out.append(piece)
        else:
            out.append(("\n" if out else "") + _quote(depth) + piece)
        open_depth = depth if flows else -1
        if not flows:
            out.append("")
    return _joined(out)


def _joined(pieces: Sequence[str]) -> str:
    text = "".join(piece if piece else "\x00" for piece in pieces)
    return text.replace("\x00\n", "\n").replace("\x00", "\n").strip("\n")


def _quote(depth: int) -> str:
    return ">" * min(depth, 50) + (" " if depth else "")
