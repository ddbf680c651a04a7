"""Laws of mending: whatever stands in To, Cc and Cci, no address is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.logic.attachment_words import mentioned, own_lines
from mel_desktop.logic.lookalikes import PROVIDERS, is_near, is_one_off, meant_domain
from mel_desktop.logic.recipients import same_key
from mel_desktop.logic.sendchecks import (
    FileFacts,
    Person,
    SendFacts,
    everybody,
    look,
    mended,
    wire_size,
)
from mel_desktop.model.mail import Address
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.model.safety import Known, Mend, MendKind, WarningCode

POOL = tuple(f"{name}@{where}.invalid" for name in "abcDEF" for where in ("ici", "ailleurs"))
addresses = st.lists(
    st.builds(Address, st.sampled_from(("", "Nom")), st.sampled_from(POOL)), max_size=8
).map(tuple)
contents = st.builds(DraftContent, to=addresses, cc=addresses, bcc=addresses)
chosen = st.lists(st.sampled_from(POOL), max_size=6).map(tuple)


def keys(content: DraftContent) -> set[str]:
    return {same_key(one.address) for one in everybody(content)}


@given(contents, chosen)
def test_bcc_loses_nobody_and_shows_none_of_the_chosen(
    content: DraftContent, some: tuple[str, ...]
) -> None:
    after = mended(content, Mend(MendKind.TO_BCC, some))
    assert keys(after) == keys(content)
    moved = {same_key(one) for one in some}
    assert not moved & {same_key(one.address) for one in (*after.to, *after.cc)}
    stayed = [one for one in content.to if same_key(one.address) not in moved]
    assert list(after.to) == stayed
    assert after.bcc[: len(content.bcc)] == content.bcc


@given(contents, st.sampled_from(POOL), st.sampled_from(POOL))
def test_one_address_takes_the_place_of_another(content: DraftContent, old: str, new: str) -> None:
    mend = Mend(MendKind.REPLACE, (old,), (Known("Autre", new),))
    after = mended(content, mend)
    expected = {same_key(new) if one == same_key(old) else one for one in keys(content)}
    assert keys(after) == expected
    assert mended(content, mend, 7) == content  # there is no such choice


@given(contents, chosen)
def test_an_answer_to_the_author_never_goes_to_nobody(
    content: DraftContent, some: tuple[str, ...]
) -> None:
    after = mended(content, Mend(MendKind.SENDER_ONLY, some))
    if keys(content) - {same_key(one.address) for one in content.bcc}:
        assert after.to or after.cc
    assert after.bcc == content.bcc


@given(contents, st.integers(0, 8), st.sets(st.sampled_from(POOL)))
def test_mending_ends_the_warning(content: DraftContent, most: int, parents: set[str]) -> None:
    people = {
        same_key(one): Person(Known("", one, f"Responsable de Élève {n}a"), is_parent=True)
        for n, one in enumerate(sorted(parents))
    }

    def facts(now: DraftContent) -> SendFacts:
        met = frozenset(same_key(one) for one in POOL)
        own = frozenset({"moi@ici.invalid"})
        return SendFacts(now, own, 2026, people=people, met=met)

    found = look(facts(content), most_outside=most, most_list=20)
    for one in found:
        if one.code is WarningCode.OPEN_RECIPIENTS:
            assert one.mend is not None
            after = mended(content, one.mend)
            again = look(facts(after), most_outside=most, most_list=20)
            assert one.code not in {warning.code for warning in again}


@given(st.text(max_size=300), st.text(max_size=300))
def test_a_quotation_promises_nothing(written: str, quoted: str) -> None:
    below = "".join(f"\n> {line}" for line in quoted.splitlines())
    alone = list(own_lines(written))
    assert list(own_lines(written + below))[: len(alone)] == alone
    assert not mentioned("".join(f"> {line}\n" for line in ("ci-joint", *quoted.splitlines())))


@given(st.text("abcde.-", min_size=1, max_size=12), st.text("abcde.-", min_size=1, max_size=12))
def test_one_off_is_symmetric(first: str, second: str) -> None:
    assert is_one_off(first, second) == is_one_off(second, first)
    assert not is_one_off(first, first)
    assert bool(is_near(f"{first}@x.invalid", f"{second}@x.invalid")) == bool(
        is_near(f"{second}@x.invalid", f"{first}@x.invalid")
    )


@given(st.sampled_from(sorted(PROVIDERS)), st.sets(st.text("abc.", min_size=1)))
def test_what_is_in_use_is_never_doubted(domain: str, known: set[str]) -> None:
    assert meant_domain(domain, known) == ("", "")
    for one in known:
        assert meant_domain(one.strip("."), {one.strip("."), *known}) == ("", "")


@given(st.lists(st.integers(0, 50_000_000), max_size=5))
def test_the_size_on_the_wire(sizes: list[int]) -> None:
    content = DraftContent(text="Bonjour")
    size = wire_size(content, sizes)
    assert size >= sum(sizes) * 4 / 3
    files = tuple(FileFacts(n, "f", one) for n, one in enumerate(sizes))
    facts = SendFacts(content, frozenset(), 2026, files=files, size_limit=max(1, size - 1))
    found = {one.code for one in look(facts, most_outside=5, most_list=20)}
    assert WarningCode.TOO_LARGE in found


@given(st.lists(st.booleans(), max_size=4))
def test_a_picture_in_the_text_is_not_what_was_promised(places: list[bool]) -> None:
    files = tuple(FileFacts(n, "f.png", 9, is_in_text=one) for n, one in enumerate(places))
    content = DraftContent(subject="Planning", text="Le planning est ci-joint.")
    facts = SendFacts(content, frozenset(), 2026, files=files)
    found = {one.code for one in look(facts, most_outside=5, most_list=20)}
    assert (WarningCode.NO_ATTACHMENT in found) is all(places)
