"""XML of school exports as a stream of records: whatever the file is, bounded memory and time.

Rule 1: nothing but the octets given is read. A document type may be named (``ficAlimMENESR.dtd``
beside the file), and is never opened; declarations inside the file, entities of its own and names
of other places are refused.
Rule 2: what is held is one record and one chunk. Depth, names, attributes, text and the number of
elements have limits; the parser is expat, which would read one endless token again and again.
Rule 3: a reason names the line, and never quotes the file.

XML 1.0 (fifth edition). Encodings: UTF-8, ISO-8859-15, ISO-8859-1 and Windows-1252, UTF-16 by its
mark; with, without and with a wrong declaration. Old files write ``&eacute;`` without declaring
it: the names of HTML 4 (its section 24) are read as the letters they stand for.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from html.entities import name2codepoint
from typing import Final
from xml.parsers import expat

from mel_desktop.formats.headings import bad_file
from mel_desktop.model.errors import ErrorCode, LocalRefusal

MAX_DEPTH: Final = 24
MAX_NAME: Final = 100
MAX_ATTRIBUTES: Final = 30
MAX_RECORD_ELEMENTS: Final = 20_000
MAX_RECORD_TEXT: Final = 1_000_000  # characters, attributes included
MAX_TOKEN: Final = 256 * 1024  # octets of one tag or comment
MAX_ELEMENTS: Final = 2_000_000  # a file: 20,000 pupils; exports are cut in parts far below
PIECE: Final = 64 * 1024

_DECLARATION: Final = re.compile(r"<\?xml\s[^>]*\?>")
_ENCODING: Final = re.compile(r"\sencoding\s*=\s*[\"']([^\"']*)[\"']")
_LOCAL_DTD: Final = re.compile(r"(?:\./)?[\w.-]{1,80}")
_NAMED: Final = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,9});")
_OPEN_NAME: Final = re.compile(r"&[A-Za-z0-9#]{0,10}\Z")
_XML_NAMES: Final = frozenset({"amp", "lt", "gt", "quot", "apos"})
# Octets 0x80 to 0x9f are no letters in ISO-8859-15, and what Windows wrote there is meant.
_WINDOWS: Final = {
    octet: bytes((octet,)).decode("cp1252")
    for octet in range(0x80, 0xA0)
    if octet not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}
}
_ENCODINGS: Final = {
    "": "utf-8", "utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "utf-8", "ascii": "utf-8",
    "iso-8859-15": "iso-8859-15", "iso8859-15": "iso-8859-15", "latin-9": "iso-8859-15",
    "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252",
    "windows-1252": "cp1252", "cp1252": "cp1252",
}  # fmt: skip
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What text in Latin letters holds beyond ASCII. Anything else that "is UTF-8" is so by accident.
_LATIN: Final = re.compile(
    "[\x00-\x7f\u00a0-\u017f\u0192\u02c6\u02dc\u2010-\u2044\u20ac\u2122\u2212\u1e00-\u1eff]*"
)


class Element:
    """An element of a record, with all that is in it. ``text``: its own, not its children's."""

    __slots__ = ("attributes", "children", "line", "name", "text")

    def __init__(self, name: str, attributes: dict[str, str], line: int = 0) -> None:
        self.name = name
        self.attributes = attributes
        self.children: list[Element] = _NONE  # a list of its own with the first one
        self.text = ""
        self.line = line  # of a record; 0 inside it

    def child(self, name: str) -> Element | None:
        """The first child of that name."""
        return next((one for one in self.children if one.name == name), None)

    def all(self, name: str, *below: str) -> Iterator[Element]:
        """Children of that name; with more names, theirs of those names in turn."""
        for one in self.children:
            if one.name == name:
                if below:
                    yield from one.all(*below)
                else:
                    yield one

    def value(self, *names: str) -> str:
        """The text of the first of these children that has one, cleaned."""
        for name in names:
            found = self.child(name)
            if found is not None and (text := " ".join(found.text.split())):
                return text
        return ""


_NONE: Final[list[Element]] = []


def records(
    chunks: Iterable[bytes],
    wanted: frozenset[str],
    *,
    left_out: Callable[[str, dict[str, str]], bool] | None = None,
    on_root: Callable[[str], None] | None = None,
    on_comment: Callable[[str], None] | None = None,
) -> Iterator[Element]:
    """Elements named in ``wanted``, each with all that is in it; one inside another is a child.

    ``left_out(name, attributes)`` says which elements of a record are not even held.
    ``on_root`` hears the name of the root before the first record, and may raise; ``on_comment``
    hears comments outside records (the first 2,000 characters).
    BAD_FILE | TOO_LARGE, with the line.
    """
    reader = _Reader(wanted, left_out, on_root, on_comment)
    for text in _decoded(chunks, lambda: reader.line):
        reader.feed(text.encode())
        yield from reader.take()
    reader.close()
    yield from reader.take()


def root_of(chunks: Iterable[bytes]) -> str:
    """The name of the root element, read no further. BAD_FILE | TOO_LARGE for what has none."""
    try:
        for _ in records(chunks, frozenset(), on_root=_stop):
            pass
    except _RootFound as found:
        return found.name
    return ""


class _RootFound(Exception):  # no error: the way out of the parser
    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


def _stop(name: str) -> None:
    raise _RootFound(name)


def too_large(why: str, **facts: int) -> LocalRefusal:
    """LocalRefusal(TOO_LARGE)."""
    return LocalRefusal(ErrorCode.TOO_LARGE, why=why, **facts)


class _Reader:
    """expat with limits, and the record under way."""

    def __init__(
        self,
        wanted: frozenset[str],
        left_out: Callable[[str, dict[str, str]], bool] | None,
        on_root: Callable[[str], None] | None,
        on_comment: Callable[[str], None] | None,
    ) -> None:
        self._wanted = wanted
        self._left_out = left_out
        self._passing = 0  # depth inside an element that is left out
        self._on_root = on_root
        self._on_comment = on_comment
        self._done: list[Element] = []
        self._open: list[Element] = []  # the record under way, outermost first
        self._outside = 0  # depth of what surrounds it
        self._elements = 0
        self._record_elements = 0
        self._record_text = 0
        self._fed = 0
        parser = expat.ParserCreate("utf-8")  # as fed: whatever the declaration said
        parser.buffer_text = True
        parser.buffer_size = PIECE
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.CommentHandler = self._comment
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._entity
        parser.SkippedEntityHandler = self._unknown
        self._parser = parser

    @property
    def line(self) -> int:
        """Where the parser is, from 1."""
        return self._parser.CurrentLineNumber

    def take(self) -> list[Element]:
        """Records completed since the last call."""
        done, self._done = self._done, []
        return done

    def feed(self, octets: bytes) -> None:
        """Parse a piece."""
        self._fed += len(octets)
        self._parse(octets, is_last=False)
        if self._fed - self._parser.CurrentByteIndex > MAX_TOKEN:
            raise too_large("xml-endless-tag", line=self.line)

    def close(self) -> None:
        """The file ends here."""
        self._parse(b"", is_last=True)

    def _parse(self, octets: bytes, *, is_last: bool) -> None:
        try:
            self._parser.Parse(octets, is_last)
        except expat.ExpatError as error:
            cut = is_last or error.code in _CUT
            why = "xml-cut-short" if cut else _REASONS.get(error.code, "not-xml")
            if not self._elements:
                why = "not-xml" if self._fed else "xml-empty"
            raise bad_file(why, line=error.lineno) from None  # its text may quote the file

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._passing:
            self._passing += 1
            self._record_elements += 1
            if self._passing > MAX_DEPTH or self._record_elements > MAX_RECORD_ELEMENTS:
                self._refuse(name)
            return
        inside = self._open
        if not inside:
            self._outside_start(name, attributes)
            return
        self._record_elements += 1
        if self._record_elements > MAX_RECORD_ELEMENTS or len(name) > MAX_NAME:
            self._refuse(name)
        if self._left_out is not None and self._left_out(name, attributes):
            self._passing = 1
            self._parser.CharacterDataHandler = None  # two thirds of an AAF record are not wanted
            return
        if attributes:
            self._check_attributes(attributes)
        element = Element(name, attributes)
        parent = inside[-1]
        if parent.children:
            parent.children.append(element)
        else:
            parent.children = [element]
        inside.append(element)
        if len(inside) > MAX_DEPTH:
            self._refuse(name)

    def _outside_start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements == 1 and self._on_root is not None:
            self._on_root(name)
        if self._elements > MAX_ELEMENTS or len(name) > MAX_NAME or self._outside >= MAX_DEPTH:
            self._refuse(name)
        if name in self._wanted:
            self._record_elements = self._record_text = 0
            self._open.append(Element(name, attributes, self.line))
        else:
            self._outside += 1
            self._record_text = 0
        self._check_attributes(attributes)

    def _check_attributes(self, attributes: dict[str, str]) -> None:
        for name, value in attributes.items():
            self._record_text += len(name) + len(value)
        if len(attributes) > MAX_ATTRIBUTES:
            raise too_large("xml-too-many-attributes", line=self.line)
        if self._record_text > MAX_RECORD_TEXT:
            raise too_large("xml-too-much-text", line=self.line)

    def _refuse(self, name: str) -> None:
        if len(name) > MAX_NAME:
            raise too_large("xml-name-too-long", line=self.line)
        if self._record_elements > MAX_RECORD_ELEMENTS:
            raise too_large("xml-too-many-values", line=self.line)
        if self._elements > MAX_ELEMENTS:
            raise too_large("xml-too-many-elements", line=self.line)
        raise too_large("xml-too-deep", line=self.line)

    def _end(self, _name: str) -> None:
        inside = self._open
        if self._passing:
            self._passing -= 1
            if not self._passing:
                self._parser.CharacterDataHandler = self._text
        elif not inside:
            self._outside -= 1
        elif len(inside) > 1:
            inside.pop()
        else:
            self._elements += self._record_elements
            self._done.append(inside.pop())

    def _text(self, text: str) -> None:
        if self._open:
            self._record_text += len(text)
            if self._record_text > MAX_RECORD_TEXT:
                raise too_large("xml-too-much-text", line=self.line)
            self._open[-1].text += text

    def _comment(self, text: str) -> None:
        if self._on_comment is not None and not self._open:
            self._on_comment(text[:2_000])

    def _doctype(
        self, _name: str, system: str | None, public: str | None, has_declarations: int
    ) -> None:
        if has_declarations:
            raise bad_file("xml-own-entities", line=self.line)
        if public or (system and _LOCAL_DTD.fullmatch(system) is None):
            raise bad_file("xml-foreign-doctype", line=self.line)

    def _entity(self, *_: object) -> None:
        raise bad_file("xml-own-entities", line=self.line)

    def _unknown(self, _name: str, _is_parameter: int) -> None:
        raise bad_file("xml-unknown-entity", line=self.line)


_CUT: Final = frozenset({
    expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS],
    expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_TOKEN],
    expat.errors.codes[expat.errors.XML_ERROR_PARTIAL_CHAR],
    expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION],
})  # fmt: skip
_REASONS: Final = {
    expat.errors.codes[expat.errors.XML_ERROR_TAG_MISMATCH]: "xml-crossed-tags",
    expat.errors.codes[expat.errors.XML_ERROR_UNDEFINED_ENTITY]: "xml-unknown-entity",
    expat.errors.codes[expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT]: "xml-after-end",
    expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN]: "xml-bad-character",
}


# -- Octets to text --------------------------------------------------------------------------------


def _decoded(chunks: Iterable[bytes], line: Callable[[], int]) -> Iterator[str]:
    """Text without declaration, its entities of HTML replaced; pieces of bounded size."""
    held = ""
    for text in _texts(chunks, line):
        whole = held + text
        # A name that goes on in the next piece waits for it.
        unfinished = _OPEN_NAME.search(whole, max(len(whole) - 12, 0))
        held = unfinished.group() if unfinished else ""
        yield _NAMED.sub(_letter, whole[: len(whole) - len(held)])
    if held:
        yield held


def _letter(match: re.Match[str]) -> str:
    name = match[1]
    if name in _XML_NAMES or name not in name2codepoint:
        return match[0]
    return chr(name2codepoint[name])


def _texts(chunks: Iterable[bytes], line: Callable[[], int]) -> Iterator[str]:
    pieces = _pieces(chunks)
    start = next(pieces, b"")
    for mark, name in _MARKS:
        if start.startswith(mark):
            decoder: _Decoder = _Decoder(name, line, is_certain=True)
            start = start[len(mark) :]
            break
    else:
        decoder = _Decoder(_declared(start), line)
    text = decoder.decode(start)
    declaration = _DECLARATION.match(text.lstrip())
    if declaration is not None:  # some exports write blanks, even lines, before it
        before = len(text) - len(text.lstrip())
        removed = text[: before + declaration.end()]
        text = "\n" * removed.count("\n") + text[len(removed) :]
    yield text
    for piece in pieces:
        yield decoder.decode(piece)
    yield decoder.decode(b"", is_last=True)


def _declared(start: bytes) -> str:
    """The encoding that the declaration names. BAD_FILE for one that no export uses."""
    found = _DECLARATION.match(start[:400].decode("latin-1").lstrip())
    named = _ENCODING.search(found[0]) if found is not None else None
    name = named[1].strip().lower() if named is not None else ""
    if name not in _ENCODINGS:
        raise bad_file("xml-encoding", line=1)
    return _ENCODINGS[name]


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Chunks of PIECE octets but for the last, whatever came: the first holds the declaration."""
    held = bytearray()
    for chunk in chunks:
        held += chunk
        while len(held) >= PIECE:
            yield bytes(held[:PIECE])
            del held[:PIECE]
    if held:
        yield bytes(held)


class _Decoder:
    """Decodes by what the octets are, the declaration being one opinion among others.

    It is not believed once octets beyond ASCII contradict it: text that is UTF-8 of Latin letters
    in a whole piece is no accident, and octets that are no UTF-8 are ISO-8859-15. What changes
    its mind later in the file is damaged.
    """

    def __init__(self, encoding: str, line: Callable[[], int], *, is_certain: bool = False) -> None:
        self._encoding = encoding
        self._line = line
        self._is_certain = is_certain
        self._decoder = codecs.getincrementaldecoder(encoding)("strict")
        self._held = b""  # the first octets of a character that goes on

    def decode(self, octets: bytes, *, is_last: bool = False) -> str:
        """Text of a piece. BAD_FILE."""
        if not self._is_certain:
            octets = self._held + octets
            self._held = b""
            if octets.isascii():
                return octets.decode("ascii")
            self._decide(octets, is_last=is_last)
        try:
            text = self._decoder.decode(octets, is_last)
        except UnicodeDecodeError as error:
            before = octets[: error.start].count(b"\n")
            raise bad_file("xml-bad-octets", line=self._line() + before) from None
        return text.translate(_WINDOWS) if self._encoding == "iso-8859-15" else text

    def _decide(self, octets: bytes, *, is_last: bool) -> None:
        self._is_certain = True
        try:
            text, _ = codecs.utf_8_decode(octets, "strict", is_last)
        except UnicodeDecodeError as error:
            before = octets[: error.start]
            # What was letters in UTF-8 until here is not ISO-8859-15: it is damaged.
            if self._encoding == "utf-8" and (
                before.isascii() or not _LATIN.fullmatch(before.decode())
            ):
                self._use("iso-8859-15")
            return
        if self._encoding != "utf-8" and not text.isascii() and _LATIN.fullmatch(text):
            self._use("utf-8")

    def _use(self, encoding: str) -> None:
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)("strict")
