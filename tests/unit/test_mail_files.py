"""Readers and writers of mail files: mbox of all kinds, Maildir, flags, Thunderbird."""

from __future__ import annotations

import io
import mailbox
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mel_desktop.formats import maildir, thunderbird
from mel_desktop.formats.line_ends import ToCrlf, to_crlf
from mel_desktop.formats.mail_status import take_out, unix_fields
from mel_desktop.formats.mbox import Begin, End, Quoter, Stray, events, from_line
from mel_desktop.formats.skeleton import Skeleton
from mel_desktop.logic.mime_structure import split_structure
from mel_desktop.model.mail import Flags, Marks

WHEN = datetime(2020, 11, 10, 9, 8, 7, tzinfo=UTC)


def read(data: bytes, start: int = 0) -> tuple[list[bytes], list[int], list[Stray]]:
    """Messages, positions after them, octets that belong to none."""
    found: list[list[bytes]] = []
    ends: list[int] = []
    strays: list[Stray] = []
    for event in events(io.BytesIO(data), start):
        if isinstance(event, Begin):
            found.append([])
        elif isinstance(event, End):
            ends.append(event.position)
        elif isinstance(event, Stray):
            strays.append(event)
        else:
            found[-1].append(event)
    return [b"".join(one) for one in found], ends, strays


def written(messages: list[bytes], piece: int = 7) -> bytes:
    out = b""
    for message in messages:
        quoter = Quoter()
        out += from_line("prof@exemple.invalid", WHEN)
        for at in range(0, len(message), piece):
            out += quoter.feed(message[at : at + piece])
        out += quoter.finish()
    return out


def test_from_lines_are_quoted_and_come_back() -> None:
    message = b"A: b\r\n\r\nFrom moi\r\n>From toi\r\n>>From lui\r\nPas From\r\n"
    data = written([message, message])
    assert b"\n>From moi\n>>From toi\n>>>From lui\nPas From\n" in data
    assert [to_crlf(one) for one in read(data)[0]] == [message, message]


def test_python_reads_the_same_messages(tmp_path: Path) -> None:
    messages = [b"A: %d\r\n\r\nligne\r\n\r\nfin\r\n" % number for number in range(5)]
    path = tmp_path / "boite"
    path.write_bytes(written(messages))
    with closing(mailbox.mbox(path, create=False)) as box:
        theirs = [to_crlf(one.as_bytes()) for one in box]
    assert theirs == [to_crlf(one) for one in read(path.read_bytes())[0]] == messages


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_windows_files_and_names_of_thunderbird(end: bytes) -> None:
    lines = [
        b"From - Tue Nov 10 09:08:07 2020", b"A: 1", b"", b"un", b"",
        b"From ", b"A: 2", b"", b"From here on, all is well.", b"",
        b"From prof@x.fr Tue Nov 10 09:08:07 2020 +0100", b"A: 3", b"", b"trois",
    ]  # fmt: skip
    found, _, strays = read(end.join(lines))
    assert [one.split(end)[0] for one in found] == [b"A: 1", b"A: 2", b"A: 3"]
    assert found[1].endswith(b"From here on, all is well." + end)
    assert not strays


def test_a_missing_empty_line_needs_both_signs() -> None:
    data = (
        b"From a Tue Nov 10 09:08:07 2020\nA: 1\n\nun\nFrom a Tue Nov 10 09:08:07 2020\nA: 2\n\nx\n"
    )
    assert len(read(data)[0]) == 2
    prose = b"From a Tue Nov 10 09:08:07 2020\nA: 1\n\nun\nFrom Tue Nov 10 09:08 2020 on\nrest\n"
    assert len(read(prose)[0]) == 1


def test_content_length_is_believed_only_where_it_is_right() -> None:
    body = b"un\n\nFrom a Tue Nov 10 09:08:07 2020\nA: faux\n\n>From moi\n"
    head = b"From a Tue Nov 10 09:08:07 2020\nA: 1\nContent-Length: %d\n\n"
    after = b"\nFrom a Tue Nov 10 09:08:07 2020\nA: 2\n\n"
    right, _, _ = read(head % len(body) + body + after)
    assert len(right) == 2
    assert right[0].endswith(body)
    wrong, _, _ = read(head % (len(body) + 3) + body + after)
    assert len(wrong) == 3


def test_quoted_bodies_with_content_length_are_unquoted() -> None:
    body = b"un\n>From moi\n"
    data = b"From a Tue Nov 10 09:08:07 2020\nA: 1\nContent-Length: %d\n\n" % len(body)
    found, _, _ = read(data + body + b"\n")
    assert found[0].endswith(b"un\nFrom moi\n")


def test_nul_octets_and_lines_without_end() -> None:
    long = b"x" * 300_000 + b"\0" + b"From y"
    found, ends, _ = read(b"From - \nA: 1\n\n" + long)
    assert found == [b"A: 1\n\n" + long]
    assert ends == [14 + len(long)]


def test_what_stands_ahead_of_the_first_message_is_told() -> None:
    found, _, strays = read(b"\xef\xbb\xbf\r\n\r\nFrom - \nA: 1\n\nx\n")
    assert (len(found), strays) == (1, [])
    found, _, strays = read(b"du texte\n\nFrom - \nA: 1\n\nx\n")
    assert (len(found), [one.octets for one in strays]) == (1, [8])
    assert read(b"rien de tel\n")[0] == []


def test_reading_goes_on_at_a_position() -> None:
    data = written([b"A: %d\r\n\r\nx\r\n" % number for number in range(4)])
    _, ends, _ = read(data)
    assert [to_crlf(one)[:4] for one in read(data, ends[1])[0]] == [b"A: 2", b"A: 3"]
    assert read(data, ends[-1])[0] == []


def test_line_ends_across_pieces() -> None:
    ends = ToCrlf()
    pieces = [ends.feed(one) for one in (b"a\r", b"\nb\n", b"c\r", b"d\r")]
    assert b"".join(pieces) + ends.finish() == b"a\r\nb\r\nc\rd\r"


def test_flags_of_mozilla_are_read_and_left_out() -> None:
    head = (
        b"X-Mozilla-Status: 1007\r\nX-Mozilla-Status2: 00000000\r\n"
        b"X-Mozilla-Keys: $label1 NonJunk Classe3B               \r\nSubject: x\r\n\r\n"
        b"X-Mozilla-Status: 0008\r\n"
    )
    rest, status = take_out(head, unix=False)
    assert rest == b"Subject: x\r\n\r\nX-Mozilla-Status: 0008\r\n"
    marks = Marks.SEEN | Marks.ANSWERED | Marks.FLAGGED | Marks.FORWARDED
    assert status.flags == Flags(marks, frozenset({"$label1", "nonjunk", "classe3b"}))
    assert not status.deleted


@pytest.mark.parametrize("field", [
    b"X-Mozilla-Status: 0009", b"X-Mozilla-Status2: 00200000", b"X-Status: D"])  # fmt: skip
def test_messages_marked_as_deleted(field: bytes) -> None:
    assert take_out(field + b"\r\nA: b\r\n\r\n", unix=True)[1].deleted


def test_unix_fields_there_and_back() -> None:
    flags = Flags(Marks.SEEN | Marks.FLAGGED | Marks.ANSWERED, frozenset({"classe", "$junk"}))
    raw = b"Subject: x\r\n folded\r\n\r\nStatus: RO\r\n"
    rest, status = take_out(to_crlf(unix_fields(flags)) + raw, unix=True)
    assert (rest, status.flags) == (raw, flags)
    assert take_out(raw, unix=True)[0] is raw


@pytest.mark.parametrize(("name", "marks", "deleted"), [
    ("1.host:2,FRS", Marks.FLAGGED | Marks.ANSWERED | Marks.SEEN, False),
    ("1.host;2,PS", Marks.FORWARDED | Marks.SEEN, False),
    ("1.host!2,ST", Marks.SEEN, True),
    ("1.host", Marks.NONE, False),
])  # fmt: skip
def test_flags_of_maildir_names(name: str, marks: Marks, deleted: bool) -> None:
    status = maildir.status_of(name, {})
    assert (status.flags.marks, status.deleted) == (marks, deleted)


def test_keywords_of_dovecot() -> None:
    known = maildir.dovecot_keywords("0 $Forwarded\n1 Classe\nx\n")
    assert maildir.status_of("1:2,Sb", known).flags.keywords == frozenset({"classe"})


def test_names_of_folders() -> None:
    assert maildir.folder_names(".&AMk-l&AOg-ves.3eB") == ("Élèves", "3eB")
    assert maildir.decode_utf7("A &- B &AMk-") == "A & B É"
    assert maildir.decode_utf7("faux &===-") == "faux &===-"


def test_thunderbird_names_its_accounts_and_profiles() -> None:
    prefs = (
        'user_pref("mail.server.server1.directory-rel", "[ProfD]ImapMail/imap.ac.fr");\n'
        'user_pref("mail.server.server1.name", "prenom.nom@ac.fr");\n'
        'user_pref("mail.server.server2.directory-rel", "[ProfD]Mail/Local Folders");\n'
        'user_pref("mail.server.server2.hostname", "Local Folders");\nn’importe quoi\n'
    )
    assert thunderbird.account_names(prefs) == {
        "imap.ac.fr": "prenom.nom@ac.fr", "Local Folders": "Local Folders",
    }  # fmt: skip
    ini = (
        "[Profile1]\nName=a\nIsRelative=1\nPath=Profiles/a\nDefault=1\n"
        "[Profile0]\nName=b\nIsRelative=1\nPath=Profiles/b\n[InstallABC]\nDefault=Profiles/b\n"
    )
    assert thunderbird.default_profile(ini) == ("Profiles/b", True)
    assert thunderbird.default_profile(ini.split("[Install")[0]) == ("Profiles/a", True)
    assert thunderbird.default_profile("[General]\n") is None


def test_the_skeleton_of_a_great_message_tells_true_sizes() -> None:
    line = b"y" * 76 + b"\r\n"
    raw = (
        b"Content-Type: multipart/mixed; boundary=zz\r\n\r\n"
        b"--zz\r\nContent-Type: text/plain\r\n\r\nbonjour\r\n"
        b"--zz\r\nContent-Type: application/zip; name=a.zip\r\n\r\n"
        + line * 80_000
        + b"--zz\r\nContent-Type: text/plain; name=b.txt\r\n\r\nfin\r\n--zz\r\n"
        + b"Content-Type: application/pdf; name=c.pdf\r\n\r\n"
        + line * 30_000
        + b"--zz--\r\n\r\n"
    )
    skeleton = Skeleton()
    for at in range(0, len(raw), 1_000_003):
        skeleton.feed(raw[at : at + 1_000_003])
    kept = skeleton.finish()
    assert len(kept) < 4_000_000
    assert skeleton.total == len(raw)
    told = [
        (one.part.filename, one.part.size + skeleton.left_out(one.start, one.end))
        for one in split_structure(kept)
    ]
    assert told == [(one.part.filename, one.part.size) for one in split_structure(raw)]


def test_lines_made_to_keep_a_pattern_busy_do_not() -> None:
    lines = [b"From a" + blank * 290 + b"\n\n" for blank in (b" ", b"\t", b"\x0c", b"\r", b"a ")]
    data = b"From x Mon Sep  1 08:00:00 2025\nSubject: x\n\n" + b"".join(lines * 40)
    began = time.process_time()
    found = [one for one in events(io.BytesIO(data)) if isinstance(one, Begin)]
    assert len(found) == 1
    assert time.process_time() - began < 2
