"""logic.recipients: what people type."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.logic.recipients import check, checked_content, envelope, needs_utf8, parse, shown
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Address
from mel_desktop.model.outgoing import DraftContent


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("a@b.fr", [("", "a@b.fr")]),
        ("Léa Dupont <lea@b.fr>", [("Léa Dupont", "lea@b.fr")]),
        (
            "a@b.fr, c@d.fr; e@f.fr\ng@h.fr",
            [("", "a@b.fr"), ("", "c@d.fr"), ("", "e@f.fr"), ("", "g@h.fr")],
        ),
        ('"Dupont, Léa" <lea@b.fr>, c@d.fr', [("Dupont, Léa", "lea@b.fr"), ("", "c@d.fr")]),
        ('"Dit \\"Zizou\\"" <z@b.fr>', [('Dit "Zizou"', "z@b.fr")]),
        ("lea@b.fr (Léa Dupont)", [("Léa Dupont", "lea@b.fr")]),
        ("  <A@B.Fr> ,, ", [("", "A@b.fr")]),
        ("x@école.example", [("", "x@xn--cole-9oa.example")]),
        ('"a b"@c.fr', [("", '"a b"@c.fr')]),
        ("ce.0540000X@ac-nancy-metz.fr", [("", "ce.0540000X@ac-nancy-metz.fr")]),
        ("", []),
        (" \r\n , ;", []),
    ],
)
def test_typed_lists(typed: str, found: list[tuple[str, str]]) -> None:
    assert [(one.name, one.address) for one in parse(typed)] == found


@pytest.mark.parametrize(
    "typed",
    [
        "dupont",
        "a@b",
        "a@@b.fr",
        "@b.fr",
        "a@",
        "lé\u200da@b.fr",  # a joiner that nobody sees
        "l\u202eéa@b.fr",
        "é" * 33 + "@b.fr",  # 66 octets
        "a@b..fr",
        "a.@b.fr",
        "a@-b.fr",
        "a@1.2.3.4",
        "a@[1.2.3.4]",
        "Dupont, Léa <lea@b.fr>",  # no guess who is meant
        "<a@b.fr",
        "<a@b.fr> trailing",
        "a@b.fr c@d.fr",
        "Groupe: a@b.fr, c@d.fr;",
        "x" * 65 + "@b.fr",
        "a@" + "b." * 130 + "fr",
        '"a@b.fr',
        "a@b.fr\x00",
        "a <b@c.fr\r\nBcc: x@y.fr>",
    ],
)
def test_what_is_not_plainly_an_address_is_refused(typed: str) -> None:
    with pytest.raises(LocalRefusal) as caught:
        parse(typed)
    assert caught.value.code is ErrorCode.BAD_ADDRESS
    assert "b.fr" not in str(caught.value)


def test_the_place_of_the_bad_one_is_told() -> None:
    with pytest.raises(LocalRefusal) as caught:
        parse("a@b.fr, c@d.fr, dupont")
    assert caught.value.facts["position"] == 3


def test_each_address_once_to_before_cc_before_bcc() -> None:
    content = DraftContent(
        to=(Address("A", "a@b.fr"), Address("", "A@B.FR")),
        cc=(Address("", "c@d.fr"), Address("", "a@b.fr")),
        bcc=(Address("", "C@d.fr"), Address("", "e@f.fr")),
    )
    final = checked_content(content)
    assert [one.address for one in final.to] == ["a@b.fr"]
    assert [one.address for one in final.cc] == ["c@d.fr"]
    assert [one.address for one in final.bcc] == ["e@f.fr"]
    assert envelope(content) == ("a@b.fr", "c@d.fr", "e@f.fr")


def test_nobody_is_not_enough() -> None:
    with pytest.raises(LocalRefusal) as caught:
        envelope(DraftContent(subject="x"))
    assert caught.value.code is ErrorCode.NO_RECIPIENT


names = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
addresses = st.from_regex(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,20}@[a-z]{1,10}(-[a-z0-9])?\.[a-z]{2,6}", fullmatch=True
)


@given(
    st.lists(st.tuples(names, addresses), max_size=5), st.sampled_from([", ", ";", "\n", ",\r\n "])
)
def test_shown_addresses_read_back(people: list[tuple[str, str]], separator: str) -> None:
    typed = separator.join(shown(Address(name, address)) for name, address in people)
    found = parse(typed)
    assert [one.address for one in found] == [address for _, address in people]
    assert [one.name for one in parse(separator.join(shown(one) for one in found))] == [
        one.name for one in found
    ]
    for one in found:
        assert "\n" not in one.name
        assert "\r" not in one.name


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(typed: str) -> None:
    found = ()
    with suppress(LocalRefusal):
        found = parse(typed)
    for one in found:
        local, at, domain = one.address.rpartition("@")
        assert at
        assert domain.isascii()
        assert len(local.encode()) <= 64
        assert check([one])[0].address == one.address


def test_letters_before_the_at_stay_and_a_domain_is_always_ascii() -> None:
    (one,) = parse("Hélène <he\u0301le\u0300ne@École.example>")
    assert one.address == "hélène@xn--cole-9oa.example"
    assert needs_utf8(one.address)
    assert not needs_utf8(parse("paul@école.example")[0].address)


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("a@straße.example", "a@xn--strae-oqa.example"),  # IDNA 2003 would write to strasse
        ("a@strasse.example", "a@strasse.example"),
        ("a@ΒΌΛΟΣ.example", "a@xn--nxasmq6b.example"),
        ("a@βόλος.example", "a@xn--nxasmm1c.example"),
        ("a@xn--cole-9oa.Example", "a@xn--cole-9oa.example"),
    ],
)
def test_domains_as_rfc_5891_has_them(typed: str, wanted: str) -> None:
    assert parse(typed)[0].address == wanted


def test_a_sharp_s_is_not_two() -> None:
    content = DraftContent(to=(Address("", "straße@b.fr"), Address("", "strasse@b.fr")))
    assert envelope(content) == ("straße@b.fr", "strasse@b.fr")
    twice = DraftContent(to=(Address("", "he\u0301l@b.fr"), Address("", "hél@b.fr")))
    assert envelope(twice) == ("hél@b.fr",)
