"""Messages of tests/data/mime that are made: ``python -m tests.support.mime_messages`` writes them.

Each tests one named thing; what is expected was thought out, not taken from a run.
"""

from __future__ import annotations

import base64
import json
import quopri
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tests.support.winmail import winmail

CORPUS: Final = Path(__file__).parent.parent / "data" / "mime"
FROM: Final = "From: Claire Martin <claire.martin@ac-exemple.fr>"
FRENCH: Final = "L'élève a été reçu à l'école, où « cœur » coûte 5 €"
Case = tuple[str, bytes, dict[str, Any]]


def crlf(text: str | bytes) -> bytes:
    """Octets with CRLF line ends; text as UTF-8."""
    data = text.encode() if isinstance(text, str) else text
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def plain(field: str | bytes, body: str | bytes = "Bonjour\n") -> bytes:
    """A message with one line more in its header."""
    field = field.encode() if isinstance(field, str) else field
    sender = b"" if field.lower().startswith(b"from:") else FROM.encode() + b"\r\n"
    return sender + crlf(field) + b"\r\n\r\n" + (crlf(body) if isinstance(body, str) else body)


def typed(kind: str, body: bytes, encoding: str = "") -> bytes:
    """A message of one part."""
    coded = f"\nContent-Transfer-Encoding: {encoding}" if encoding else ""
    return plain(f"Content-Type: {kind}{coded}", body)


def several(subtype: str, *parts: str | bytes, extra: str = "", end: str = "\n--zz--\n") -> bytes:
    """A multipart of entities."""
    pieces = [crlf(one) for one in parts]
    return plain(
        f'Content-Type: multipart/{subtype}; boundary="zz"{extra}',
        b"".join(b"\r\n--zz\r\n" + one for one in pieces) + crlf(end),
    )


TEXT: Final = "Content-Type: text/plain; charset=utf-8\n\nBonjour"
HTML: Final = "Content-Type: text/html; charset=utf-8\n\n<p>Bonjour</p>"
PDF: Final = (
    "Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n"
    'Content-Disposition: attachment; filename="a.pdf"\n\nJVBERi0xLjQ='
)


def charsets() -> Iterator[Case]:
    """Declared charsets, by the names that are really written."""
    samples = {
        "cp850": ("cp850", "Élève reçu à l'école"), "ibm850": ("cp850", "Élève reçu"),
        "cp437": ("cp437", "élève reçu à Noël"), "x-mac-roman": ("mac-roman", FRENCH),
        "iso-2022-kr": ("iso2022_kr", "안녕하세요 선생님"), "hz-gb-2312": ("hz", "你好，老师"),
        "koi8-u": ("koi8-u", "Привіт, Україно"), "koi8-r": ("koi8-r", "Здравствуйте"),
        "big5-hkscs": ("big5hkscs", "香港嘅老師"), "gb18030": ("gb18030", "你好𠀀"),
        "windows-874": ("cp874", "สวัสดีครู"), "tis-620": ("cp874", "สวัสดี"),
        "windows-1250": ("cp1250", "Žluťoučký kůň"), "iso-8859-2": ("iso8859-2", "Žluťoučký"),
        "windows-1251": ("cp1251", "Добрый день"), "iso-8859-5": ("iso8859-5", "Добрый день"),
        "windows-1253": ("cp1253", "Καλημέρα"), "iso-8859-7": ("iso8859-7", "Καλημέρα"),
        "windows-1254": ("cp1254", "Günaydın öğretmenim"), "iso-8859-9": ("cp1254", "Günaydın"),
        "windows-1255": ("cp1255", "שלום מורה"), "iso-8859-8-i": ("cp1255", "שלום"),
        "windows-1256": ("cp1256", "صباح الخير"), "iso-8859-6": ("iso8859-6", "صباح"),
        "windows-1257": ("cp1257", "Labas rytas šįryt"), "windows-1258": ("cp1258", "Cô giáo"),
        "shift_jis": ("cp932", "先生、おはよう"), "euc-jp": ("euc-jp", "先生、おはよう"),
        "euc-kr": ("euc-kr", "선생님"), "ks_c_5601-1987": ("cp949", "선생님"),
        "csISOLatin1": ("cp1252", "Élève reçu"), "ISO_8859-1:1987": ("cp1252", "Élève reçu"),
        "UTF8": ("utf-8", FRENCH), "utf_8": ("utf-8", FRENCH), "x-utf-8": ("utf-8", FRENCH),
        "cp65001": ("utf-8", FRENCH), "iso-8859-15": ("iso8859-15", "cœur à 5 €"),
        "windows-31j": ("cp932", "①㈱"), "csShiftJIS": ("cp932", "先生"),
        "unicode-1-1-utf-7": ("utf-7", "élève"), "iso-8859-16": ("iso8859-16", "cœur"),
        "ibm866": ("cp866", "Привет"), "x-mac-cyrillic": ("mac-cyrillic", "Привет"),
    }  # fmt: skip
    for name, (codec, text) in samples.items():
        body = base64.encodebytes(text.encode(codec))
        raw = typed(f"text/plain; charset={name}", crlf(body), "base64")
        yield f"charset-of-{name.lower().replace(':', '-')}", raw, {"text": text}
    french = FRENCH.replace("€", "euros")
    yield (
        "charset-quotes-unbalanced",
        typed('text/plain; charset="utf-8', crlf(french)),
        {"text": french},
    )
    yield (
        "charset-single-quotes",
        typed("text/plain; charset='utf-8'", crlf(french)),
        {"text": french},
    )
    yield (
        "charset-semicolon-behind",
        typed('text/plain; charset="utf-8;"', crlf(french)),
        {"text": french},
    )
    yield "charset-no-semicolon", typed("text/plain charset=utf-8", crlf(french)), {"text": french}
    yield "charset-upper-name", typed("TEXT/PLAIN; CHARSET=UTF-8", crlf(french)), {"text": french}
    yield "charset-comment-of-type", typed("text/plain (du texte)", crlf(french)), {"text": french}
    yield (
        "charset-locale",
        typed("text/plain; charset=fr_FR.ISO-8859-1", b"\xe9t\xe9"),
        {"text": "été"},
    )
    yield "charset-empty", typed('text/plain; charset=""', crlf(french)), {"text": french}
    yield (
        "charset-blank-around",
        typed("text/plain ; charset = utf-8", crlf(french)),
        {"text": french},
    )
    yield (
        "charset-comment",
        typed("text/plain; charset=us-ascii (ASCII)", b"Bonjour"),
        {"text": "Bonjour"},
    )
    for mark, codec in (("le", "utf-16-le"), ("be", "utf-16-be")):
        bom = b"\xff\xfe" if mark == "le" else b"\xfe\xff"
        wide = base64.encodebytes(bom + FRENCH.encode(codec))
        yield (
            f"charset-utf16-{mark}-mark",
            typed("text/plain; charset=utf-16", crlf(wide), "base64"),
            {"text": FRENCH},
        )
        bare = base64.encodebytes(FRENCH.encode(codec))
        yield (
            f"charset-utf16-{mark}-declared",
            typed(f"text/plain; charset=utf-16{mark}", crlf(bare), "base64"),
            {"text": FRENCH},
        )
    yield (
        "charset-utf8-mark",
        typed("text/plain; charset=utf-8", b"\xef\xbb\xbfBonjour"),
        {"text": "Bonjour"},
    )
    yield (
        "charset-utf8-said-latin1-sent",
        typed("text/plain; charset=utf-8", "L'élève reçu à Noël".encode("latin-1")),
        {"text": "L'élève reçu à Noël"},
    )
    yield (
        "charset-utf8-cut",
        typed("text/plain; charset=utf-8", FRENCH.encode()[:-2]),
        {"text": FRENCH[:-1] + "\ufffd"},
    )
    yield (
        "charset-jis-undeclared",
        typed("text/plain", "先生".encode("iso2022-jp")),
        {"text": "先生"},
    )


def words() -> Iterator[Case]:
    """RFC 2047, and what is sent instead."""
    b64 = base64.b64encode("Réunion des élèves".encode()).decode()
    cases = {
        "two-adjacent": ("=?utf-8?Q?R=C3=A9?= =?utf-8?Q?union?=", "Réunion"),
        "adjacent-folded": ("=?utf-8?Q?R=C3=A9?=\n\t=?utf-8?Q?union?=", "Réunion"),
        "adjacent-not-spaced": ("=?utf-8?Q?R=C3=A9?==?utf-8?Q?union?=", "Réunion"),
        "text-between": ("=?utf-8?Q?=C3=A9?= et =?utf-8?Q?=C3=A8?=", "é et è"),
        "underscore": ("=?utf-8?Q?R=C3=A9union_de_3e?=", "Réunion de 3e"),
        "blank-inside": ("=?utf-8?Q?R=C3=A9union de 3e?=", "Réunion de 3e"),
        "lower-b": (f"=?utf-8?b?{b64}?=", "Réunion des élèves"),
        "b-no-padding": (f"=?utf-8?B?{b64.rstrip('=')}?=", "Réunion des élèves"),
        "b-no-padding-twice": ("=?utf-8?B?w4lsw6h2ZQ?= =?utf-8?B?w6l0w6ksbw?=", "Élèveété,o"),
        "b-blank-inside": (f"=?utf-8?B?{b64[:8]} {b64[8:]}?=", "Réunion des élèves"),
        "b-padding-too-much": (f"=?utf-8?B?{b64}==?=", "Réunion des élèves"),
        "split-letter-qb": ("=?utf-8?Q?R=C3?= =?utf-8?B?qXVuaW9u?=", "Réunion"),
        "language": ("=?iso-8859-1*fr?Q?=C9l=E8ve?=", "Élève"),
        "raw-8-bit-in-q": ("=?utf-8?Q?R\u00e9union?=", "Réunion"),
        "not-a-word": ("Est-ce =? ou ?= ici", "Est-ce =? ou ?= ici"),
        "no-charset": ("=??Q?abc?=", "=??Q?abc?="),
        "encoding-unknown": ("=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        "never-closed": ("=?utf-8?Q?R=C3=A9union", "=?utf-8?Q?R=C3=A9union"),
        "empty": ("=?utf-8?Q??= fin", "fin"),
        "decoded-once": ("=?us-ascii?Q?=3D=3Futf-8=3FQ=3Fa=3F=3D?=", "=?utf-8?Q?a?="),
        "tab-inside": ("=?us-ascii?Q?=09Suite?=", "Suite"),
        "glued-before": ("Re:=?utf-8?Q?R=C3=A9union?=", "Re:Réunion"),
        "in-brackets": ("[=?utf-8?Q?R=C3=A9union?=]", "[Réunion]"),
        "two-blanks-kept": ("Deux  blancs", "Deux  blancs"),
        "gb18030": ("=?GB18030?B?lDnaMw==?=", "\U0001f4a9"),
        "emoji-split": ("=?UTF-8?Q?=F0=9F?= =?UTF-8?Q?=92=A9?=", "\U0001f4a9"),
        "koi8": ("=?koi8-r?B?8NLJ18XU?=", "Привет"),
        "gb2312": ("=?gb2312?B?xOO6ww==?=", "你好"),
        "sjis": ("=?shift_jis?B?kOaQtg==?=", "先生"),
        "euc-kr": ("=?euc-kr?B?vLG7/bTU?=", "선생님"),
        "latin1-cp1252": ("=?iso-8859-1?Q?5_=80_=96_c=9Cur?=", "5 € – cœur"),
        "q-lower-hex": ("=?UTF-8?q?=c3=89l=c3=a8ve?=", "Élève"),
        "q-lone-equals": ("=?utf-8?Q?a=b?=", "a=b"),
        "q-question-inside": ("=?utf-8?Q?Pr=C3=AAt??=", "Prêt?"),
        "quoted": ('"=?utf-8?Q?R=C3=A9union?="', '"Réunion"'),
        "folded-plain": ("Une ligne\n qui continue", "Une ligne qui continue"),
        "utf-7": ("=?utf-7?Q?+AOk-l+AOg-ve?=", "élève"),
        "iso-2022-kr": ("=?iso-2022-kr?B?GyQpQw48MTt9NFQP?=", "선생님"),
    }  # fmt: skip
    for name, (written, wanted) in cases.items():
        yield f"subject-{name}", plain(f"Subject: {written}"), {"subject": wanted}
    for name, octets, wanted in (
        ("raw-utf8", "Élève reçu".encode(), "Élève reçu"),
        ("raw-latin1", "Élève reçu".encode("latin-1"), "Élève reçu"),
        ("raw-cp1252", "cœur à 5 €".encode("cp1252"), "cœur à 5 €"),
        ("raw-nul", b"a\0b", "a b"),
        ("raw-jis", "先生".encode("iso2022-jp"), "先生"),
        ("empty-body", b"", ""),
    ):
        wanted = "ab" if name == "raw-nul" else wanted
        yield f"subject-{name}", plain(b"Subject: " + octets), {"subject": wanted}
    yield "subject-blank-before-colon", plain("Subject : Réunion"), {"subject": "Réunion"}
    yield "subject-upper", plain("SUBJECT: Réunion"), {"subject": "Réunion"}
    yield "subject-no-blank", plain("Subject:Réunion"), {"subject": "Réunion"}
    yield "subject-twice", plain("Subject: un\nSubject: deux"), {"subject": "un"}


def names() -> Iterator[Case]:
    """Names of files: RFC 2231, RFC 2047 and mixtures of both."""
    cases = {
        "basic": ("filename=basic.txt", "basic.txt"),
        "extended-wins": ("filename=a.txt; filename*=utf-8''%C3%A9.txt", "é.txt"),
        "extended-ascii-wins": ("filename=a.txt; filename*=utf-8''b%20c.txt", "b c.txt"),
        "extended-wins-first": ("filename*=utf-8''%C3%A9.txt; filename=a.txt", "é.txt"),
        "pieces-win": ("filename=a.txt; filename*0=fo; filename*1=o.txt", "foo.txt"),
        "extended-beats-pieces": (
            "filename*=utf-8''entier.txt; filename*0=fo; filename*1=o.txt", "entier.txt",
        ),
        "piece-leading-zero": ("filename*0=foo.txt; filename*01=bar", "foo.txt"),
        "piece-missing": ("filename*0=foo; filename*2=bar", "foo"),
        "no-first-piece": ("filename=a.txt; filename*1=foo; filename*2=bar", "a.txt"),
        "coded-then-plain": ("filename*0*=utf-8''%C3%A9t; filename*1=%C3.txt", "ét%C3.txt"),
        "plain-then-coded": ("filename*0=a; filename*1*=%20b.txt", "a b.txt"),
        "fifteen-pieces": (
            "; ".join(f"filename*{n}={n:x}" for n in range(15)) + "; filename*15=f.txt",
            "0123456789abcdef.txt",
        ),
        "one-apostrophe": ("filename*=UTF-8'a%20b.txt", "a b.txt"),
        "quoted-extended": ("filename*=\"utf-8''%C3%A9.txt\"", "é.txt"),
        "latin1-extended": ("filename*=iso-8859-1''%E9t%E9.txt", "été.txt"),
        "latin1-believed": ("filename*=ISO-8859-1''%c3%a4.txt", "Ã¤.txt"),
        "latin9-extended": ("filename*=iso-8859-15''prix%20%A4.txt", "prix €.txt"),
        "extended-broken-utf8": ("filename*=UTF-8''A%e4B; filename=repli.txt", "repli.txt"),
        "with-language": ("filename*=utf-8'fr'%C3%A9t%C3%A9.txt", "été.txt"),
        "word-quoted": ('filename="=?utf-8?Q?=C3=A9t=C3=A9=2Etxt?="', "été.txt"),
        "word-bare": ("filename==?iso-8859-1?Q?foo-=E4.html?=", "foo-ä.html"),
        "two-words": ('filename="=?utf-8?Q?=C3=A9t?=\n =?utf-8?Q?=C3=A9.txt?="', "été.txt"),
        "word-in-extended": ("filename*=utf-8''=?utf-8?Q?=C3=A9.txt?=", "é.txt"),
        "escaped-letters": ('filename="\\b\\a.txt"', "ba.txt"),
        "escaped-quote": ('filename="a \\"b\\".txt"', "a _b_.txt"),
        "apostrophes": ("filename='a.txt'", "'a.txt'"),
        "blank-around": ('filename = "a.txt"', "a.txt"),
        "no-semicolon": ('filename="a.txt" size=3', "a.txt"),
        "upper": ('FILENAME="A.TXT"', "A.TXT"),
        "utf8-raw": ('filename="été.txt"', "été.txt"),
        "unix-path": ('filename="../../etc/passwd"', "passwd"),
        "windows-drive": ('filename="C:\\dossier\\a.txt"', "a.txt"),
        "twice": ("filename=un.txt; filename=deux.txt", "un.txt"),
        "not-a-number": ("filename=a.txt; filename*-1=x", "a.txt"),
        "two-stars": ("filename=a.txt; filename**=utf-8''x", "a.txt"),
        "gb18030-extended": ("filename*=gb2312''%C4%E3%BA%C3.txt", "你好.txt"),
        "sjis-word": ("filename=\"=?shift_jis?B?kOaQtg==?=.txt\"", "先生.txt"),
        "folded": ('filename="long nom\n de fichier.txt"', "long nom de fichier.txt"),
    }  # fmt: skip
    for name, (written, wanted) in cases.items():
        part = (
            f"Content-Type: application/octet-stream\nContent-Disposition: attachment; {written}"
            "\n\nx"
        )
        yield f"file-{name}", several("mixed", TEXT, part), {"attachments": [wanted]}
    yield "file-type-unknown", typed('unknown; name="essai"', b"x"), {"attachments": ["essai"]}
    yield (
        "file-no-semicolon-at-all",
        several(
            "mixed",
            TEXT,
            "Content-Type: application/x-stuff\n name*0*=us-ascii'en'un%20\n"
            ' name*1*=deux\n name*2=".bin"\n\nx',
        ),
        {"attachments": ["un deux.bin"]},
    )
    for name, kind, wanted in (
        ("type-name", 'application/pdf; name="a.pdf"', "a.pdf"),
        ("type-name-extended", "application/pdf; name*=utf-8''%C3%A9.pdf", "é.pdf"),
        ("type-name-word", 'application/pdf; name="=?utf-8?B?w6kucGRm?="', "é.pdf"),
        ("type-name-pieces", "application/pdf; name*0*=utf-8''%C3%A9; name*1=.pdf", "é.pdf"),
    ):
        part = f"Content-Type: {kind}\n\nx"
        yield f"file-{name}", several("mixed", TEXT, part), {"attachments": [wanted]}


def senders() -> Iterator[Case]:
    """From fields: what they say, and what they pretend."""
    true = "x@evil.example"
    cases: dict[str, tuple[str, str, str]] = {
        "angle": ("Jean Dupont <a@b.fr>", "Jean Dupont", "a@b.fr"),
        "bare": ("a@b.fr", "", "a@b.fr"),
        "quoted": ('"Dupont, Jean" <a@b.fr>', "Dupont, Jean", "a@b.fr"),
        "comment-name": ("a@b.fr (Jean Dupont)", "Jean Dupont", "a@b.fr"),
        "comment-first": ("(Jean Dupont) a@b.fr", "Jean Dupont", "a@b.fr"),
        "comment-beside": ("Jean (maths) <a@b.fr>", "Jean (maths)", "a@b.fr"),
        "comment-coded": ("a@b.fr (=?utf-8?Q?Ren=C3=A9?=)", "René", "a@b.fr"),
        "comments-in-address": ("<(c)a(d)@(e)b.fr(f)>", "", "a@b.fr"),
        "word": ("=?iso-8859-1?Q?Ren=E9_L=E9vy?= <a@b.fr>", "René Lévy", "a@b.fr"),
        "word-quoted": ('"=?utf-8?Q?Ren=C3=A9?=" <a@b.fr>', "René", "a@b.fr"),
        "word-comma": ("=?utf-8?Q?Dupont=2C_Jean?= <a@b.fr>", "Dupont, Jean", "a@b.fr"),
        "word-raw-comma": ("=?utf-8?Q?Dupont,_Jean?= <a@b.fr>", "Dupont, Jean", "a@b.fr"),
        "words-glued": ("=?utf-8?Q?Ren=C3=A9?=<a@b.fr>", "René", "a@b.fr"),
        "escaped-quotes": ('"Le \\"chef\\"" <a@b.fr>', 'Le "chef"', "a@b.fr"),
        "spaces-in-address": ("Jean < a . b @ c . fr >", "Jean", "a.b@c.fr"),
        "brackets-doubled": ("Jean <<a@b.fr>>", "Jean", "a@b.fr"),
        "route-empty-hops": ("Jean <,@a.fr,,@b.fr: c@d.fr>", "Jean", "c@d.fr"),
        "comment-between": ("Jean < a (note) @ b.fr >", "Jean", "a@b.fr"),
        "local-quoted": ('<"jean dupont"@b.fr>', "", '"jean dupont"@b.fr'),
        "local-quoted-needless": ('"jean"@b.fr', "", "jean@b.fr"),
        "literal": ("Jean <a@[127.0.0.1]>", "Jean", "a@[127.0.0.1]"),
        "route": ("Jean <@a.fr,@b.fr:c@d.fr>", "Jean", "c@d.fr"),
        "group": ("Equipe: Jean <a@b.fr>;", "Jean", "a@b.fr"),
        "no-address": ("MAILER DAEMON <>", "MAILER DAEMON", ""),
        "name-only": ("Jean Dupont", "Jean Dupont", ""),
        "unclosed": ("Jean <a@b.fr", "Jean", "a@b.fr"),
        "two-opened": ("Jean < <a@b.fr>", "Jean", "a@b.fr"),
        "mailto": ("Jean <mailto:a@b.fr>", "Jean", "a@b.fr"),
        "utf8": ("René <rené@école.fr>", "René", "rené@école.fr"),
        "folded": ("Jean\n Dupont\n <a@b.fr>", "Jean Dupont", "a@b.fr"),
        "semicolon-behind": ("Jean <a@b.fr>;", "Jean", "a@b.fr"),
        "single-quotes": ("'Jean Dupont' <a@b.fr>", "Jean Dupont", "a@b.fr"),
        "at-in-name": ("jean@maison <a@b.fr>", "jean@maison", "a@b.fr"),
        "spoof-nul": (f"\"recteur@ac-a.fr\0\" <{true}>", "recteur@ac-a.fr", true),
        "spoof-group": (f"recteur@ac-a.fr: <{true}>;", "recteur@ac-a.fr:", true),
        "spoof-comment-at": (f"(recteur@ac-a.fr) <{true}>", "(recteur@ac-a.fr)", true),
        "spoof-two-at": (f"recteur@ac-a.fr@b.fr <{true}>", "recteur@ac-a.fr@b.fr", true),
        "spoof-word-angle": (
            f"=?utf-8?Q?=3Crecteur=40ac-a.fr=3E?= <{true}>", "<recteur@ac-a.fr>", true,
        ),
        "spoof-word-newline": (
            f"=?utf-8?Q?recteur=40ac-a.fr=0A?= <{true}>", "recteur@ac-a.fr", true,
        ),
        "spoof-second-angle": (
            f"<recteur@ac-a.fr> <{true}>", "recteur@ac-a.fr", true,
        ),
        "spoof-quoted-angle": (
            f'"Recteur <recteur@ac-a.fr>" <{true}>', "Recteur <recteur@ac-a.fr>", true,
        ),
        "spoof-folded": (f"recteur@ac-a.fr\n <{true}>", "recteur@ac-a.fr", true),
        "spoof-b-word": (
            f"=?utf-8?B?cmVjdGV1ckBhYy1hLmZy?= <{true}>", "recteur@ac-a.fr", true,
        ),
        "spoof-fullwidth": (f"recteur＠ac-a.fr <{true}>", "recteur＠ac-a.fr", true),
    }  # fmt: skip
    for name, (written, who, address) in cases.items():
        expected: dict[str, Any] = {"from": [who, address]}
        if name.startswith("spoof-") and who:
            warned = ["name-looks-like-address"]
            expected["warnings"] = warned
        yield f"sender-{name}", plain(f"From: {written}"), expected
    word = "=?utf-8?Q?recteur=40ac-a.fr=00?="
    honest: dict[str, tuple[str, str, str]] = {  # what is shown is what is there: no warning
        "equals": ("bounce+7=jean=b.fr@liste.fr", "", "bounce+7=jean=b.fr@liste.fr"),
        "equals-named": ("Jean a=b@c.fr", "Jean", "a=b@c.fr"),
        "slashes": ("/G=jean/O=b/@passerelle.fr", "", "/G=jean/O=b/@passerelle.fr"),
        "comment-inside": ("jean(note)@b.fr (Jean Dupont)", "Jean Dupont", "jean@b.fr"),
        "blanks-in-domain": ("jean@b  . fr", "", "jean@b.fr"),
        "quoted-then-dot": ('"jean..x".y@b.fr', "", '"jean..x.y"@b.fr'),
        "no-local": ("Destinataires:;@b.fr", "@b.fr", ""),
        "spoof-quoted-bracket": (
            f'<"recteur@ac-a.fr>"@{true[2:]}>', "", f'"recteur@ac-a.fr>"@{true[2:]}',
        ),
        "spoof-equals": (f"recteur=ac-a.fr@{true[2:]}", "", f"recteur=ac-a.fr@{true[2:]}"),
        "spoof-coded-local": (f"{word}@{true[2:]}", "", f"{word}@{true[2:]}"),
        "spoof-coded-locals": (f"{word}{word}@{true[2:]}", "", f"{word}{word}@{true[2:]}"),
        "spoof-route": (f"<@ac-a.fr,@b.fr:{true}>", "", true),
        "spoof-group-quoted": (f'"recteur@ac-a.fr": {true};', "", true),
    }  # fmt: skip
    for name, (written, who, address) in honest.items():
        warned = [] if address else ["name-looks-like-address", "malformed"]
        expected = {"from": [who, address], "warnings": warned}
        yield f"sender-{name}", plain(f"From: {written}"), expected
    for name, written in {  # nobody can say who it is: then it is said that nobody can
        "nul-bracket": f"<recteur@ac-a.fr\0>@{true[2:]}",
        "comment-bracket": f"<recteur@ac-a.fr(>)@{true[2:]}>",
        "nested": f"<<recteur@ac-a.fr>{true}>",
    }.items():
        warned = ["name-looks-like-address"]
        yield f"sender-spoof-{name}", plain(f"From: {written}"), {"warnings": warned}
    yield (
        "sender-spoof-folded-field",
        crlf(f"From\n : {true}\nFrom: recteur@ac-a.fr\n\nBonjour\n"),
        {"from": ["", true], "warnings": ["malformed", "malformed"]},
    )
    yield (
        "sender-behind-a-blank",
        b" From: Jean <a@b.fr>\r\nSubject: Blanc\r\n\r\nBonjour\r\n",
        {"from": ["Jean", "a@b.fr"], "subject": "Blanc", "warnings": []},
    )
    yield (
        "sender-folded-field",
        b"From\r\n : <a@b.fr>\r\nSender: Jean <c@d.fr>\r\nSubject: S\r\n\r\nBonjour\r\n",
        {"from": ["", "a@b.fr"], "warnings": []},
    )
    yield (
        "sender-field-missing",
        b"Sender: Jean <c@d.fr>\r\nSubject: S\r\n\r\nBonjour\r\n",
        {"from": ["Jean", "c@d.fr"], "warnings": ["malformed"]},
    )
    yield "sender-upper-field", plain("FROM: Jean <a@b.fr>"), {"from": ["Jean", "a@b.fr"]}
    yield (
        "sender-two-fields",
        plain(f"From: Recteur <{true}>\nFrom: Recteur <recteur@ac-a.fr>"),
        {"from": ["Recteur", true], "warnings": ["malformed", "malformed"]},
    )


def structures() -> Iterator[Case]:
    """Multiparts: right, cut, and wrong."""
    for name, kind in (
        ("slash-blank", "text/ HTML; charset =us-ascii (sans accents)"),
        ("slash-blanks", " text / html (une page); charset=utf-8"),
    ):
        yield (
            f"structure-{name}",
            typed(kind, b"<p>Bonjour</p>"),
            {"html": True, "text": "Bonjour", "parts": [["1", "text/html", ""]]},
        )
    yield (
        "structure-undeclared-bare-first",
        plain(
            "Content-Type: multipart/mixed;\n bo",
            "--x\n\nBonjour\n--x\nContent-Type: text/plain\n\nAu revoir\n--x--\n",
        ),
        {"text_has": ["Bonjour", "Au revoir"]},
    )
    deep = "Content-Type: text/plain; charset=utf-8\n\nTout au fond"
    for level in range(100):
        kind = f'Content-Type: multipart/mixed; boundary="n{level}"'
        deep = f"{kind}\n\n--n{level}\n{deep}\n--n{level}--\n"
    yield (
        "structure-hundred-levels",
        plain(deep.partition("\n\n")[0], deep.partition("\n\n")[2]),
        {"text": "Tout au fond"},
    )
    yield (
        "mp-cut-in-header",
        several("mixed", TEXT, "Content-Type: application/p", end=""),
        {
            "text": "Bonjour",
        },
    )
    yield (
        "mp-preamble-epilogue",
        plain(
            'Content-Type: multipart/mixed; boundary="zz"',
            f"Ce message est en plusieurs parties.\n--zz\n{TEXT}\n--zz--\nUn épilogue.\n",
        ),
        {"text": "Bonjour", "parts": [["1", "text/plain", ""]]},
    )
    yield (
        "mp-boundary-quotes-inside",
        plain(
            'Content-Type: multipart/mixed; boundary="a\'b(c)+_,-./:=?"',
            f"--a'b(c)+_,-./:=?\n{TEXT}\n--a'b(c)+_,-./:=?--\n",
        ),
        {"text": "Bonjour"},
    )
    yield (
        "mp-boundary-unquoted-equals",
        plain(
            "Content-Type: multipart/mixed; boundary=----=_Part_1.2",
            f"------=_Part_1.2\n{TEXT}\n------=_Part_1.2--\n",
        ),
        {"text": "Bonjour"},
    )
    yield (
        "mp-boundary-with-blank",
        plain('Content-Type: multipart/mixed; boundary="a b"', f"--a b\n{TEXT}\n--a b--\n"),
        {"text": "Bonjour"},
    )
    yield (
        "mp-boundary-tabs-behind",
        plain('Content-Type: multipart/mixed; boundary="zz"', f"--zz \t\n{TEXT}\n--zz-- \t\n"),
        {"text": "Bonjour", "parts": [["1", "text/plain", ""]]},
    )
    yield (
        "mp-boundary-without-empty-line",
        plain('Content-Type: multipart/mixed; boundary="zz"\nSubject: Sortie', "")[:-2]
        + crlf(f"--zz\n{TEXT}\n--zz\n{PDF}\n--zz--\n"),
        {"subject": "Sortie", "text": "Bonjour", "attachments": ["a.pdf"]},
    )
    yield (
        "mp-boundary-not-the-declared",
        plain(
            'Content-Type: multipart/mixed; boundary="zz"', f"--yy\n{TEXT}\n--yy\n{PDF}\n--yy--\n"
        ),
        {"text": "Bonjour", "attachments": ["a.pdf"]},
    )
    yield (
        "mp-boundary-not-declared",
        plain("Content-Type: multipart/mixed", f"Avant\n--yy\n{TEXT}\n--yy\n{PDF}\n--yy--\n"),
        {"text": "Bonjour", "attachments": ["a.pdf"]},
    )
    yield (
        "mp-boundary-nowhere",
        plain('Content-Type: multipart/mixed; boundary="zz"', "--\nClaire\n--suite\nBonjour\n"),
        {"text": "--\nClaire\n--suite\nBonjour", "attachments": []},
    )
    yield (
        "mp-boundary-folded",
        plain('Content-Type: multipart/mixed;\n\tboundary="zz"', f"--zz\n{TEXT}\n--zz--\n"),
        {"text": "Bonjour"},
    )
    inner = f"Content-Type: multipart/alternative; boundary=zzz\n\n--zzz\n{TEXT}\n--zzz\n{HTML}\n"
    yield "mp-inner-boundary-longer", several("mixed", inner + "--zzz--\n", PDF), {
        "text": "Bonjour", "html": True,
        "parts": [["1.1", "text/plain", ""], ["1.2", "text/html", ""],
                  ["2", "application/pdf", "a.pdf"]],
        "attachments": ["a.pdf"],
    }  # fmt: skip
    yield "mp-inner-never-closed", several("mixed", inner, PDF), {
        "text": "Bonjour",
        "parts": [["1.1", "text/plain", ""], ["1.2", "text/html", ""],
                  ["2", "application/pdf", "a.pdf"]],
    }  # fmt: skip
    yield "mp-both-unclosed", several("mixed", inner, end=""), {"text": "Bonjour", "html": True}
    yield "mp-lf-only", several("mixed", TEXT, PDF).replace(b"\r\n", b"\n"), {
        "text": "Bonjour", "attachments": ["a.pdf"],
    }  # fmt: skip
    yield "mp-related", several(
        "related", HTML.replace("<p>", "<p><img src='cid:a@b'>"),
        "Content-Type: image/png\nContent-ID: <a@b>\nContent-Transfer-Encoding: base64\n\niVBORw0=",
    ), {"html": True, "attachments": []}  # fmt: skip
    yield (
        "mp-alternative-three",
        several("alternative", TEXT, "Content-Type: text/enriched\n\n<bold>Bonjour</bold>", HTML),
        {"text": "Bonjour", "html": True},
    )
    yield "mp-alternative-calendar", several(
        "alternative", TEXT,
        "Content-Type: text/calendar; method=REQUEST; charset=utf-8\n\n"
        "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:Conseil\nEND:VEVENT\n"
        "END:VCALENDAR",
    ), {"text": "Bonjour", "parts": [
        ["1", "text/plain", ""], ["2", "text/calendar", ""]]}  # fmt: skip
    report = (
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.ac-exemple.fr\n\n"
        "Final-Recipient: rfc822; absent@ac-exemple.fr\nAction: failed\nStatus: 5.1.1\n"
    )
    yield "mp-report", several(
        "report", TEXT, report, "Content-Type: text/rfc822-headers\n\nSubject: Essai\n",
        extra="; report-type=delivery-status",
    ), {"text": "Bonjour", "parts": [
        ["1", "text/plain", ""], ["2", "message/delivery-status", ""],
        ["3", "text/rfc822-headers", ""]]}  # fmt: skip
    receipt = (
        "Content-Type: message/disposition-notification\n\n"
        "Final-Recipient: rfc822; a@b.fr\nDisposition: manual-action/MDN-sent-manually; displayed\n"
    )
    yield (
        "mp-receipt",
        several("report", TEXT, receipt),
        {
            "text": "Bonjour",
            "parts": [["1", "text/plain", ""], ["2", "message/disposition-notification", ""]],
        },
    )
    yield "mp-abuse-report", several(
        "report", TEXT, "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\n",
        "Content-Type: message/rfc822\n\nSubject: Réclame\n\nAchetez",
    ), {"text": "Bonjour", "parts": [
        ["1", "text/plain", ""], ["2", "message/feedback-report", ""],
        ["3", "message/rfc822", ""]]}  # fmt: skip
    yield "mp-signed", several(
        "signed", TEXT,
        'Content-Type: application/pkcs7-signature; name="smime.p7s"\n'
        "Content-Transfer-Encoding: base64\n\nMIIB",
    ), {"text": "Bonjour", "parts": [
        ["1", "text/plain", ""], ["2", "application/pkcs7-signature", "smime.p7s"]]}  # fmt: skip
    yield "mp-pgp-encrypted", several(
        "encrypted", "Content-Type: application/pgp-encrypted\n\nVersion: 1\n",
        "Content-Type: application/octet-stream\n\n-----BEGIN PGP MESSAGE-----\n",
    ), {"text": "", "parts": [
        ["1", "application/pgp-encrypted", ""], ["2", "application/octet-stream", ""]]}  # fmt: skip
    inside = "Subject: Dedans\nFrom: b@c.fr\n\nTexte du dedans"
    for name, coding, body in (
        ("7bit", "7bit", inside),
        ("base64", "base64", base64.encodebytes(inside.encode()).decode()),
        ("qp", "quoted-printable", quopri.encodestring(inside.encode()).decode()),
    ):
        yield f"mp-message-{name}", several(
            "mixed", TEXT,
            f"Content-Type: message/rfc822\nContent-Transfer-Encoding: {coding}\n\n{body}",
        ), {"text": "Bonjour", "parts": [
            ["1", "text/plain", ""], ["2", "message/rfc822", ""]]}  # fmt: skip
    yield "mp-message-named", several(
        "mixed", TEXT,
        f'Content-Type: message/rfc822; name="Dedans.eml"\n\n{inside}',
    ), {"attachments": ["Dedans.eml"]}  # fmt: skip
    yield (
        "mp-partial",
        typed('message/partial; id="a@b"; number=1; total=3', b"Subject: Reste\r\n\r\nDebut"),
        {"parts": [["1", "message/partial", ""]]},
    )
    yield "mp-external-body", several(
        "mixed", TEXT,
        'Content-Type: message/external-body; access-type=URL; URL="http://x.example/"\n\n'
        "Content-Type: image/png\n\n",
    ), {"text": "Bonjour", "parts": [
        ["1", "text/plain", ""], ["2", "message/external-body", ""]]}  # fmt: skip
    apple = (
        "Content-Type: multipart/appledouble; boundary=yy\n\n--yy\n"
        'Content-Type: application/applefile; name="Cours"\nContent-Transfer-Encoding: base64\n\n'
        "AAUWBwACAAA=\n--yy\n"
        'Content-Type: application/pdf; name="Cours.pdf"\nContent-Transfer-Encoding: base64\n\n'
        "JVBERi0=\n--yy--\n"
    )
    yield "mp-appledouble", several("mixed", TEXT, apple), {
        "text": "Bonjour",
        "parts": [["1", "text/plain", ""], ["2.1", "application/applefile", "Cours"],
                  ["2.2", "application/pdf", "Cours.pdf"]],
    }  # fmt: skip
    yield (
        "mp-binhex",
        several(
            "mixed",
            TEXT,
            'Content-Type: application/mac-binhex40; name="Cours.hqx"\n\n(This file\n',
        ),
        {"attachments": ["Cours.hqx"]},
    )
    yield "mp-winmail", several(
        "mixed", TEXT,
        'Content-Type: application/ms-tnef; name="winmail.dat"\n'
        "Content-Transfer-Encoding: base64\n\n"
        + base64.encodebytes(winmail([("Notes.csv", b"1;2")], body="Bonjour")).decode(),
    ), {"text": "Bonjour", "attachments": ["winmail.dat"], "listed": ["Notes.csv"]}  # fmt: skip
    yield "mp-type-missing", several("mixed", "\nTexte sans en-tête", PDF), {
        "text": "Texte sans en-tête", "attachments": ["a.pdf"],
    }  # fmt: skip
    yield (
        "mp-transfer-encoding-on-multipart",
        plain(
            'Content-Type: multipart/mixed; boundary="zz"\nContent-Transfer-Encoding: base64',
            f"--zz\n{TEXT}\n--zz--\n",
        ),
        {"text": "Bonjour"},
    )
    yield "mp-inline-text-named", several(
        "mixed", TEXT, 'Content-Type: text/plain; name="notes.txt"\n'
        'Content-Disposition: inline; filename="notes.txt"\n\nDes notes',
    ), {"text": "Bonjour", "attachments": ["notes.txt"]}  # fmt: skip
    yield (
        "mp-disposition-unknown",
        several(
            "mixed",
            TEXT,
            'Content-Type: image/png\nContent-Disposition: truc; filename="a.png"\n\nx',
        ),
        {"attachments": ["a.png"]},
    )


def bodies() -> Iterator[Case]:
    """Transfer encodings and flowed text."""
    coded = quopri.encodestring(FRENCH.encode())
    for name, encoding, octets, wanted in (
        ("qp-upper", "QUOTED-PRINTABLE", coded, FRENCH),
        ("qp-semicolon", "quoted-printable;", coded, FRENCH),
        ("qp-long-line", "quoted-printable", b"a" * 2000 + b"=C3=A9", "a" * 2000 + "é"),
        ("qp-soft-end", "quoted-printable", b"Bonjour=", "Bonjour"),
        ("qp-lower-hex", "quoted-printable", b"=c3=a9t=c3=a9", "été"),
        ("qp-raw-utf8", "quoted-printable", "été =C3=A9".encode(), "été é"),
        ("b64-blank-lines", "base64", b"Qm9u\r\n\r\nam91cg==\r\n", "Bonjour"),
        ("b64-two", "base64", b"Qm9u\r\nam91cg==\r\nLg==\r\n", "Bonjour."),
        ("b64-cut", "base64", b"Qm9uam91cg", "Bonjour"),
        ("b64-stars", "base64", b"Qm9u*am91cg==", "Bonjour"),
        ("cte-7-bit", "7-bit", b"Bonjour", "Bonjour"),
        ("cte-empty", " ", b"Bonjour", "Bonjour"),
        ("cte-8bits", "8bits", "été".encode(), "été"),
        (
            "cte-untrue",
            "base64",
            b"Bonjour a tous,\r\nvoici le texte.",
            "Bonjour a tous,\nvoici le texte.",
        ),
        ("cte-comment", "base64 (comme dit)", b"Qm9uam91cg==", "Bonjour"),
        ("cte-quoted", '"base64"', b"Qm9uam91cg==", "Bonjour"),
        ("uu", "x-uuencode", b"begin 644 a.txt\r\n'0F]N:F]U<@\r\n`\r\nend\r\n", "Bonjour"),
        ("uu-cut", "uuencode", b"begin 644 a.txt\r\n'0F]N:F]U<@\r\n", "Bonjour"),
    ):
        yield f"body-{name}", typed("text/plain; charset=utf-8", octets, encoding), {"text": wanted}
    for name, kind, written, wanted in (
        ("flowed", "format=flowed", "un \ndeux\ntrois", "un deux\ntrois"),
        ("flowed-upper", "FORMAT=FLOWED", "un \ndeux", "un deux"),
        ("flowed-delsp", "format=flowed; delsp=yes", "dé \nbut", "début"),
        ("flowed-signature", "format=flowed", "fin\n-- \nJean", "fin\n-- \nJean"),
        ("flowed-quote", "format=flowed", "> un \n> deux\ntrois", "> un deux\ntrois"),
        ("flowed-stuffed", "format=flowed", " >pas une citation", ">pas une citation"),
        ("fixed-blank", "format=fixed", "un \ndeux", "un \ndeux"),
        ("lone-cr", "x=y", "un\rdeux", "un\ndeux"),
    ):
        octets = written.encode() if name == "lone-cr" else crlf(written)
        yield f"body-{name}", typed(f"text/plain; charset=utf-8; {kind}", octets), {"text": wanted}
    yield (
        "body-qp-doubled-equals",
        typed("text/plain; charset=utf-8", b"==C3=89t=C3=A9==", "quoted-printable"),
        {"text": "=Été="},
    )
    yield "body-empty-header", "\r\nVoilà".encode(), {"text": "Voilà", "subject": ""}
    yield (
        "body-flowed-qp-delsp",
        typed(
            "text/plain; format=flowed; delsp=yes",
            b"Un =\r\n\r\ndeux =\r\n\r\ntrois",
            "quoted-printable",
        ),
        {"text": "Undeuxtrois"},
    )
    yield (
        "body-charset-made-up",
        typed("text/html; charset=iso-UTF-8", "été".encode()),
        {"text": "été"},
    )
    file = "begin 644 notes.txt\n'0F]N:F]U<@\n`\nend\n"
    yield (
        "body-uu-inline",
        plain("Subject: uu", f"Voici :\n\n{file}\nFin"),
        {"text_has": ["Voici :", "notes.txt", "Fin"], "listed": ["notes.txt"]},
    )
    yield (
        "body-uu-inline-two",
        plain("Subject: uu", f"{file}{file.replace('notes', 'b')}Fin"),
        {"text_has": ["notes.txt", "b.txt", "Fin"], "listed": ["notes.txt", "b.txt"]},
    )
    yield (
        "body-uu-inline-cut",
        plain("Subject: uu", "Voici\nbegin 644 a.txt\n'0F]N"),
        {"text_has": ["Voici", "a.txt"], "listed": ["a.txt"]},
    )
    yield (
        "body-begin-is-a-word",
        plain("Subject: uu", "begin avec courage\nend"),
        {"text": "begin avec courage\nend"},
    )
    yield (
        "body-html-meta",
        typed("text/html", '<meta charset="iso-8859-1"><p>été</p>'.encode("latin-1")),
        {"html": True, "text": "été"},
    )
    yield (
        "body-html-entities",
        typed("text/html; charset=us-ascii", b"<p>&eacute;t&#233; &amp; &lt;b&gt;</p>"),
        {"text": "été & <b>"},
    )
    yield (
        "body-pgp-inline",
        plain("Subject: pgp", "-----BEGIN PGP MESSAGE-----\n\nhQ\n"),
        {"text": "-----BEGIN PGP MESSAGE-----\n\nhQ"},
    )


def cases() -> Iterator[Case]:
    """All of them."""
    for make in (charsets, words, names, senders, structures, bodies):
        yield from make()


def write() -> int:
    """Write them; how many."""
    count = 0
    for name, raw, expected in cases():
        (CORPUS / f"{name}.eml").write_bytes(raw)
        text = json.dumps(expected, ensure_ascii=False, indent=1)
        (CORPUS / f"{name}.json").write_text(text + "\n", encoding="utf-8")
        count += 1
    return count


if __name__ == "__main__":
    print(write())
