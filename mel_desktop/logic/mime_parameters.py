"""Parameters of Content-Type and Content-Disposition (RFC 2045 5.1, 2183, 2231), and file names.

Linear and capped; understands the mixtures of RFC 2231 and 2047 that are really sent.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from mel_desktop.logic.mime_charsets import clean, codec_of, decode_raw, decode_text, is_valid_utf8
from mel_desktop.logic.mime_words import decode_words, one_line
from mel_desktop.model.patterns import late

PARAMETER_CAP: Final = 2000  # parameters of one field, continuations counted
KNOWN_CAP: Final = 60  # letters of a field that is remembered
NAME_CAP: Final = 180  # octets of a file name, UTF-8: file systems stop at 255

_TOKEN: Final = late(
    r"""\s*(?P<name>[^\s=;"]{1,100})\s*=\s*(?:"(?P<quoted>(?:[^"\\]++|\\.)*+)"?(?P<tail>[^;]*)|(?P<bare>[^;]*))""",
    re.S,
)
# where somebody forgot the semicolon
_NEXT: Final = late(r"\s(?:(?:file)?name\*?|charset|boundary|[a-z-]{1,40}\*\d{0,5}\*?)\s*=", re.I)
_VALUE: Final = late(r"\s*([^\s()=]{1,200})\s+(?:\(|([^\s()=;]{1,100}\s*=))")
_COMMENT: Final = late(r"\s*\([^()]{0,200}\)\s*")
_SLASH: Final = late(r"\s*/\s*")
_SECTION: Final = late(r"(?P<base>[^*]+)(?:\*(?P<index>0|[1-9]\d{0,4}))?(?P<coded>\*)?")
_PERCENT: Final = late(rb"%([0-9A-Fa-f]{2})")
_ESCAPE: Final = late(r"\\(.?)", re.S)
_PATH_ESCAPE: Final = late(r'\\(["\\])')
_PATH: Final = late(r"[A-Za-z]:\\|\\\\")  # what mailers of Windows wrote unescaped
_RESERVED: Final = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$", "clock$"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"}
)
_FORBIDDEN: Final = late(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f]')
_INVISIBLE: Final = late("[\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")


def parse_field(body: str) -> tuple[str, Mapping[str, str]]:
    """``value; name=value ...`` to (value, parameters), names in lower case, values decoded."""
    return _known_field(body) if is_remembered(body) else _parsed_field(body)


def is_remembered(body: str) -> bool:
    """Whether what a field says may be kept in memory: it is short and names no file."""
    return len(body) <= KNOWN_CAP and "name" not in body


@lru_cache(maxsize=256)
def _known_field(body: str) -> tuple[str, Mapping[str, str]]:
    """A few fields stand in nearly all messages, twice in each: read once."""
    return _parsed_field(body)


def _parsed_field(body: str) -> tuple[str, Mapping[str, str]]:
    value, _, rest = body.partition(";")
    if " " in value.strip() and (first := _VALUE.match(value)):
        value = first[1]  # a comment behind it, or parameters without a semicolon before them
        rest = body[first.start(2) :] if first[2] else rest
    pairs: list[tuple[str, str]] = []
    position = 0
    while len(pairs) < PARAMETER_CAP and position < len(rest):
        match = _TOKEN.match(rest, position)
        if match is None:
            following = rest.find(";", position)
            if following < 0:
                break
            position = following + 1
            continue
        quoted = match["quoted"]
        position = match.end() + 1
        if quoted is None:
            bare = match["bare"]
            if "=" in bare and (following_one := _NEXT.search(bare)):
                position = match.start("bare") + following_one.start() + 1
                bare = bare[: following_one.start()]
            text = bare.strip()
            if text.endswith(")") and "name" not in match["name"].lower():
                text = _COMMENT.sub("", text)  # a file may be called "copie (1)"
        else:
            text = (_PATH_ESCAPE if _PATH.match(quoted) else _ESCAPE).sub(r"\1", quoted)
        pairs.append((match["name"].lower(), text))
    if "/" in value and (" " in value or "\t" in value):
        value = _SLASH.sub("/", _COMMENT.sub("", value))
    return value.strip().lower(), MappingProxyType(decode_parameters(pairs))


def decode_parameters(pairs: Iterable[tuple[str, str | bytes]]) -> dict[str, str]:
    """Raw (name, value) pairs, as in a field or a BODYSTRUCTURE, to decoded parameters."""
    plain: dict[str, str] = {}
    whole: dict[str, str] = {}  # name*=
    sections: dict[str, dict[int, tuple[str, bool]]] = {}
    for count, (name, raw) in enumerate(pairs):
        if count >= PARAMETER_CAP:
            break
        value = decode_raw(raw) if isinstance(raw, bytes) else raw
        name = name.lower()
        match = _SECTION.fullmatch(name) if "*" in name else None
        if match is None:
            plain.setdefault(name, value)
        elif match["index"] is None:
            whole.setdefault(match["base"], value)
        else:
            found = sections.setdefault(match["base"], {})
            found.setdefault(int(match["index"]), (value, bool(match["coded"])))
    out = {name: decode_words(value) for name, value in plain.items()}
    for base, found in sections.items():
        _prefer(out, base, _join(found))
    for base, value in whole.items():  # as Thunderbird does: it beats the pieces
        if base in sections:
            out.pop(base, None)
        _prefer(out, base, _join({0: (value, True)}))
    return out


def _prefer(out: dict[str, str], base: str, joined: tuple[str, bool]) -> None:
    """An extended value instead of the plain one, unless its octets are broken."""
    text, is_broken = joined
    if text and (base not in out or not is_broken):
        out[base] = text


def _join(found: Mapping[int, tuple[str, bool]]) -> tuple[str, bool]:
    """(value, whether its octets contradict its charset)."""
    charset = ""
    octets = bytearray()
    any_coded = False
    for index in range(len(found)):
        if index not in found:
            break  # a gap: what follows belongs to nothing
        value, coded = found[index]
        if coded and index == 0:
            charset, value = _charset_of(value)
        any_coded = any_coded or coded
        raw = value.encode("utf-8", "replace")
        octets += _PERCENT.sub(lambda hit: bytes([int(hit[1], 16)]), raw) if coded else raw
    if not any_coded:
        return decode_words(octets.decode("utf-8", "replace")), False
    is_broken = codec_of(charset) == "utf-8" and not is_valid_utf8(octets)
    return decode_words(_declared_text(bytes(octets), charset)), is_broken


def _charset_of(value: str) -> tuple[str, str]:
    """(charset, value) of charset'language'value; one apostrophe is found too."""
    first = value.split("'", 2)
    if len(first) == 3:
        return first[0], first[2]
    if len(first) == 2 and codec_of(first[0]):
        return first[0], first[1]
    return "", value


def _declared_text(octets: bytes, charset: str) -> str:
    """A charset that is written into the value itself is believed where it can be."""
    codec = codec_of(charset)
    if not codec.startswith(("cp125", "iso-8859")):
        return decode_text(octets, charset if codec else "")
    return clean(octets.decode(codec, "replace"))


def safe_filename(name: str, media_type: str = "") -> str:
    """A name that may be suggested for saving: no path, nothing hidden, nothing reserved."""
    name = unicodedata.normalize("NFC", one_line(name)[:2000])
    name = _INVISIBLE.sub("", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = _FORBIDDEN.sub("_", name)
    name = re.sub(r"\s+", " ", name).strip(" .")
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 20:
        stem, extension = name, ""
    stem = stem.strip(" ")
    if stem.split(".", 1)[0].strip(" ").lower() in _RESERVED:
        stem = f"_{stem}"
    if not stem:
        stem = "message" if media_type == "message/rfc822" else "fichier"
    if not extension and media_type in _EXTENSIONS and not name:
        extension = _EXTENSIONS[media_type]
    ending = f".{extension}" if extension else ""
    room = NAME_CAP - len(ending.encode())
    stem = stem.encode()[:room].decode("utf-8", "ignore").rstrip(" .") or "fichier"
    return stem + ending


_EXTENSIONS: Final = {
    "message/rfc822": "eml", "text/plain": "txt", "text/html": "html", "text/calendar": "ics",
    "text/csv": "csv", "text/vcard": "vcf", "text/x-vcard": "vcf", "application/pdf": "pdf",
    "image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp",
    "application/zip": "zip", "application/msword": "doc", "application/rtf": "rtf",
}  # fmt: skip
