"""The 300 messages: repeatable, readable, of every age, and of no real domain."""

from __future__ import annotations

import email
import email.policy
import io
import re
import zipfile
import zlib
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage, Message

import pytest

from mel_desktop.demo.files import ics, jpeg, odt, pdf, png
from mel_desktop.demo.letters import Correspondent, Letter, Style, encoded_word, written
from mel_desktop.demo.mailboxes import StoredMessage
from mel_desktop.demo.messages import COUNT, DRAFTS, FOLDERS, SENT, build_mailbox, in_words, paris
from mel_desktop.demo.school import build_school

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def stored() -> tuple[StoredMessage, ...]:
    return build_mailbox(build_school(), NOW)


def parsed(message: StoredMessage) -> EmailMessage:
    made = email.message_from_bytes(message.data, policy=email.policy.default)
    assert isinstance(made, EmailMessage)
    return made


def test_three_hundred_messages_the_same_every_time(stored: tuple[StoredMessage, ...]) -> None:
    assert len(stored) == COUNT == 300
    assert build_mailbox(build_school(), NOW) == stored


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 3, 29, 0, 30, tzinfo=UTC),  # the night of summer time
        datetime(2027, 1, 2, 23, 59, tzinfo=UTC),
        datetime(2026, 7, 14, 5, 0, tzinfo=UTC),
        datetime(2028, 2, 29, 12, 0, tzinfo=UTC),
    ],
)
def test_at_any_date_there_are_300_and_none_comes_from_the_future(now: datetime) -> None:
    messages = build_mailbox(build_school(), now)
    assert len(messages) == 300
    assert max(message.received_at for message in messages) <= now + timedelta(seconds=10)
    assert min(message.received_at for message in messages) > now - timedelta(days=160)


def test_every_message_is_one(stored: tuple[StoredMessage, ...]) -> None:
    ids = Counter()
    for message in stored:
        made = email.message_from_bytes(message.data)
        ids[made["Message-ID"]] += 1
        assert made["From"]
        assert made["Date"]
        assert message.folder in FOLDERS
        assert b"{" not in message.data.split(b"\r\n\r\n")[0]  # no field left unfilled
        assert not re.search(rb"(?<!\r)\n", message.data)
    assert max(ids.values()) == 1


def test_dates_are_spread_and_in_order(stored: tuple[StoredMessage, ...]) -> None:
    dates = [message.received_at for message in stored]
    assert dates == sorted(dates)
    assert len({moment.date() for moment in dates}) > 80
    assert sum(paris(moment).weekday() < 5 for moment in dates) > 250


def test_read_unread_flagged_and_drafts_are_mixed(stored: tuple[StoredMessage, ...]) -> None:
    flags = Counter(flag for message in stored for flag in message.flags)
    assert 10 < sum("\\Seen" not in message.flags for message in stored) < 60
    assert flags["\\Flagged"] > 3
    assert flags["\\Answered"] > 30
    assert {message.folder for message in stored if "\\Draft" in message.flags} == {DRAFTS}


def test_conversations_hang_together(stored: tuple[StoredMessage, ...]) -> None:
    ids = {email.message_from_bytes(message.data)["Message-ID"] for message in stored}
    answers = [made for message in stored if (made := parsed(message))["In-Reply-To"]]
    assert len(answers) > 80
    for made in answers:
        assert made["In-Reply-To"] in ids
        assert made["In-Reply-To"] in made["References"]
        assert made["Subject"].startswith("Re: ")
    mine = [message for message in stored if message.folder == SENT]
    assert len(mine) > 40
    assert all(b"claire.delaunay@ac-exemple.invalid" in message.data for message in mine)


def test_attachments_are_real_files(stored: tuple[StoredMessage, ...]) -> None:
    kinds = Counter()
    for message in stored:
        for part in parsed(message).walk():
            if part.get_content_disposition() == "attachment":
                data = part.get_payload(decode=True)
                assert isinstance(data, bytes)
                kinds[part.get_content_type()] += 1
                assert part.get_filename()
                if part.get_content_type() == "application/pdf":
                    assert data.startswith(b"%PDF-1.4")
                    assert data.endswith(b"%%EOF\n")
    assert {"application/pdf", "image/jpeg", "image/png", "text/csv", "text/calendar",
            "application/vnd.oasis.opendocument.text"} <= set(kinds)  # fmt: skip


def test_charsets_and_encodings_of_every_age(stored: tuple[StoredMessage, ...]) -> None:
    charsets: set[str] = set()
    encodings: set[str] = set()
    for message in stored:
        for part in email.message_from_bytes(message.data).walk():
            charsets.add((part.get_content_charset() or "").lower())
            encodings.add((part["Content-Transfer-Encoding"] or "").lower())
    assert {"utf-8", "iso-8859-1", "iso-8859-15", "windows-1252", "koi8-r", ""} <= charsets
    assert {"7bit", "8bit", "quoted-printable", "base64", ""} <= encodings
    whole = b"".join(message.data for message in stored)
    for trace in (
        b"begin 644 liste.txt",
        b"format=flowed",
        b"delsp=yes",
        b"filename*0*=UTF-8''",
        b"filename*=UTF-8''",
        b"=?iso-8859-1?Q?",
        b"=?utf-8?B?",
        b"MsoNormal",
        b"multipart/report",
        b"message/rfc822",
        b"method=REQUEST",
        b"cid:image001.png",
    ):
        assert trace in whole.replace(b"=\r\n", b""), trace
    raw = [one for one in stored if re.search(rb"^Subject: .*[\x80-\xff]", one.data, re.MULTILINE)]
    assert raw


def test_the_phishing_attempt_lies_thrice(stored: tuple[StoredMessage, ...]) -> None:
    found = [parsed(message) for message in stored if b"ac-exemp1e" in message.data]
    (made,) = found
    sender = made["From"].addresses[0]
    # the standard library leaves a space where two encoded words meet in a phrase
    assert "@ac-exemple.invalid" in sender.display_name.replace(" ", "")
    assert sender.domain == "ac-exemp1e.invalid"
    assert made["Reply-To"].addresses[0].domain not in (sender.domain, "ac-exemple.invalid")
    html = made.get_content()
    ((target, shown),) = re.findall(r'href="https://([^/"]+)[^>]*>\s*https://([^/<]+)', html)
    assert target != shown == "portail.ac-exemple.invalid"


def test_newsletters_have_remote_pictures_and_a_pixel(stored: tuple[StoredMessage, ...]) -> None:
    letters = [made for one in stored if (made := parsed(one))["List-Unsubscribe"]]
    assert len(letters) == 3
    for made in letters:
        html = made.get_body(("html",))
        assert html is not None
        assert len(re.findall(r'<img src="https://', html.get_content())) == 2
        assert 'width="1"' in html.get_content()


def decoded_texts(message: Message) -> list[str]:
    texts = [f"{name}: {value}" for name, value in message.items()]
    for part in message.walk():
        data = part.get_payload(decode=True)
        if part.get_content_maintype() == "text" and isinstance(data, bytes):
            texts.append(data.decode(part.get_content_charset() or "latin-1", "replace"))
    return texts


def test_no_real_domain_is_named(stored: tuple[StoredMessage, ...]) -> None:
    domain = re.compile(r"(?:@|://)([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
    for message in stored:
        for text in decoded_texts(email.message_from_bytes(message.data)):
            for name in domain.findall(text):
                assert name.rstrip(".").endswith(".invalid"), name


def letter(text: str = "Élève, déjà ?", subject: str = "Été à l'école") -> Letter:
    return Letter(
        sender=Correspondent("Zoé Œuvrard", "zoe@ac-exemple.invalid"),
        to=(Correspondent('Dupont, "Jo"', "jo@ac-exemple.invalid"),),
        subject=subject,
        text=text,
        sent_at=paris(NOW),
        message_id="x@ac-exemple.invalid",
    )


@pytest.mark.parametrize("style", [one for one in Style if one is not Style.ASCII])
def test_each_program_says_the_same_words(style: Style) -> None:
    data = written(letter(), style)
    made = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(made, EmailMessage)
    body = made.get_body(("plain",))
    assert body is not None
    assert body.get_content().startswith("Élève, déjà ?")
    if style is Style.RAW:
        assert "Subject: Été à l'école\r\n".encode("latin-1") in data
    else:
        assert made["Subject"] == "Été à l'école"
        assert made["To"].addresses[0].display_name == 'Dupont, "Jo"'


def test_the_oldest_program_knows_no_accents() -> None:
    data = written(letter(), Style.ASCII)
    assert data.isascii()
    assert b"MIME-Version" not in data
    assert data.endswith(b"Eleve, deja ?\r\n\r\n") or b"Eleve, deja ?" in data


def test_encoded_words_are_short_and_whole() -> None:
    text = "Réunion très importante à propos de l'élève et de sa scolarité " * 3
    for q in (True, False):
        coded = encoded_word(text, "utf-8", q=q)
        assert all(len(line.strip()) <= 75 for line in coded.split("\r\n"))
        header = email.message_from_string(f"Subject: {coded}\n\n", policy=email.policy.default)
        assert header["Subject"] == text


def test_words_for_dates_and_the_offset_of_paris() -> None:
    assert in_words(NOW) == "lundi 23 novembre"
    hour = timedelta(hours=1)
    assert paris(datetime(2026, 3, 29, 0, 59, tzinfo=UTC)).utcoffset() == hour
    assert paris(datetime(2026, 3, 29, 1, 0, tzinfo=UTC)).utcoffset() == 2 * hour
    assert paris(datetime(2026, 10, 25, 0, 59, tzinfo=UTC)).utcoffset() == 2 * hour
    assert paris(datetime(2026, 10, 25, 1, 0, tzinfo=UTC)).utcoffset() == hour


def test_files_are_what_they_say() -> None:
    picture = png("a.png", 10, 5, 2).data
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    start = picture.index(b"IDAT") + 4
    length = int.from_bytes(picture[start - 8 : start - 4], "big")
    assert len(zlib.decompress(picture[start : start + length])) == 5 * (1 + 10 * 3)
    text = odt("a.odt", ["Été & hiver"]).data
    with zipfile.ZipFile(io.BytesIO(text)) as archive:
        assert archive.infolist()[0].filename == "mimetype"
        assert "Été &amp; hiver" in archive.read("content.xml").decode()
    page = pdf("a.pdf", "Titre (1)", ["Ligne"]).data
    offset = int(page.split(b"startxref\n")[1].split(b"\n")[0])
    assert page[offset : offset + 4] == b"xref"
    event = ics(
        "a.ics", "u", "Réunion, " * 12, "CDI", NOW, organizer="o@x.invalid", method="REQUEST"
    )
    assert all(len(line) <= 75 for line in event.data.split(b"\r\n"))
    assert jpeg("a.jpg").data[:3] == b"\xff\xd8\xff"
