"""logic.compose and logic.flowed: what is written is read back, by another library."""

from __future__ import annotations

import email
import email.policy
import re
from datetime import UTC, datetime, timedelta, timezone
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses
from typing import cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mel_desktop.logic import flowed
from mel_desktop.logic.compose import (
    AttachedFile,
    Outgoing,
    compose,
    compose_draft,
    new_message_id,
    one_line,
    safe_filename,
)
from mel_desktop.logic.mime import parse_header
from mel_desktop.logic.recipients import check
from mel_desktop.model.errors import LocalRefusal
from mel_desktop.model.mail import Address

WHEN = datetime(2026, 11, 23, 8, 5, 9, tzinfo=UTC)
CLAIRE = Address("Claire Martin", "claire.martin@ac-exemple.fr")


def outgoing(**changes: object) -> Outgoing:
    values: dict[str, object] = {
        "sender": CLAIRE,
        "to": (Address("", "paul@ac-exemple.fr"),),
        "cc": (),
        "subject": "Conseil de classe",
        "text": "Bonjour\n",
        "date": WHEN,
        "message_id": "abc@ac-exemple.fr",
        "boundary": "0123456789abcdef0123456789abcdef",
    }
    return Outgoing(**{**values, **changes})  # type: ignore[arg-type]


def written(message: Outgoing, *files: AttachedFile) -> bytes:
    data = b"".join(compose(message, files))
    check_wire(data)
    return data


def check_wire(data: bytes) -> None:
    assert data.isascii()
    assert data.endswith(b"\r\n")
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n|\0", data)
    assert max(map(len, data.split(b"\r\n"))) <= 998


def read(data: bytes) -> EmailMessage:
    return cast(EmailMessage, email.message_from_bytes(data, policy=email.policy.SMTP))


def part_text(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    assert part is not None
    return cast(EmailMessage, part).get_content().replace("\r\n", "\n")


def file(name: str, octets: bytes, media_type: str = "application/octet-stream") -> AttachedFile:
    pieces = [octets[at : at + 1000] for at in range(0, len(octets), 1000)]
    return AttachedFile(name, media_type, lambda: pieces)


def test_a_plain_message_byte_for_byte() -> None:
    assert written(outgoing()) == (
        b"Date: Mon, 23 Nov 2026 08:05:09 +0000\r\n"
        b"From: Claire Martin <claire.martin@ac-exemple.fr>\r\n"
        b"To: paul@ac-exemple.fr\r\n"
        b"Subject: Conseil de classe\r\n"
        b"Message-ID: <abc@ac-exemple.fr>\r\n"
        b"MIME-Version: 1.0\r\n"
        b"Content-Type: text/plain; charset=utf-8; format=flowed\r\n"
        b"Content-Transfer-Encoding: 7bit\r\n"
        b"\r\n"
        b"Bonjour\r\n"
    )


def test_an_answer_with_everything() -> None:
    data = written(
        outgoing(
            to=(Address("Dupont, Léa", "lea@b.fr"), Address("", "c@d.fr")),
            cc=(Address('Le "chef" (d’État)', "chef@b.fr"),),
            subject="Réunion du 3 décembre – ordre du jour très détaillé pour tous les collègues",
            text="Été à la plage.\n",
            html="<p>Été à la plage.</p>",
            in_reply_to="p1@x",
            references=("p0@x", "p1@x", "bad id", "p1@x"),
        ),
        file("emploi du temps 6eB – été.pdf", b"%PDF" + bytes(range(256)) * 300, "application/pdf"),
    )
    got = read(data)
    assert [(one.display_name, one.addr_spec) for one in got["To"].addresses] == [
        ("Dupont, Léa", "lea@b.fr"),
        ("", "c@d.fr"),
    ]
    assert got["Cc"].addresses[0].display_name == 'Le "chef" (d’État)'
    assert got["Subject"].startswith("Réunion du 3 décembre – ordre")
    assert got["In-Reply-To"] == "<p1@x>"
    assert got["References"].split() == ["<p0@x>", "<p1@x>"]
    assert got.get_content_type() == "multipart/mixed"
    assert part_text(got, "plain") == "Été à la plage.\n"
    assert part_text(got, "html") == "<p>Été à la plage.</p>\n"
    (attached,) = got.iter_attachments()
    assert attached.get_filename() == "emploi du temps 6eB – été.pdf"
    assert attached.get_content_type() == "application/pdf"
    assert attached.get_payload(decode=True) == b"%PDF" + bytes(range(256)) * 300
    assert b'name="emploi du temps 6eB _ ete.pdf"' in data
    assert max(map(len, data.split(b"\r\n"))) <= 78


def test_nothing_identifies_the_program_or_the_computer() -> None:
    names = [
        line.partition(b":")[0].lower()
        for line in written(outgoing()).split(b"\r\n\r\n")[0].split(b"\r\n")
    ]
    assert not {b"user-agent", b"x-mailer", b"received", b"bcc", b"x-originating-ip"} & set(names)


def test_only_hidden_recipients() -> None:
    assert b"\r\nTo: undisclosed-recipients:;\r\n" in written(outgoing(to=()))


def test_the_message_id_has_the_domain_of_the_address() -> None:
    assert (
        new_message_id("claire@école.example", b"\x01" * 16) == "01" * 16 + "@xn--cole-9oa.example"
    )


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028", "\0"])
def test_no_header_can_be_slipped_in(break_: str) -> None:
    evil = f"x{break_}Bcc: victim@b.fr{break_}{break_}<script>"
    data = written(
        outgoing(
            subject=evil,
            sender=Address(evil, "a@b.fr"),
            to=(Address(evil, "c@d.fr"),),
            in_reply_to=evil,
            references=(evil,),
        ),
        file(evil + ".pdf", b"x", evil),
    )
    got = read(data)
    assert got["Bcc"] is None
    assert not re.search(rb"^Bcc", data, re.MULTILINE | re.IGNORECASE)
    assert [one.addr_spec for one in got["To"].addresses] == ["c@d.fr"]
    assert len(list(got.iter_attachments())) == 1


def test_an_address_with_a_line_end_is_refused() -> None:
    with pytest.raises(LocalRefusal):
        b"".join(compose(outgoing(to=(Address("", "a@b.fr\r\nBcc: x@y.fr"),))))


def test_an_aware_date_in_any_zone() -> None:
    data = written(outgoing(date=WHEN.astimezone(timezone(-timedelta(hours=3, minutes=30)))))
    assert b"Date: Mon, 23 Nov 2026 04:35:09 -0330\r\n" in data


def test_a_large_file_goes_through_in_pieces() -> None:
    asked = 0

    def chunks() -> list[bytes]:
        nonlocal asked
        asked += 1
        return [b"\xff" * 262_144] * 40

    pieces = list(compose(outgoing(), [AttachedFile("f.bin", "application/zip", chunks)]))
    assert asked == 1
    assert max(map(len, pieces)) < 200_000
    (attached,) = read(b"".join(pieces)).iter_attachments()
    assert attached.get_payload(decode=True) == b"\xff" * 262_144 * 40


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\photo.jpg", "photo.jpg"),
        ("a\r\nb.txt", "a  b.txt"),
        (".bashrc", "bashrc"),
        ("", "attachment"),
        ("...", "attachment"),
        ("é" * 300 + ".odt", "é" * 116 + ".odt"),
        ("facture\u202efdp.exe", "facturefdp.exe"),
    ],
)
def test_file_names(given_name: str, kept: str) -> None:
    assert safe_filename(given_name) == kept


words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=120)
people = st.builds(
    Address,
    name=words,
    address=st.from_regex(r"[a-z0-9.]{0,20}[a-z]@[a-z]{1,10}\.[a-z]{2,6}", fullmatch=True).filter(
        lambda text: ".." not in text and not text.startswith(".")
    ),
)


@given(
    sender=people,
    to=st.lists(people, min_size=1, max_size=6),
    cc=st.lists(people, max_size=3),
    subject=words,
    files=st.lists(st.tuples(words, st.binary(max_size=3000)), max_size=3),
)
@example(
    sender=CLAIRE,
    to=[Address("é," * 30, f"a{number}@b.fr") for number in range(6)],
    cc=[],
    subject="=?utf-8?q?pas_un_mot_encod=C3=A9?= " + "é" * 70,
    files=[('\\".pdf', b"x")],
)
def test_headers_and_files_read_back(
    sender: Address,
    to: list[Address],
    cc: list[Address],
    subject: str,
    files: list[tuple[str, bytes]],
) -> None:
    data = written(
        outgoing(sender=sender, to=tuple(to), cc=tuple(cc), subject=subject),
        *(file(name, octets) for name, octets in files),
    )
    got = read(data)
    for header, wanted in (("From", [sender]), ("To", to), ("Cc", cc)):
        assert [(name, address) for name, address in people_of(data, header)] == [
            (squeezed(one.name[:240]), one.address) for one in wanted
        ]
    assert squeezed(got["Subject"]) == squeezed(one_line(subject))
    attached = list(got.iter_attachments())
    assert [one.get_payload(decode=True) for one in attached] == [octets for _, octets in files]
    assert [one.get_filename() for one in attached] == [safe_filename(name) for name, _ in files]


def people_of(data: bytes, header: str) -> list[tuple[str, str]]:
    """By the older parser: the newer one puts a blank between encoded words of a name."""
    values = email.message_from_bytes(data, policy=email.policy.compat32).get_all(header, [])
    return [
        (squeezed(str(make_header(decode_header(name)))), address)
        for name, address in getaddresses(values)
    ]


def squeezed(text: str) -> str:
    """Blanks apart: a fold may be read as one, and marks that reorder text were left out."""
    kept = "".join(
        char
        for char in str(text)
        if char not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )
    return " ".join(kept.split())


lines_ = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
texts = st.one_of(
    lines_,
    st.lists(
        st.text(st.sampled_from("ab> -é.\t"), max_size=200) | st.just("-- ") | lines_, max_size=8
    ).map("\n".join),
)


def as_flowed(text: str) -> str:
    """What format=flowed can carry: no controls, no blanks at line ends, one form of quotes."""
    return flowed.decode(flowed.encode(text))


@given(texts)
@example("From moi\n>pas une citation\n> > deux\n-- \nClaire")
@example("-- " + "x" * 80)
@example("a " * 60 + "  b" * 40)
def test_the_text_reads_back(text: str) -> None:
    got = read(written(outgoing(text=text)))
    body = part_text(got, "plain")
    assert body.rstrip("\n") == flowed.encode(text).replace("\r\n", "\n").rstrip("\n")
    # words and their order survive whatever the wrapping
    assert flowed.decode(body).split() == [
        word for line in flowed.lines(text) for word in requoted(line).split()
    ]


def requoted(line: str) -> str:
    depth = 0
    rest = line
    while rest.startswith(">") or (depth and rest.startswith(" >")):
        rest = rest.lstrip(" ")[1:]
        depth += 1
    return "> " * depth + rest


@given(texts)
def test_flowed_is_stable_and_narrow(text: str) -> None:
    once = as_flowed(text)
    assert as_flowed(once) == once
    for line in flowed.encode(text).split("\r\n"):
        if len(line) > 80:  # only a word that has no blank to break at
            assert " " not in line.strip(" >")[:60] or len(max(line.split(" "), key=len)) > 50


@given(
    st.lists(
        st.text(
            st.characters(min_codepoint=33, exclude_categories=["Cs", "Z", "Cc"]),
            min_size=1,
            max_size=12,
        ).filter(lambda w: not w.startswith(">") and w != "--"),
        max_size=60,
    ).map(" ".join)
)
def test_a_paragraph_stays_one_line(paragraph: str) -> None:
    assert as_flowed(paragraph) == paragraph


def test_a_megabyte_without_a_break_is_quick() -> None:
    flowed.encode("mot " * 300_000)
    flowed.encode("x" * 1_000_000)
    flowed.encode(">" * 100_000)


# -- addresses beyond ASCII ------------------------------------------------------------------------

utf8_locals = st.text(
    st.characters(categories=("Ll", "Lu", "Lo", "Nd"), min_codepoint=0xA1), min_size=1, max_size=12
).filter(lambda text: len(text.encode()) <= 60)


def test_only_an_address_beyond_ascii_makes_the_header_utf_8() -> None:
    data = b"".join(compose(outgoing(to=(Address("Hélène", "hélène@école.example"),))))
    assert 'To: "Hélène" <hélène@xn--cole-9oa.example>\r\n'.encode() in data
    assert written(outgoing(to=(Address("Hélène", "helene@école.example"),))).isascii()
    hidden = b"".join(compose_draft(outgoing(), (Address("", "hélène@b.fr"),)))
    assert hidden.startswith("Bcc: hélène@b.fr\r\n".encode())


@given(
    st.lists(st.tuples(st.text(max_size=80), utf8_locals), min_size=1, max_size=5),
    st.text(max_size=300),
)
def test_utf_8_headers_are_read_back(people: list[tuple[str, str]], subject: str) -> None:
    try:
        to = check([Address(name, f"é{local}@b.fr") for name, local in people])
    except LocalRefusal:
        return
    data = b"".join(compose(outgoing(to=to, subject=subject)))
    head = data.split(b"\r\n\r\n", 1)[0].decode("utf-8")
    assert not re.search(r"\r(?!\n)|(?<!\r)\n|\0", head)
    assert max(len(line.encode()) for line in head.split("\r\n")) <= 998
    got = email.message_from_string(data.decode("utf-8"), policy=email.policy.SMTPUTF8)
    assert [one.addr_spec for one in got["To"].addresses] == [one.address for one in to]
    assert got["Subject"] == one_line(subject)
    ours = parse_header(data)  # and by ourselves
    assert [one.address for one in ours.to] == [one.address for one in to]
