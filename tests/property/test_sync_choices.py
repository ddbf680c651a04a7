"""Laws of two pure choices: which texts come, and which folders are ours under a new path."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from mel_desktop.logic.folder_matching import OwnFolder, renamed
from mel_desktop.logic.mime import text_sections
from mel_desktop.logic.textplan import sections
from mel_desktop.model.links import LinkProfile
from mel_desktop.model.mail import Part, Role
from mel_desktop.ports import RemoteFolder, RemoteStatus

quick = settings(max_examples=200, deadline=None, derandomize=True, database=None)

PART = st.builds(
    Part,
    number=st.sampled_from(["1", "2", "1.1", "1.2", "2.1", "2.2"]),
    media_type=st.sampled_from(["text/plain", "text/html", "text/calendar", "image/png"]),
    charset=st.just("utf-8"),
    encoding=st.just("8bit"),
    disposition=st.sampled_from(["", "", "attachment"]),
    filename=st.just(""),
    content_id=st.just(""),
    size=st.integers(0, 50_000),
    within=st.sampled_from(["", "mixed", "alternative", "mixed/alternative"]),
)
PARTS = st.lists(PART, max_size=6, unique_by=lambda one: one.number)


@quick
@given(PARTS, st.sampled_from(list(LinkProfile)))
def test_what_is_left_out_is_html_beside_a_plain_text_that_comes(
    parts: list[Part], link: LinkProfile
) -> None:
    texts = text_sections(parts)
    chosen = sections(parts, link)
    assert [one for one in texts if one in chosen] == list(chosen), "some of them, in order"
    for one in texts:
        if one in chosen:
            continue
        assert link is not LinkProfile.FULL
        assert one.media_type == "text/html"
        assert any(
            other.media_type == "text/plain" and "alternative" in other.within for other in chosen
        )
    assert bool(chosen) is bool(texts)


OWN = st.builds(
    OwnFolder,
    id=st.integers(1, 1000),
    path=st.sampled_from(["INBOX", "A", "B", "A/B", "INBOX/A", "C", "Sent"]),
    delimiter=st.just("/"),
    role=st.sampled_from([None, None, Role.SENT]),
    mailbox_id=st.sampled_from(["", "", "F1", "F2"]),
    uidvalidity=st.sampled_from([None, 1, 2, 3]),
    uidnext=st.integers(1, 3),
    highestmodseq=st.sampled_from([None, 5]),
    located=st.integers(0, 2),
)
STATUS = st.builds(
    RemoteStatus,
    uidvalidity=st.sampled_from([1, 2, 3]),
    uidnext=st.integers(1, 3),
    exists=st.integers(0, 2),
    highestmodseq=st.sampled_from([None, 5]),
)
REMOTE = st.builds(
    RemoteFolder,
    path=st.sampled_from(["INBOX", "A", "B", "A.B", "INBOX.A", "C", "D", "Sent Items"]),
    delimiter=st.just("."),
    role=st.sampled_from([None, None, Role.SENT]),
    selectable=st.booleans(),
    status=st.one_of(st.none(), STATUS),
    mailbox_id=st.sampled_from(["", "", "F1", "F2"]),
)
KNOWN = st.lists(OWN, max_size=5, unique_by=(lambda one: one.id, lambda one: one.path))
LISTED = st.lists(REMOTE, max_size=5, unique_by=lambda one: one.path)


@quick
@given(KNOWN, LISTED)
def test_folders_are_matched_one_to_one_and_only_when_lost(
    known: list[OwnFolder], listed: list[RemoteFolder]
) -> None:
    found = renamed(known, listed)
    there = {one.path: one for one in listed}
    paths = {one.id: one.path for one in known}
    assert len(set(found.values())) == len(found)
    for folder, path in found.items():
        assert paths[folder] not in there, "what is still listed is never renamed"
        assert path not in paths.values(), "and what we know already is nobody else"
        assert there[path].selectable
    assert renamed(list(reversed(known)), list(reversed(listed))) == found


@quick
@given(KNOWN, LISTED)
def test_counters_that_two_folders_share_prove_nothing(
    known: list[OwnFolder], listed: list[RemoteFolder]
) -> None:
    known = [replace(one, mailbox_id="", uidvalidity=7, role=None) for one in known]
    listed = [
        replace(one, mailbox_id="", status=one.status and replace(one.status, uidvalidity=7))
        for one in listed
    ]
    if len(known) > 1:
        assert renamed(known, listed) == {}
