"""Letters such as the composer can write, for the readers of other makers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from mel_desktop.logic.compose import AttachedFile, Outgoing, compose
from mel_desktop.logic.html_text import html_to_text
from mel_desktop.logic.recipients import checked_content
from mel_desktop.model.mail import Address
from mel_desktop.model.outgoing import DraftContent

HIDDEN_DOMAIN = "cache-interop.example"  # of those in Bcc: in no byte of a message
MESSAGE = "message/rfc822"
PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de")


@dataclass(frozen=True)
class Written:
    """What was put in, and the bytes that came out."""

    outgoing: Outgoing
    files: tuple[AttachedFile, ...]
    hidden: tuple[Address, ...]
    data: bytes


# What a person types: never a lone half of a character (Qt's line edits hold none).
_typed = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)
_words = st.sampled_from([
    "Réunion", "de", "rentrée", "6eB", "élèves", "d’œuvre", "(urgent)", "=?utf-8?q?faux?=", "😀",
    "👩‍🏫", "🇫🇷", "مرحبا", "שלום", "你好", "Ça", "–", "50 %", "a,b", ";", "\\", '"', "<x@y.fr>",
    "https://ac-exemple.fr/" + "x" * 120, "anticonstitutionnellement" * 4, "e\u0301", "\u00a0:",
    ".", "@",
])  # fmt: skip
_phrase = st.lists(_words, max_size=25).map(" ".join)
subjects = st.one_of(_phrase, _typed, st.lists(_words, min_size=60, max_size=80).map(" ".join))
names = st.one_of(
    st.just(""),
    st.sampled_from([
        "Claire Martin", "Dupont, Léa", 'Le "chef" (d’État)', "O'Brien, Zoë", "محمد علي", "דוד כהן",
        "李雷", "Prof. 😀 Émilie", "a@b.fr", "Jean-François d'Ormesson", "M. le Principal; adjoint",
        "back\\slash", "x" * 300, "é" * 300, "Vie scolaire : collège", "a (commentaire) b", "=?x?=",
    ]),
    _phrase,
    _typed,
)  # fmt: skip
_local = st.from_regex(r"[a-z][a-z0-9+_'-]{0,15}(\.[a-z0-9]{1,8}){0,2}", fullmatch=True)
_domains = st.sampled_from([
    "ac-exemple.fr", "ac-lyon.fr", "école.example", "xn--cole-9oa.example", "ENT.Exemple.FR",
])  # fmt: skip
# Beyond ASCII (RFC 6531): then the whole header is UTF-8.
_letters = st.sampled_from(["hélène.martin", "élève+6eB", "张伟", "محمد", "straße", "ζωή"])
addresses = st.builds(lambda local, domain: f"{local}@{domain}", _local, _domains)
utf8_addresses = st.builds(lambda local, domain: f"{local}@{domain}", _letters, _domains)
people = st.builds(Address, names, addresses)
utf8_people = st.builds(Address, names, st.one_of(addresses, utf8_addresses))
hidden = st.builds(lambda name, local: Address(name, f"{local}@{HIDDEN_DOMAIN}"), names, _local)
_lines = st.one_of(
    _phrase,
    _typed,
    st.sampled_from([
        "", " indenté", ">cité", "> cité " + "très longuement " * 12, ">> deux fois", "From Paris",
        "-- ", "--", ".", "..", "..point", "x" * 1200, "é" * 1200, "mot " * 60, "fin   ", "\ttab",
        "=3D =E9 =", "begin 644 a.txt",
    ]),
)  # fmt: skip
texts = st.lists(_lines, max_size=12).map("\n".join)
htmls = st.one_of(
    st.just(""),
    st.builds(
        lambda lines: "<div>" + "</div>\n<div>".join(lines) + "</div>",
        st.lists(
            st.sampled_from([
                "Bonjour <b>à tous</b>", "<ul><li>un</li></ul>", "&eacute;t&eacute; &lt;ok&gt;",
                "مرحبا <i>😀</i>", "x" * 1100, "<blockquote>cité</blockquote>", "",
                '<img alt="photo" src="cid:photo@ac-exemple.fr">',
            ]),
            min_size=1,
            max_size=8,
        ),
    ),
)  # fmt: skip
filenames = st.one_of(
    st.sampled_from([
        "compte rendu.pdf", "été à l'école.pdf", "Emploi du temps 6ᵉB – 2026.xlsx", "😀.png",
        "très " * 40 + "long.docx", "x" * 200 + ".pdf", "éèàç" * 60, "a;b,c=d.txt", "100%25.csv",
        "l’œuvre (copie) [1].odt", "guillemets \" et \\.txt", "..caché", "مرحبا.pdf", "sans point",
        "e\u0301te\u0301.pdf", "utf-8''piege.txt", "=?utf-8?q?piege?=.txt", "point .pdf", "",
    ]),
    _typed,
)  # fmt: skip
media_types = st.sampled_from([
    "application/pdf", "image/png", "text/plain", "text/html", "text/calendar", "text/csv",
    "application/octet-stream", "application/vnd.ms-excel", "non sens",
])  # fmt: skip
_octets = st.one_of(
    st.just(b""),
    st.binary(max_size=300),
    st.just(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"),
    st.just("From: a@b.fr\r\nSubject: =?utf-8?q?=C3=A9?=\r\n\r\nÉté\r\n".encode()),
    st.just(b"line\nline\r\nline\r\x00\xff" * 400),
)


def _file(name: str, media_type: str, octets: bytes, **more: Any) -> AttachedFile:
    pieces = [octets[at : at + 50] for at in range(0, len(octets), 50)]
    return AttachedFile(name, media_type, lambda: pieces, **more)


_messages = st.sampled_from([
    b"From: a@b.fr\r\nSubject: Conseil\r\n\r\nBonjour\r\n",
    b"From: a@b.fr\nSubject: =?utf-8?q?=C3=A9?=\n\nligne\n\n.\nFrom ici\n",
    "From: a@b.fr\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nÉté 😀\r\n".encode(),
    b"From: a@b.fr\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nun\r\n--x--\r\n",
])  # fmt: skip
_files = st.one_of(
    st.builds(_file, filenames, media_types, _octets),
    st.builds(_file, filenames, media_types, _octets),
    st.builds(_file, filenames, st.just(MESSAGE), _messages),
)
_ids = st.from_regex(r"[a-zA-Z0-9.$=_-]{1,40}@[a-z0-9.-]{1,30}", fullmatch=True)


@st.composite
def letters(draw: st.DrawFn) -> Written:
    """A letter as ``services.drafting`` makes it of a draft, and its bytes."""
    who = utf8_people if draw(st.integers(0, 9)) == 0 else people
    content = checked_content(
        DraftContent(
            to=tuple(draw(st.lists(who, max_size=4))),
            cc=tuple(draw(st.lists(who, max_size=3))),
            bcc=tuple(draw(st.lists(hidden, max_size=2))),
        )
    )
    html = draw(htmls)
    text = draw(texts) if not html or draw(st.booleans()) else html_to_text(html)
    files = draw(st.lists(_files, max_size=4))
    if "cid:" in html:
        files.insert(
            draw(st.integers(0, len(files))),
            _file("photo.png", "image/png", PNG, content_id="photo@ac-exemple.fr"),
        )
    minutes = draw(st.integers(-720, 840))
    outgoing = Outgoing(
        sender=Address(draw(names), draw(addresses)),
        to=content.to,
        cc=content.cc,
        subject=draw(subjects),
        text=text,
        html=html,
        date=datetime(2026, 3, 1, tzinfo=UTC).astimezone(timezone(timedelta(minutes=minutes))),
        message_id=draw(_ids),
        boundary=draw(st.binary(min_size=16, max_size=16)).hex(),
        in_reply_to=draw(st.just("") | _ids),
        references=tuple(draw(st.lists(_ids, max_size=30))),
        reply_to=tuple(draw(st.lists(who, max_size=1))),
        organisation=draw(st.just("") | _phrase),
    )
    data = b"".join(compose(outgoing, files))
    return Written(outgoing, tuple(files), content.bcc, data)
