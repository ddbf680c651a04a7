"""LIST and STATUS -> folders with roles."""

from __future__ import annotations

import pytest

from mel_desktop.model.mail import Role
from mel_desktop.net.imap_folders import ToldStatus, assemble, read_list, read_status
from mel_desktop.net.imap_grammar import Response, write_name
from mel_desktop.ports import RemoteFolder, RemoteStatus


def listed(*lines: str) -> tuple[RemoteFolder, ...]:
    found = [read_list(Response((line.encode(),))) for line in lines]
    return assemble([one for one in found if one], {})


def roles(*names: str, delimiter: str = "/") -> dict[str, Role]:
    lines = [f'* LIST () "{delimiter}" "{write_name(name).decode()}"' for name in names]
    return {folder.path: folder.role for folder in listed(*lines) if folder.role}


def test_the_servers_word_counts_first() -> None:
    folders = listed(
        '* LIST (\\HasNoChildren \\Sent) "/" Archives',
        '* LIST () "/" Sent',
        '* LIST (\\Marked \\Archive) "/" Kept',
        '* LIST (\\Sent) "/" Another',
    )
    assert {folder.path: folder.role for folder in folders} == {
        "Archives": Role.SENT,
        "Sent": None,
        "Kept": Role.ARCHIVE,
        "Another": None,
    }


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("Sent", Role.SENT),
        ("Éléments envoyés", Role.SENT),
        ("MESSAGES ENVOYÉS", Role.SENT),
        ("Envoyés", Role.SENT),
        ("Sent Items", Role.SENT),
        ("Brouillons", Role.DRAFTS),
        ("Drafts", Role.DRAFTS),
        ("Corbeille", Role.TRASH),
        ("Éléments supprimés", Role.TRASH),
        ("Deleted Messages", Role.TRASH),
        ("Courrier indésirable", Role.JUNK),
        ("Spam", Role.JUNK),
        ("Pourriel", Role.JUNK),
        ("Archives", Role.ARCHIVE),
        ("inbox", Role.INBOX),
    ],
)
def test_usual_names(name: str, role: Role) -> None:
    assert list(roles(name).values()) == [role]
    if role is not Role.INBOX:
        assert roles(f"INBOX.{name}", delimiter=".") == {f"INBOX.{name}": role}
        assert roles(f"Classes/{name}") == {}
        assert roles(f"Other Users/zoe/{name}") == {}


def test_one_folder_for_each_role() -> None:
    assert roles("Sent Items", "Envoyés", "Sent", "Classes/Sent") == {"Sent": Role.SENT}
    assert roles("Classes/Brouillons", "Brouillon") == {"Brouillon": Role.DRAFTS}


def test_folders_that_cannot_be_opened_have_no_role() -> None:
    folders = listed('* LIST (\\Noselect) "/" Sent', '* LIST (\\NonExistent) "/" Trash')
    assert [(folder.selectable, folder.role) for folder in folders] == [(False, None)] * 2


def test_names_as_literals_numbers_and_twice() -> None:
    literal = read_list(Response((b'* LIST () "/" {3}', b""), (b"a\\b",)))
    assert literal is not None
    assert literal.folder.path == "a\\b"
    assert [folder.path for folder in listed('* LIST () "/" 2026', '* LIST () NIL "x y"')] == [
        "2026",
        "x y",
    ]
    assert len(listed('* LIST () "/" INBOX', '* LIST () "/" InBox')) == 1


@pytest.mark.parametrize(
    "line", ["* LSUB () NIL x", "* LIST", "* LIST ()", '* LIST x "/" y', '* LIST () "/" "', "* OK"]
)
def test_other_answers(line: str) -> None:
    assert listed(line) == ()


def test_status() -> None:
    line = b"* STATUS Sent (MESSAGES 5 UIDNEXT 9 UIDVALIDITY 7 UNSEEN 2 HIGHESTMODSEQ 99)"
    assert read_status(Response((line,))) == ToldStatus(b"Sent", RemoteStatus(7, 9, 5, 99, 2))
    line = b"* STATUS Sent (MESSAGES 5 UIDVALIDITY 7 HIGHESTMODSEQ 0)"
    assert read_status(Response((line,))) == ToldStatus(b"Sent", RemoteStatus(7, None, 5))
    for odd in (b"* STATUS Sent (MESSAGES 5)", b"* STATUS Sent", b"* STATUS", b"* LIST () NIL x"):
        assert read_status(Response((odd,))) is None
