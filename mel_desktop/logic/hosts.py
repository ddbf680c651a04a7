"""Names of hosts: where the part that somebody owns begins, and letters that deceive.

What may stand together in one label follows UTS 39 (Unicode security) sections 4 and 5.2,
"highly restrictive" with Latin limited to ASCII beside other scripts; what browsers refuse besides
(whole labels of look-alikes, marks that nobody sees, digits of other scripts, names of well-known
sites with accents) is judged the same way. Scripts are taken from the names of characters.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

from mel_desktop.model.patterns import late

# Suffixes of more than one label under which anybody may have a name: those that mail to a French
# school meets. A whole public suffix list is 250 kB and would need bringing up to date; where one
# is missing here the last two labels count, which warns less, never of an honest link.
_SUFFIXES: Final = frozenset(
    one
    for row in (
        "asso.fr com.fr gouv.fr nom.fr prd.fr tm.fr avocat.fr co.uk org.uk ac.uk gov.uk me.uk",
        "ltd.uk plc.uk sch.uk com.br com.au net.au org.au com.tr com.cn com.mx com.ar com.tn",
        "co.jp co.in co.za co.nz co.kr com.sg com.hk com.tw com.pl com.ua com.ru co.il com.my",
        "com.ng com.co com.pe com.vn com.ph com.sa com.eg asso.re com.re github.io gitlab.io",
        "netlify.app vercel.app pages.dev workers.dev web.app firebaseapp.com herokuapp.com",
        "azurewebsites.net blogspot.com blogspot.fr wordpress.com weebly.com wixsite.com",
        "webflow.io glitch.me repl.co onrender.com surge.sh cloudfront.net",
        "blob.core.windows.net web.core.windows.net free.fr duckdns.org no-ip.org ddns.net",
        "eu.org translate.goog myshopify.com r2.dev s3.amazonaws.com amazonaws.com",
    )
    for one in row.split()
)
# Names of sites that letters of other alphabets are made to look like.
WELL_KNOWN: Final = frozenset(
    one
    for row in (
        "google gmail youtube facebook instagram whatsapp twitter linkedin microsoft office",
        "outlook live hotmail apple icloud amazon paypal netflix yahoo wikipedia orange",
        "laposte wanadoo impots ameli service-public education pronote index-education",
        "ecoledirecte kosmos pix eduscol cned reseau-canope canope onisep parcoursup",
        "chorus-pro renater mgen maif casden creditmutuel credit-agricole societegenerale",
        "bnpparibas caisse-epargne banquepostale boursorama dropbox wetransfer zoom docusign",
        "adobe ovh free sfr github gitlab chrome",
    )
    for one in row.split()
)
_LATIN_LOOKS_CYRILLIC: Final = frozenset("асԁеһіјӏорԛѕԝхуъьҽпгѵѡызюбвдкмтнчшяӕґԍԗ")
_LIKE_WHOLLY: Final = {
    "ARMENIAN": frozenset("ագզէլհյոսվւցօքեթիկձնպջ"),
    "ETHIOPIC": frozenset("ሀሠሰስበተኣከወዐዘየደጠጸፀቀቐዕዖ"),
    "GEORGIAN": frozenset("იოყძხჽჿგ"),
    "GREEK": frozenset("αικνορυωετπγηχμβ"),
    "HEBREW": frozenset("דוחיןסװײ׳ﬦ"),
    "BENGALI": frozenset("০৪৭"),
    "GURMUKHI": frozenset("੦੧੨੮"),
    "THAI": frozenset("ทนบพรหเแ๐ดลปฟม"),
    "KHMER": frozenset("០"),
    "LAO": frozenset("ຈນບວ໐"),
}
# Countries and alphabets where a whole label of these is everyday writing.
_AT_HOME: Final = {
    "CYRILLIC": frozenset(one for row in (
        "ru su ua by bg kz kg mn mk rs uz bel ею мон мкд орг сайт онлайн дети рф рус укр қаз",
        "срб бел бг москва католик ком",
    ) for one in row.split()),
    "GREEK": frozenset(["gr", "cy", "ελ", "ευ"]),
    "ARMENIAN": frozenset(["am", "հայ"]),
    "GEORGIAN": frozenset(["ge", "გე"]),
    "ETHIOPIC": frozenset(["er", "et"]),
    "HEBREW": frozenset(["il", "he", "ישראל", "קום"]),
    "THAI": frozenset(["th", "ไทย"]),
    "BENGALI": frozenset(["in", "bd", "বাংলা", "ভারত"]),
    "GURMUKHI": frozenset(["in", "ਭਾਰਤ"]),
    "KHMER": frozenset(["kh"]),
    "LAO": frozenset(["la", "ລາວ"]),
}  # fmt: skip
_ALLOWED_WORDS: Final = frozenset({"курс", "ск-центр"})
_SCRIPTS: Final = frozenset(
    one
    for row in (
        "LATIN GREEK CYRILLIC ARMENIAN HEBREW ARABIC DEVANAGARI BENGALI GURMUKHI GUJARATI",
        "ORIYA TAMIL TELUGU KANNADA MALAYALAM SINHALA THAI LAO TIBETAN MYANMAR GEORGIAN",
        "HANGUL ETHIOPIC KHMER HIRAGANA KATAKANA BOPOMOFO CJK THAANA",
    )
    for one in row.split()
)
_JAPANESE: Final = frozenset({"HIRAGANA", "KATAKANA", "CJK"})
_TOGETHER: Final = (_JAPANESE, frozenset({"HANGUL", "CJK"}), frozenset({"BOPOMOFO", "CJK"}))
_LETTER_NUMBER: Final = frozenset("зӡҙээΘθ०੨૨೭๐០২৪੪")
# Letters of Latin that are one letter only to those who know them.
_ODD_LATIN: Final = late(
    "[\u0138\u0149\u017f\u0180-\u018e\u0190-\u019f\u01a2-\u01ae\u01b1-\u01cc\u01dd\u01e4\u01e5"
    "\u01f0-\u01f3\u01f7\u01bf\u021c\u021d\u0220-\u0225\u0234-\u0250\u0251\u0252\u0254-\u0258\u025a"
    "-\u02af\u1d00-\u1dbf\u2c60-\u2c7f\ua720-\ua7ff\uab30-\uab6f\uff00-\uff5f]"
)
_DOTTED: Final = late("[ijl\u0131\u0237]\u0307|[\u0131\u0237][\u0300-\u036f]")
_JAPANESE_MARKS: Final = late(
    "(?<![\u3041-\u3096\u30a1-\u30fa\u30fc])\u30fc|(?<![\u30a1-\u30fa])[\u30fd\u30fe]"
    "|[a-z]\u30fb|\u30fb[a-z]|[\u30a1-\u30fa\u30fc][\u3078\u3079\u307a](?=[\u30a1-\u30fa\u30fc])"
    "|(?:(?<=[^\u3041-\u30ff\u3400-\u9fff\u3005-\u3007])|(?<=^))[\u30ce\u30f3\u30bd\u30be\u4e36"
    "](?=[^\u3041-\u30ff\u3400-\u9fff]|$)"
    "|[a-z0-9][\u30cb\u4e00\u30fc\u4e8c\u5de5\u53e3\u30ed\u30a8](?=[a-z0-9])"
)
_NOT_IN_NAMES: Final = late(
    "[\u00a0-\u00b6\u00b8-\u00bf\u00d7\u00f7\u02b0-\u02ff\u0375\u05f3\u05f4\u2000-\u206f\u20a0-\u2bff"
    "\u2e00-\u2e7f\u3000-\u3004\u3008-\u3020\u3030\ufe00-\ufe0f\ufe50-\ufeff\ufff0-\uffff]"
)
_LIKE: Final = str.maketrans({
    "а": "a", "ɑ": "a", "α": "a", "в": "b", "ь": "b", "ϲ": "c", "с": "c", "ԁ": "d", "đ": "d",
    "ð": "d", "ɗ": "d", "е": "e", "є": "e", "ε": "e", "ҽ": "e", "ə": "e", "ɡ": "g", "һ": "h",
    "ħ": "h", "і": "i", "ı": "i", "ι": "i", "ɩ": "i", "ӏ": "l", "ł": "l", "ŀ": "l", "ɫ": "l",
    "ј": "j", "κ": "k", "к": "k", "ĸ": "k", "ƙ": "k", "м": "m", "ո": "n", "п": "n", "η": "n",
    "ŋ": "n", "о": "o", "ο": "o", "σ": "o", "օ": "o", "ø": "o", "ө": "o", "ơ": "o", "р": "p",
    "ρ": "p", "þ": "p", "ԛ": "q", "г": "r", "ѕ": "s", "ꜱ": "s", "ß": "b", "т": "t", "τ": "t",
    "ŧ": "t", "υ": "u", "ս": "u", "ц": "u", "ν": "v", "ѵ": "v", "ԝ": "w", "ω": "w", "ѡ": "w",
    "х": "x", "χ": "x", "у": "y", "γ": "y", "ү": "y", "ʏ": "y", "ƶ": "z", "ʐ": "z", "æ": "ae",
    "œ": "oe", "з": "3", "ӡ": "3", "१": "1", "ც": "g", "հ": "h", "կ": "u", "ʼ": "", "·": "",
})  # fmt: skip
_ASCII_LIKE: Final = (("rn", "m"), ("vv", "w"), ("0", "o"), ("1", "l"), ("cl", "d"))


def unicode_label(label: str) -> str | None:
    """What a label shows; None where the punycode is broken (RFC 3492)."""
    if not label.startswith("xn--"):
        return label
    try:
        shown = label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return None
    if shown.isascii() or len(shown) > 63:
        return None
    return shown


@lru_cache(maxsize=512)
def shown_host(host: str) -> str:
    """A host with its letters, as far as they can be read."""
    return ".".join(unicode_label(label) or label for label in host.lower().split("."))


def ascii_host(host: str) -> str:
    """The form that goes over the wire; the host itself where it has none."""
    try:
        return ".".join(
            label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")
            for label in unicodedata.normalize("NFKC", host).lower().split(".")
        )
    except UnicodeError:
        return host


def readable_host(host: str) -> str:
    """A host with its letters, and its form on the wire where that differs."""
    shown = shown_host(host)
    wire = ascii_host(host)
    return shown if shown == wire else f"{shown} ({wire})"


def registrable(host: str) -> str:
    """The domain that one owner has; the host itself for numbers and single names."""
    plain = host.strip(".").lower()
    labels = plain.split(".")
    if len(labels) < 3 or ":" in plain or labels[-1].isdigit():
        return plain
    for kept in (3, 2):
        if ".".join(labels[-kept:]) in _SUFFIXES:
            return ".".join(labels[-kept - 1 :])
    return ".".join(labels[-2:])


def same_site(one: str, other: str) -> bool:
    """Whether two hosts belong to one owner."""
    return registrable(one) == registrable(other)


@lru_cache(maxsize=4096)
def skeleton(text: str) -> str:
    """Small ASCII letters that a name looks like (UTS 39 section 4, for what mail shows)."""
    low = text.lower().translate(_LIKE)
    plain = "".join(
        one for one in unicodedata.normalize("NFKD", low) if not unicodedata.combining(one)
    )
    plain = plain.translate(_LIKE)
    for shown, meant in _ASCII_LIKE:
        plain = plain.replace(shown, meant)
    return plain


@lru_cache(maxsize=4096)
def script(one: str) -> str:
    """Of a character; "" for what all scripts share."""
    if one.isascii():
        return "LATIN" if one.isalpha() else ""
    name = unicodedata.name(one, "?")
    first = name.split(" ", 1)[0].split("-", 1)[0]
    if name.startswith(("COMBINING", "KATAKANA-HIRAGANA", "MIDDLE DOT", "KATAKANA MIDDLE DOT")):
        return ""
    if unicodedata.category(one) in ("Mn", "Nd") and first not in _SCRIPTS:
        return ""
    return first


@lru_cache(maxsize=1024)
def trouble(host: str) -> str:
    """Why the letters of a host may deceive: ``scripts``, ``looks``, ``unseen``, ``broken``; or "".

    ``host``: in either form, without port. Whatever is plain ASCII without punycode has none.
    """
    low = host.lower().strip(".")
    labels = low.split(".")
    if low.isascii() and not any(label.startswith("xn--") for label in labels):
        return ""
    shown = [unicode_label(label) for label in labels]
    if any(label is None for label in shown):
        return "broken"
    names = [label or "" for label in shown]
    for label in names:
        found = "" if label.isascii() else _label_trouble(label, names[-1])
        if found:
            return found
    return "looks" if _is_well_known(names) else ""


def _label_trouble(label: str, top: str) -> str:
    if unicodedata.normalize("NFC", label) != label or unicodedata.combining(label[0]):
        return "broken"
    if unicodedata.normalize("NFKC", label.lower()) != label:
        return "broken"
    if any(unicodedata.category(one) in ("Cf", "Cc", "Cn", "Co", "Zs") for one in label):
        return "unseen"
    if _NOT_IN_NAMES.search(label) or _ODD_LATIN.search(label):
        return "looks"
    if _has_odd_marks(label):
        return "unseen"
    scripts = {script(one) for one in label} - {""}
    if not scripts <= _SCRIPTS or not _may_mix(scripts, label):
        return "scripts"
    if _JAPANESE_MARKS.search(label) or ("·" in label and not _is_catalan(label)):
        return "looks"
    if _has_odd_digits(label):
        return "looks"
    return "looks" if _looks_latin(label, scripts, top) else ""


def _has_odd_marks(label: str) -> bool:
    if _DOTTED.search(label):
        return True
    before = ""
    for one in label:
        if unicodedata.category(one) == "Mn":
            if one == before:
                return True
            general = unicodedata.name(one, "").startswith("COMBINING")
            if general and one not in "\u3099\u309a":
                if (
                    script(before) not in ("LATIN", "GREEK", "CYRILLIC")
                    or before.isascii() is False
                ):
                    return True
                if one in "\u0335\u0336\u0337\u0338\u0307\u0331\u0323\u0339\u031a\u0321\u0322":
                    return True
        before = one
    return False


def _may_mix(scripts: set[str], label: str) -> bool:
    if len(scripts) < 2:
        return True
    others = scripts - {"LATIN"}
    if "LATIN" in scripts and any(not one.isascii() and script(one) == "LATIN" for one in label):
        return False
    return any(others <= group for group in _TOGETHER)


def _is_catalan(label: str) -> bool:
    return all(
        label[at - 1 : at] == "l" and label[at + 1 : at + 2] == "l"
        for at, one in enumerate(label) if one == "·"
    )  # fmt: skip


def _has_odd_digits(label: str) -> bool:
    systems = {
        ord(one) - unicodedata.digit(one) for one in label if unicodedata.category(one) == "Nd"
    }
    if len(systems) > 1 or (systems and systems != {ord("0")} and not any(map(str.isalpha, label))):
        return True
    letters = [one for one in label if one.isalpha()]
    digits = [one for one in label if one.isascii() and one.isdigit()]
    if digits and letters and all(one in _LETTER_NUMBER for one in letters):
        return True
    everyday = ("LATIN", "CJK", "HANGUL", "HIRAGANA", "KATAKANA")
    return len(letters) == 1 and bool(digits) and script(letters[0]) not in everyday


def _looks_latin(label: str, scripts: set[str], top: str) -> bool:
    """A label all of whose letters look like Latin ones, where it is not at home."""
    if len(scripts) != 1 or label in _ALLOWED_WORDS:
        return False
    (name,) = scripts
    like = _LATIN_LOOKS_CYRILLIC if name == "CYRILLIC" else _LIKE_WHOLLY.get(name)
    if like is None or top in _AT_HOME.get(name, ()):
        return False
    if name == "CYRILLIC" and not any(one in "асԁеһіјӏорԛѕԝхуԍԗ" for one in label):
        return False
    return all(one in like for one in label if one.isalpha())


def _is_well_known(names: list[str]) -> bool:
    """Whether accents or odd letters make a name of a well-known site."""
    owned = registrable(".".join(names)).split(".")[0]
    if owned.isascii() or all(script(one) != "LATIN" for one in owned):
        return False
    plain = skeleton(owned)
    if owned in _HONEST or len(plain) < 4:
        return False
    return plain in _SKELETONS


_SKELETONS: Final = frozenset(skeleton(name) for name in WELL_KNOWN)
# Words that are written with an accent and stand in WELL_KNOWN without one.
_HONEST: Final = frozenset({
    "éducation", "impôts", "crédit-agricole", "société-générale", "caisse-épargne",
    "réseau-canopé", "canopé", "crédit-mutuel",
})  # fmt: skip
