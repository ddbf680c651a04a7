"""NAMESPACE answers, and whose folders are which."""

from __future__ import annotations

import pytest

from mel_desktop.net.imap_grammar import Response
from mel_desktop.net.imap_namespace import (
    Prefix,
    namespace_of,
    read_namespaces,
    with_namespaces,
)
from mel_desktop.ports import Namespace, RemoteFolder

PERSONAL, OTHER, SHARED = Namespace.PERSONAL, Namespace.OTHER, Namespace.SHARED


def read(line: str | bytes, *literals: bytes) -> tuple[Prefix, ...] | None:
    lines = (line if isinstance(line, bytes) else line.encode()).split(b"\n")
    return read_namespaces(Response(tuple(lines), literals))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('* NAMESPACE (("" "/")) NIL NIL', [Prefix("", "/", PERSONAL)]),
        (
            '* NAMESPACE (("INBOX." ".")) (("user." ".")) (("" "."))',
            [Prefix("INBOX.", ".", PERSONAL), Prefix("user.", ".", OTHER), Prefix("", ".", SHARED)],
        ),
        (
            '* namespace (("" "/")) (("Autres gens/" "/" "X-P" ("a" "b"))) (("#news." "."))',
            [
                Prefix("", "/", PERSONAL),
                Prefix("Autres gens/", "/", OTHER),
                Prefix("#news.", ".", SHARED),
            ],
        ),
        (
            '* NAMESPACE (("" "/")("#mh/" "/")) NIL NIL',
            [Prefix("", "/", PERSONAL), Prefix("#mh/", "/", PERSONAL)],
        ),
        ('* NAMESPACE NIL NIL (("Partag&AOk-s/" "/"))', [Prefix("Partagés/", "/", SHARED)]),
        ('* NAMESPACE (("" NIL)) NIL NIL', [Prefix("", "", PERSONAL)]),
        ("* NAMESPACE NIL NIL NIL", []),
        ("* NAMESPACE", None),
        ('* LIST () "/" "NAMESPACE"', None),
        # Nonsense: nothing is believed, nothing is raised.
        ("* NAMESPACE ((", []),
        ("* NAMESPACE 1 2 3", []),
        ('* NAMESPACE (("x")) (NIL) ((1 "/"))', []),
        ('* NAMESPACE (("a" "/////")) NIL NIL', [Prefix("a", "", PERSONAL)]),
        ("* NAMESPACE " + "(" * 100_000, []),
        ('* NAMESPACE (("' + "a" * 5000 + '" "/")) NIL NIL', []),
    ],
)  # fmt: skip
def test_read(line: str, expected: list[Prefix] | None) -> None:
    found = read(line)
    assert found == (None if expected is None else tuple(expected))


def test_a_prefix_as_literal() -> None:
    assert read(b'* NAMESPACE (({6}\n "/")) NIL NIL', b"Zo\xc3\xa9//") == (
        Prefix("Zoé//", "/", PERSONAL),
    )


def test_a_thousand_prefixes_are_cut() -> None:
    line = "* NAMESPACE (" + '("a" "/")' * 1000 + ") NIL NIL"
    assert len(read(line) or ()) == 100


DOVECOT = (
    Prefix("", "/", PERSONAL),
    Prefix("Autres/", "/", OTHER),
    Prefix("Partagés/", "/", SHARED),
)
CYRUS = (Prefix("INBOX.", ".", PERSONAL), Prefix("user.", ".", OTHER), Prefix("", ".", SHARED))


@pytest.mark.parametrize(
    ("prefixes", "path", "whose"),
    [
        (DOVECOT, "INBOX", PERSONAL),
        (DOVECOT, "Classe/6e", PERSONAL),
        (DOVECOT, "Autres", OTHER),
        (DOVECOT, "Autres/ce.0350001a/INBOX", OTHER),
        (DOVECOT, "Autrespapiers", PERSONAL),
        (DOVECOT, "Partagés/Conseil", SHARED),
        (CYRUS, "inbox", PERSONAL),
        (CYRUS, "INBOX.Sent", PERSONAL),
        (CYRUS, "user.zoe", OTHER),
        (CYRUS, "user", OTHER),
        (CYRUS, "annonces", SHARED),
        ((), "annonces", PERSONAL),
        ((Prefix("", "/", SHARED), Prefix("", "/", PERSONAL)), "x", PERSONAL),
        ((Prefix("~", "/", OTHER), Prefix("", "/", PERSONAL)), "~zoe/Sent", OTHER),
    ],
)
def test_whose(prefixes: tuple[Prefix, ...], path: str, whose: Namespace) -> None:
    assert namespace_of(path, prefixes) is whose


def test_folders_learn_it() -> None:
    folders = [RemoteFolder(path, "/", None, True) for path in ("INBOX", "Autres/x", "Classe")]
    told = with_namespaces(folders, DOVECOT)
    assert [one.namespace for one in told] == [PERSONAL, OTHER, PERSONAL]
    assert [one.path for one in told] == [one.path for one in folders]
