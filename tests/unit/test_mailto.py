"""What a mailto: address may ask for, and what it may not."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.__main__ import main
from mel_desktop.logic.mailto import MOST_ADDRESSES, MOST_BODY, MOST_SUBJECT, read_mailto
from mel_desktop.model.errors import LocalRefusal
from mel_desktop.model.mail import Address


def addresses(people: tuple[Address, ...]) -> list[str]:
    return [one.address for one in people]


@pytest.mark.parametrize(
    ("text", "to"),
    [
        ("mailto:a@exemple.fr", ["a@exemple.fr"]),
        ("MAILTO:a@exemple.fr", ["a@exemple.fr"]),
        ("mailto:a@exemple.fr,b@exemple.fr", ["a@exemple.fr", "b@exemple.fr"]),
        ("mailto:a%40exemple.fr%2Cb%40exemple.fr", ["a@exemple.fr", "b@exemple.fr"]),
        ("mailto:?to=a@exemple.fr", ["a@exemple.fr"]),
        ("mailto:a@exemple.fr?to=b@exemple.fr", ["a@exemple.fr", "b@exemple.fr"]),
        ("mailto:gorby%25kremvax@exemple.fr", ["gorby%kremvax@exemple.fr"]),
        ("mailto:vie+scolaire@exemple.fr", ["vie+scolaire@exemple.fr"]),
        ("mailto:", []),
    ],
)
def test_who(text: str, to: list[str]) -> None:
    assert addresses(read_mailto(text).content.to) == to


def test_every_field_that_is_taken() -> None:
    asked = read_mailto(
        "mailto:a@exemple.fr?CC=c@exemple.fr&bcc=d@exemple.fr"
        "&subject=R%C3%A9union%20+%20go%C3%BBter&body=Bonjour,%0D%0A%C3%A0%20bient%C3%B4t"
    )
    assert addresses(asked.content.cc) == ["c@exemple.fr"]
    assert addresses(asked.content.bcc) == ["d@exemple.fr"]
    assert asked.content.subject == "Réunion + goûter"
    assert asked.content.text == "Bonjour,\nà bientôt"
    assert (asked.left_out, asked.bad) == ((), 0)
    assert (asked.content.html, asked.content.sender) == ("", None)


@pytest.mark.parametrize(
    ("field", "named"),
    [
        ("attach=/etc/passwd", "attach"),
        ("attachment=%2Fetc%2Fpasswd", "attachment"),
        ("ATTACH=file:///c:/secret", "attach"),
        ("from=chef@exemple.fr", "from"),
        ("In-Reply-To=%3Cx@y%3E", "in-reply-to"),
        ("content-type=text/html", "content-type"),
        ("x%0D%0Abcc=e@exemple.fr", "?"),
        ("html-body=%3Cscript%3E", "html-body"),
    ],
)
def test_nothing_else_is_taken(field: str, named: str) -> None:
    asked = read_mailto(f"mailto:a@exemple.fr?{field}&subject=Oui")
    assert asked.left_out == (named,)
    assert addresses(asked.content.to) == ["a@exemple.fr"]
    assert asked.content.subject == "Oui"
    assert not asked.content.bcc


@pytest.mark.parametrize(
    "text",
    [
        "mailto:a@exemple.fr%0D%0ABcc:%20e@exemple.fr",
        "mailto:?subject=Bonjour%0D%0ABcc:%20e@exemple.fr",
        "mailto:?subject=Bonjour%0ABcc:e@exemple.fr%00",
        "mailto:?to=%22a%0D%0ABcc:e%22%20%3Ca@exemple.fr%3E",
        "mailto:?cc=a@exemple.fr%E2%80%A8Bcc:e@exemple.fr",
    ],
)
def test_no_header_is_smuggled_in(text: str) -> None:
    content = read_mailto(text).content
    assert not content.bcc
    heads = [content.subject, *(f"{one.name}{one.address}" for one in (*content.to, *content.cc))]
    assert all(char.isprintable() for head in heads for char in head)


def test_what_is_no_address_is_left_out_and_counted() -> None:
    asked = read_mailto("mailto:nobody,a@exemple.fr,x@y@z,%3Cscript%3E")
    assert addresses(asked.content.to) == ["a@exemple.fr"]
    assert asked.bad == 3


def test_ten_thousand_addresses_are_bounded() -> None:
    many = ",".join(f"p{n}@exemple.fr" for n in range(10_000))
    asked = read_mailto(f"mailto:{many}")
    assert len(asked.content.to) == MOST_ADDRESSES
    assert asked.bad == 10_000 - MOST_ADDRESSES


def test_long_texts_are_bounded() -> None:
    content = read_mailto(f"mailto:?subject={'s' * 5000}&body={'b' * 100_000}").content
    assert (len(content.subject), len(content.text)) == (MOST_SUBJECT, MOST_BODY)


@pytest.mark.parametrize("text", ["", "http://exemple.fr", "mailto", "mailto:" + "a" * 300_000])
def test_what_is_none(text: str) -> None:
    with pytest.raises(LocalRefusal):
        read_mailto(text)


def test_hidden_directions_are_taken_out() -> None:
    content = read_mailto(f"mailto:?subject={quote('fac‮fdp.exe')}").content
    assert content.subject == "facfdp.exe"


@given(st.text(max_size=400))
def test_whatever_is_written_is_read(text: str) -> None:
    content = read_mailto(f"mailto:{text}").content
    assert "\n" not in content.subject
    assert "\r" not in content.text


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=80))
def test_a_body_comes_as_it_was_written(text: str) -> None:
    clean = "".join(
        one for one in text if (one.isprintable() or one == "\n") and one not in "\u200e\u200f"
    )
    assert read_mailto(f"mailto:?body={quote(clean)}").content.text == clean


def test_the_command_line_keeps_its_contract(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only a lone address, or a lone message file that is there, is for the window."""
    opened: list[tuple[str, ...]] = []

    def run(profile: Path, *, asked: tuple[str, ...], **_: object) -> int:
        opened.append(asked)
        return 0

    monkeypatch.setattr("mel_desktop.ui.application.run", run)
    there = tmp_path / "lettre.eml"
    there.write_bytes(b"Subject: a\r\n\r\n")
    usual = ["--profile", str(tmp_path / "profile")]
    assert main([*usual, "mailto:a@exemple.fr"]) == 0
    assert main([*usual, "--offline", "--", str(there)]) == 0
    assert opened == [("mailto:a@exemple.fr",), (str(there),)]
    for words in (
        [str(tmp_path / "absent.eml")],
        ["mailto:a@exemple.fr", "mailto:b@exemple.fr"],
        ["sync", str(there)],
        ["http://exemple.fr"],
    ):
        assert main([*usual, *words]) == 2, words
    assert len(opened) == 2
    capsys.readouterr()
