"""Remote pictures of a message: listed, numbered on demand, tracking ones told from the others."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.logic import remote_images
from mel_desktop.logic.sanitize import sanitize
from mel_desktop.model.remote_images import Following

TOKEN = "aGVsbG8td29ybGQtMTIzNDU2Nzg5MC14eXo0Mg"


@pytest.mark.parametrize(
    ("address", "width", "height", "expected"),
    [
        ("https://x.invalid/logo.png", 200, 80, Following.NOT),
        ("https://x.invalid/logo.png", None, None, Following.NOT),
        ("https://x.invalid/trait.png", 600, 2, Following.NOT),
        ("https://x.invalid/a.gif", 1, 1, Following.TINY),
        ("https://x.invalid/a.gif", 0, None, Following.TINY),
        ("https://x.invalid/wf/open?upn=abc", None, None, Following.KNOWN),
        ("https://open.x.invalid/m/1.gif", 300, 20, Following.KNOWN),
        (f"https://x.invalid/i/{TOKEN}", None, None, Following.UNIQUE),
        (f"https://x.invalid/i?u={TOKEN}", None, None, Following.UNIQUE),
        (f"https://x.invalid/i/{TOKEN}", 400, 300, Following.NOT),
        (f"https://x.invalid/{TOKEN}/photo.jpg", None, None, Following.NOT),
        ("https://x.invalid/journees-portes-ouvertes-du-lycee", None, None, Following.NOT),
        ("https://x.invalid/opendata/carte.png", 300, 200, Following.NOT),
        ("https://[x.invalid/a", None, None, Following.NOT),
    ],
)
def test_following(
    address: str, width: int | None, height: int | None, expected: Following
) -> None:
    assert remote_images.following(address, width, height) is expected
    assert remote_images.following(address, width, height, hidden=True) is Following.HIDDEN


MAIL = (
    '<img src="https://x.invalid/logo.png" width="200" alt="Logo">'
    '<img src="//y.invalid/p.gif" width=1 height=1>'
    '<div style="display:none"><img src="https://z.invalid/a.png"></div>'
    '<img src="http://x.invalid/photo.jpg" style="width:0;height:0">'
    '<img src="http://x.invalid/classe.jpg"><img src="mel-remote:0"><img src="mel-remote:4">'
)


def test_numbers_stand_for_addresses() -> None:
    safe = sanitize(MAIL)
    assert "mel-remote" not in safe.html
    assert "x.invalid" not in safe.html
    kept = sanitize(MAIL, keep_remote=True)
    assert kept.pictures == safe.pictures
    assert [one.following for one in safe.pictures] == [
        Following.NOT, Following.TINY, Following.HIDDEN, Following.TINY, Following.NOT,
    ]  # fmt: skip
    # what the mail itself wrote as a number stands for nothing
    assert re.findall(r'src="([^"]*)"', kept.html) == ["mel-remote:0", "mel-remote:4"]


@given(st.lists(st.sampled_from(["https://a.invalid/1.png", "cid:x", "mel-remote:0", "//b/c"])))
def test_each_number_names_its_picture(addresses: list[str]) -> None:
    kept = sanitize("".join(f'<img src="{one}">' for one in addresses), keep_remote=True)
    remote = [one for one in addresses if one not in ("cid:x", "mel-remote:0")]
    assert [one.address for one in kept.pictures] == remote
    numbers = re.findall(r"mel-remote:(\d+)", kept.html)
    assert numbers == [str(number) for number in range(len(remote))]


@given(st.text(max_size=60), st.text(max_size=60))
def test_nothing_of_an_address_leaves(before: str, after: str) -> None:
    safe = sanitize(f'{before}<img src="https://secret-host.invalid/{after}">', keep_remote=True)
    if before.count("<") == 0 and '"' not in after:
        assert 'src="https' not in safe.html
