"""Octets of a declared (or misdeclared) charset to text. Pure, linear, never raises.

Rule 1: only codecs named here ever run: ``charset=zlib`` or ``rot13`` reaches no codec.
Rule 2: what comes out is safe to store and draw: no NUL, no lone surrogate.

The names people write are mapped as the WHATWG Encoding standard does (iso-8859-1 is cp1252, gb2312
is gb18030 ...), and a declaration that the octets contradict is not believed.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from mel_desktop.model.patterns import late

# Declared name (normalised: lower case, "_" as "-") -> Python codec.
ALIASES: Final = {
    "utf8": "utf-8", "utf-8": "utf-8", "unicode-1-1-utf-8": "utf-8", "utf-8mb4": "utf-8",
    "utf-8-sig": "utf-8", "cp65001": "utf-8", "unicode": "utf-16", "csunicode": "utf-16",
    "utf-16-le": "utf-16-le", "utf-16-be": "utf-16-be", "utf-32-le": "utf-32-le",
    "utf-32-be": "utf-32-be", "utf16": "utf-16", "utf32": "utf-32", "utf-16": "utf-16",
    "utf-16le": "utf-16-le", "utf-16be": "utf-16-be", "ucs-2": "utf-16",
    "iso-10646-ucs-2": "utf-16", "utf-32": "utf-32", "utf-32le": "utf-32-le",
    "utf-32be": "utf-32-be", "utf-7": "utf-7", "utf7": "utf-7", "unicode-1-1-utf-7": "utf-7",
    "x-unicode-2-0-utf-7": "utf-7",
    "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "iso-8859-1-windows-latin-1": "cp1252",
    "latin1": "cp1252", "latin-1": "cp1252", "l1": "cp1252", "iso-latin-1": "cp1252",
    "iso-8859-1:1987": "cp1252", "cp819": "cp1252", "ibm819": "cp1252", "iso-ir-100": "cp1252",
    "8859-1": "cp1252", "iso-8859": "cp1252", "iso88591": "cp1252", "iso-88591": "cp1252",
    "cp1252": "cp1252", "cp-1252": "cp1252", "windows1252": "cp1252", "windows-1252": "cp1252",
    "x-cp1252": "cp1252", "win-1252": "cp1252", "ms-ansi": "cp1252", "1252": "cp1252",
    "ansi": "cp1252", "x-ansi": "cp1252", "iso-8859-8-i": "cp1255", "iso-8859-8-e": "cp1255",
    "latin2": "iso-8859-2", "latin9": "iso-8859-15", "latin-9": "iso-8859-15",
    "iso8859-15": "iso-8859-15", "iso-8859-15-euro": "iso-8859-15", "l9": "iso-8859-15",
    "latin5": "cp1254", "iso-8859-9": "cp1254", "iso8859-9": "cp1254", "iso-8859-11": "cp874",
    "tis-620": "cp874", "windows-874": "cp874", "dos-874": "cp874",
    "x-mac-roman": "mac-roman", "macintosh": "mac-roman", "mac": "mac-roman",
    "macroman": "mac-roman", "x-mac-cyrillic": "mac-cyrillic", "ibm437": "cp437",
    "ibm850": "cp850", "cp-850": "cp850", "ibm852": "cp852", "ibm866": "cp866", "koi8": "koi8-r",
    "koi8-ru": "koi8-u", "cskoi8r": "koi8-r", "x-koi8-r": "koi8-r",
    "shift-jis": "cp932", "shiftjis": "cp932", "sjis": "cp932", "x-sjis": "cp932",
    "ms-kanji": "cp932", "windows-31j": "cp932", "cp932": "cp932", "cp943c": "cp932",
    "euc-jp": "euc-jp", "x-euc-jp": "euc-jp", "eucjp": "euc-jp", "ujis": "euc-jp",
    "iso-2022-jp": "iso2022-jp-ext", "csiso2022jp": "iso2022-jp-ext",
    "cp50220": "iso2022-jp-ext", "cp50221": "iso2022-jp-ext", "jis": "iso2022-jp-ext",
    "iso-2022-jp-1": "iso2022-jp-ext", "iso-2022-jp-2": "iso2022-jp-2",
    "iso-2022-jp-3": "iso2022-jp-3", "iso-2022-jp-2004": "iso2022-jp-2004",
    "iso-2022-kr": "iso2022-kr", "euc-kr": "cp949", "ks-c-5601-1987": "cp949", "ksc5601": "cp949",
    "ks-c-5601": "cp949", "ks-c-5601-1989": "cp949", "korean": "cp949", "uhc": "cp949",
    "cp949": "cp949", "windows-949": "cp949", "johab": "johab",
    "gb2312": "gb18030", "gb-2312": "gb18030", "gb-2312-80": "gb18030", "gbk": "gb18030",
    "x-gbk": "gb18030", "cp936": "gb18030", "windows-936": "gb18030", "gb18030": "gb18030",
    "euc-cn": "gb18030", "chinese": "gb18030", "hz-gb-2312": "hz", "hz": "hz",
    "big5": "big5hkscs", "big-5": "big5hkscs", "x-x-big5": "big5hkscs", "cn-big5": "big5hkscs",
    "big5-hkscs": "big5hkscs", "cp950": "cp950", "windows-950": "cp950", "viscii": "cp1258",
    "iso-2022-jp-ms": "iso2022-jp-ext", "csgb2312": "gb18030", "csiso58gb231280": "gb18030",
    "big5hkscs": "big5hkscs", "csbig5": "big5hkscs", "big5-eten": "big5hkscs", "cseuckr": "cp949",
    "csksc56011987": "cp949", "cseucpkdfmtjapanese": "euc-jp", "csshiftjis": "cp932",
    "csiso2022kr": "iso2022-kr", "csunicode11utf7": "utf-7", "utf-8-mac": "utf-8",
    "x-utf-8": "utf-8", "utf": "utf-8", "csutf8": "utf-8", "iso-10646-1": "utf-8",
    "csisolatin1": "cp1252", "csiso88591": "cp1252", "csisolatin2": "iso-8859-2",
    "csisolatin5": "cp1254", "csisolatin9": "iso-8859-15", "csisolatincyrillic": "iso-8859-5",
    "csisolatingreek": "iso-8859-7", "csisolatinhebrew": "iso-8859-8",
    "csisolatinarabic": "iso-8859-6", "csmacintosh": "mac-roman", "csibm866": "cp866",
    "cyrillic": "iso-8859-5", "greek": "iso-8859-7", "greek8": "iso-8859-7",
    "ecma-118": "iso-8859-7", "elot-928": "iso-8859-7", "sun-eu-greek": "iso-8859-7",
    "hebrew": "iso-8859-8", "visual": "iso-8859-8", "logical": "cp1255", "arabic": "iso-8859-6",
    "asmo-708": "iso-8859-6", "ecma-114": "iso-8859-6", "latin3": "iso-8859-3",
    "latin4": "iso-8859-4", "latin6": "iso-8859-10", "dos-866": "cp866", "dos-862": "cp862",
    "dos-850": "cp850", "dos-437": "cp437", "x-cp437": "cp437", "x-cp850": "cp850",
    "windows-1252http-equivcontent-type": "cp1252",
}  # fmt: skip
# Families whose members need no alias: the declared number is the codec's.
_NUMBERED: Final = late(
    r"(?:x-)?(?:(?P<iso>iso-?8859-?)|(?P<win>windows-?|win-?|cp-?|x-cp-?|ibm-?|cswindows))(?P<n>\d{1,4})"
    r"(?:-[a-z])?"
)
_ISO: Final = frozenset({2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16})
_PAGES: Final = frozenset({
    437, 720, 737, 775, 850, 852, 855, 857, 858, 860, 861, 862, 863, 864, 865, 866, 869, 1250,
    1251, 1253, 1254, 1255, 1256, 1257, 1258, 1006, 1026, 1140,
})  # fmt: skip
_PLAIN: Final = frozenset({"koi8-r", "koi8-u", "koi8-t", "hp-roman8", "ptcp154", "mac-roman"})
# Declarations that say nothing.
_SILENT: Final = frozenset({
    "", "us-ascii", "ascii", "usascii", "ansi-x3.4-1968", "iso646-us", "us", "7bit", "8bit",
    "binary", "unknown", "unknown-8bit", "x-unknown", "default", "default-charset", "none", "null",
    "x-user-defined", "iso-ir-6", "csascii", "quoted-printable", "base64", "text",
})  # fmt: skip
_LYING: Final = frozenset({"cp1252", "iso-8859-15", "mac-roman"})  # Western labels put on UTF-8
_CHARSET_CAP: Final = 60


@lru_cache(maxsize=256)
def codec_of(declared: str) -> str:
    """The codec for a declared name; "" when the name says nothing or is not known."""
    name = declared[: _CHARSET_CAP * 2].strip(" \t\"'<>;,").lower().replace("_", "-")
    name = name.split("*", 1)[0].split(" ", 1)[0].rstrip("?;,$")[:_CHARSET_CAP]
    if name.startswith("iso-8859-") and ":" in name:  # the year of the standard
        name = name.split(":", 1)[0]
    if name.startswith("charset="):
        name = name[8:].strip("\"'")
    if name in _SILENT:
        return ""
    if "." in name and len(name) > 6 and name[2] == "-" and name[5] == ".":
        name = name[6:]  # of a locale: fr_FR.ISO-8859-1
    found = ALIASES.get(name)
    if found or name in _PLAIN:
        return found or name
    match = _NUMBERED.fullmatch(name)
    if match:
        number = int(match["n"])
        if match["iso"]:
            return {1: "cp1252", 9: "cp1254", 11: "cp874"}.get(
                number, f"iso-8859-{number}" if number in _ISO else ""
            )
        if number in _PAGES:
            return f"cp{number}"
        return {
            1252: "cp1252", 874: "cp874", 932: "cp932", 936: "gb18030", 949: "cp949",
            950: "cp950", 65001: "utf-8", 819: "cp1252", 10000: "mac-roman",
        }.get(number, "")  # fmt: skip
    return ""


def is_known(declared: str) -> bool:
    """Whether the declaration says nothing, or names a charset that we know."""
    return not declared.strip() or bool(codec_of(declared)) or declared.strip().lower() in _SILENT


def decode_text(data: bytes, declared: str = "") -> str:
    """Text of octets. A wrong, unknown or missing declaration is replaced by a guess."""
    if not data:
        return ""
    codec = codec_of(declared)
    if codec == "utf-8" and data[0] < 0xEF:  # no mark
        return _utf8(data)
    codec = _with_mark(data) or codec
    if codec in ("utf-16", "utf-32", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        return _wide(data, codec)
    if codec.startswith("iso2022") or codec in ("hz", "utf-7"):
        if not data.isascii():  # these have no octet over 127
            return _guess(data)
        return clean(data.decode(codec, "replace"))
    if not codec:
        return _guess(data)
    if codec == "utf-8":
        return _utf8(data)
    if codec in _LYING and _is_utf8(data):
        return clean(data.decode("utf-8"))
    if codec == "cp1252":
        return _western(data)
    try:
        return clean(data.decode(codec))
    except (UnicodeDecodeError, ValueError):
        if _is_utf8(data):
            return clean(data.decode("utf-8"))
        return clean(data.decode(codec, "replace"))


def decode_raw(data: bytes) -> str:
    """Undeclared octets, as headers hold them: UTF-8 if they are, else Western."""
    return _guess(data)


def clean(text: str) -> str:
    """Without NUL and lone surrogates, which neither SQLite nor Qt can hold."""
    text = text.removeprefix("\ufeff")
    if "\x00" in text or _has_surrogates(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        text = text.replace("\x00", "")
    return text


def _decoded(text: str) -> str:
    """``clean`` for what a decoder made that lets no surrogate pass."""
    text = text.removeprefix("\ufeff")
    return text.replace("\x00", "") if "\x00" in text else text


def _has_surrogates(text: str) -> bool:
    try:
        text.encode()  # much quicker than looking for them
    except UnicodeEncodeError:
        return True
    return False


def _with_mark(data: bytes) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) and len(data) % 2 == 0:
        return "utf-16"
    return ""


def _wide(data: bytes, codec: str) -> str:
    if data.count(0) * 8 < len(data) and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode(codec, "replace")
        if "\ufffd" in text or data.isascii():
            return _guess(data)  # declared wide, but written octet by octet
        return clean(text)
    if codec == "utf-16" and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        codec = "utf-16-be" if data[0] == 0 else "utf-16-le"
    return clean(data.decode(codec, "replace"))


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        # a text cut by a length limit may end inside a character
        return error.start >= len(data) - 3 and error.start > 8 and (
            not data[: error.start].isascii()
        ) and error.reason == "unexpected end of data"  # fmt: skip
    return True


def _utf8(data: bytes) -> str:
    try:
        return _decoded(data.decode("utf-8"))
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    right = sum(1 for char in text if char > "\x7f" and char != "\ufffd")
    if right >= text.count("\ufffd"):  # some octets broken, but UTF-8 it is
        return clean(text)
    western = _western(data)
    written = {char for char in western if char > "\x7f"}
    return western if written <= _WRITTEN else clean(text)


# What people of Western Europe write: other letters mean that UTF-8 was cut, not misdeclared.
_WRITTEN: Final = frozenset(
    "àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿœšžÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝŸŒŠŽßºª«»‘’‚“”„–—…•€£°§©®™·´\u00a0¡¿"
)


def _guess(data: bytes) -> str:
    if data.isascii():
        if b"\x1b" in data and (b"\x1b$" in data or b"\x1b(J" in data):
            return clean(data.decode("iso2022-jp-ext", "replace"))
        text = data.decode("ascii")
        return text.replace("\x00", "") if "\x00" in text else text
    if _is_utf8(data):
        return _decoded(data.decode("utf-8", "replace"))
    return _western(data)


def _western(data: bytes) -> str:
    try:
        return clean(data.decode("cp1252"))
    except UnicodeDecodeError:  # five octets mean nothing in cp1252
        return clean("".join(map(_WESTERN.__getitem__, data)))


_WESTERN: Final = tuple(
    bytes([octet]).decode("cp1252", "ignore") or "\ufffd" for octet in range(256)
)


def is_valid_utf8(octets: bytes | bytearray) -> bool:
    """Whether all of them are UTF-8, nothing cut."""
    try:
        octets.decode()
    except UnicodeDecodeError:
        return False
    return True
