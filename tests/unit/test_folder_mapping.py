"""Which folder goes where, between hosts that name folders in their own way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.logic import box_mapping
from mel_desktop.logic.folder_mapping import (
    OldFolder,
    new_style,
    old_style,
    propose,
    rewritten,
    with_choice,
)
from mel_desktop.logic.usual_folders import usual_role
from mel_desktop.model.account_move import PairReason
from mel_desktop.model.errors import LocalRefusal
from mel_desktop.model.mail import Role
from mel_desktop.ports import Namespace, RemoteFolder, RemoteStatus


def old(path: str, role: Role | None = None, mark: str = "/", *, own: bool = True) -> OldFolder:
    return OldFolder(path, mark, role, 3, own)


def new(
    path: str, role: Role | None = None, mark: str = "/", space: Namespace = Namespace.PERSONAL
) -> RemoteFolder:
    return RemoteFolder(path, mark, role, True, RemoteStatus(1, 2, 5), namespace=space)


CONVERGENCE = (
    old("INBOX", Role.INBOX, "."),
    old("INBOX.Éléments envoyés", Role.SENT, "."),
    old("INBOX.Courriers indésirables", None, "."),
    old("INBOX.Élèves", None, "."),
    old("INBOX.Élèves.3e B", None, "."),
    old("INBOX.a/b", None, "."),
)
ZIMBRA = (
    new("INBOX", Role.INBOX),
    new("Sent", Role.SENT),
    new("Drafts", Role.DRAFTS),
    new("Junk", Role.JUNK),
    new("Trash", Role.TRASH),
    new("ELEVES"),
    new("Other Users/ce/INBOX", None, "/", Namespace.OTHER),
)


def test_from_convergence_to_zimbra() -> None:
    pairs = {one.old: one for one in propose(CONVERGENCE, ZIMBRA)}
    assert {name: (one.new, one.reason) for name, one in pairs.items()} == {
        "INBOX": ("INBOX", PairReason.ROLE),
        "INBOX.Éléments envoyés": ("Sent", PairReason.ROLE),
        "INBOX.Courriers indésirables": ("Junk", PairReason.USUAL),
        "INBOX.Élèves": ("ELEVES", PairReason.NAME),
        "INBOX.Élèves.3e B": ("ELEVES/3e B", PairReason.CREATE),
        "INBOX.a/b": ("a_b", PairReason.CREATE),
    }
    assert pairs["INBOX.Élèves"].there == 5
    assert pairs["INBOX.Élèves.3e B"].creates
    assert not pairs["INBOX"].creates


def test_and_back_under_a_prefix() -> None:
    listed = (new("INBOX", Role.INBOX, "."), new("INBOX.Corbeille", Role.TRASH, "."))
    mine = (old("INBOX", Role.INBOX), old("Trash", Role.TRASH), old("Élèves/3e B"))
    assert [one.new for one in propose(mine, listed)] == [
        "INBOX", "INBOX.Corbeille", "INBOX.Élèves.3e B",
    ]  # fmt: skip


def test_folders_of_others_are_never_made() -> None:
    mine = (
        old("INBOX", Role.INBOX),
        old("Autres/x", own=False),
        old("Other Users/ce/INBOX", own=False),
    )
    pairs = propose(mine, ZIMBRA)
    assert [(one.new, one.reason) for one in pairs[1:]] == [
        ("", PairReason.LEFT),
        ("Other Users/ce/INBOX", PairReason.NAME),
    ]


def test_a_choice_by_hand() -> None:
    pairs = propose(CONVERGENCE, ZIMBRA)
    chosen = with_choice(pairs, "INBOX.Élèves", "Drafts", {"Drafts": 5})
    one = next(one for one in chosen if one.old == "INBOX.Élèves")
    assert (one.new, one.reason, one.there, one.here) == ("Drafts", PairReason.HAND, 5, 3)
    with pytest.raises(LocalRefusal):
        with_choice(pairs, "INBOX", "", {})
    with pytest.raises(LocalRefusal):
        with_choice(pairs, "Autre", "Drafts", {})


def test_wishes_follow() -> None:
    ours, theirs = old_style(CONVERGENCE), new_style(ZIMBRA)
    paths = {one.old: one.new for one in propose(CONVERGENCE, ZIMBRA)}
    told = {
        "INBOX.Élèves": "ELEVES",
        "INBOX.Élèves.6e A": "ELEVES/6e A",
        "INBOX.Neuf.Un": "Neuf/Un",
    }
    for path, wanted in told.items():
        assert rewritten(path, paths, ours, theirs) == wanted


def test_usual_names() -> None:
    assert usual_role("Courriers indésirables") is Role.JUNK
    assert usual_role("ÉLÉMENTS ENVOYÉS") is Role.SENT
    assert usual_role("Conseil de classe") is None


NAMES = st.text("abcÉé 0_", min_size=1, max_size=6).map(lambda one: f"x{one.strip()}")
TREES = st.lists(st.lists(NAMES, min_size=1, max_size=3).map(tuple), max_size=8, unique=True)


@given(TREES, TREES, st.sampled_from("./"), st.sampled_from("./"), st.booleans(), st.booleans())
def test_every_folder_has_a_place_and_going_twice_makes_nothing_more(
    mine: list[tuple[str, ...]],
    theirs: list[tuple[str, ...]],
    mark: str,
    other: str,
    prefixed: bool,
    there_too: bool,
) -> None:
    def paths(trees: list[tuple[str, ...]], delimiter: str, head: bool) -> list[str]:
        start = f"INBOX{delimiter}" if head else ""
        return [start + delimiter.join(one) for one in trees]

    ours = [old("INBOX", Role.INBOX, mark)] + [old(one, None, mark) for one in
                                              paths(mine, mark, prefixed)]  # fmt: skip
    listed = [new("INBOX", Role.INBOX, other)] + [new(one, None, other) for one in
                                                  paths(theirs, other, there_too)]  # fmt: skip
    pairs = propose(ours, listed)
    assert [one.old for one in pairs] == [one.path for one in ours]
    assert all(one.new for one in pairs)
    assert pairs[0].new == "INBOX"
    made = [new(one, None, other) for one in dict.fromkeys(p.new for p in pairs if p.creates)]
    again = propose(ours, [*listed, *made])
    assert not any(one.creates for one in again)


def test_boxes_among_folders_of_others() -> None:
    folders = [
        ("shared/ce.0750001a/INBOX", "/"), ("shared/ce.0750001a/Sent", "/"),
        ("shared/ce.0750001a/Familles/6e", "/"), ("shared/vie-scolaire", "/"),
    ]  # fmt: skip
    found = box_mapping.roots(folders, "ce.0750001a@ac-demo.fr")
    assert found[0].path == "shared/ce.0750001a"
    assert [one.path for one in found[1:]] == ["shared/vie-scolaire"]
    alone = box_mapping.roots([("autres/dupont", "/"), ("autres/dupont/Familles", "/")], "ce@x")
    assert [(one.path, len(one.folders)) for one in alone] == [("autres/dupont", 2)]
    mine = (
        old("INBOX", Role.INBOX, "."), old("INBOX.Envoyés", Role.SENT, "."),
        old("INBOX.Familles.6e", None, "."), old("INBOX.Seul", None, "."),
    )  # fmt: skip
    assert [one.new for one in box_mapping.propose(mine, found[0])] == [
        "shared/ce.0750001a/INBOX", "shared/ce.0750001a/Sent", "shared/ce.0750001a/Familles/6e", "",
    ]  # fmt: skip
    assert box_mapping.roots([], "ce@x") == ()
