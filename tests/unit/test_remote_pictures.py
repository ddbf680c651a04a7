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
    '<img src="http://x.invalid/classe.jpg"><img src="mel-remote-0"><img src="cid:logo@x">'
)


def in_order(html: str) -> str:
    """nh3 gives attributes in any order."""
    return re.sub(
        r'((?: [a-z]+="[^"]*")+)>',
        lambda one: " ".join(sorted(re.findall(r'[a-z]+="[^"]*"', one[1]))) + ">",
        html,
    )


def test_numbers_stand_for_addresses() -> None:
    found = remote_images.read(MAIL)
    plain = sanitize(MAIL)
    assert in_order(found.safe.html) == in_order(plain.html)
    assert sorted(found.safe.blocked_remote) == sorted(plain.blocked_remote)
    assert "x.invalid" not in found.numbered
    judged = {one.address.rpartition("/")[2]: one.following for one in found.pictures}
    assert judged == {
        "logo.png": Following.NOT, "p.gif": Following.TINY, "a.png": Following.HIDDEN,
        "photo.jpg": Following.TINY, "classe.jpg": Following.NOT,
    }  # fmt: skip
    numbers = {int(one) for one in re.findall(r"mel-remote-(\d+)", found.numbered)}
    assert numbers == set(range(5))
    (logo,) = re.findall(r"<img[^>]*Logo[^>]*>", found.numbered)
    number = int(re.findall(r"mel-remote-(\d+)", logo)[0])
    assert found.pictures[number].address == "https://x.invalid/logo.png"
    assert found.pictures[number].width == 200


def test_most_pictures() -> None:
    found = remote_images.read('<img src="https://a.invalid/1.png">' * 500)
    assert len(found.pictures) == remote_images.MOST
    plain = sanitize('<img src="https://a.invalid/1.png">' * 500)
    assert in_order(found.safe.html) == in_order(plain.html)


ADDRESSES = st.lists(st.sampled_from(["https://a.invalid/1.png", "cid:x", "mel-remote-0", "//b/c"]))


@given(ADDRESSES)
def test_each_number_names_its_picture(addresses: list[str]) -> None:
    found = remote_images.read("".join(f'<img src="{one}">' for one in addresses))
    remote = [one for one in addresses if one not in ("cid:x", "mel-remote-0")]
    numbers = [int(one) for one in re.findall(r"mel-remote-(\d+)", found.numbered)]
    assert [found.pictures[number].address for number in numbers] == remote


@given(st.text(max_size=60), st.text(max_size=60))
def test_it_is_what_the_sanitiser_makes(before: str, after: str) -> None:
    html = f'{before}<img src="https://secret-host.invalid/{after}" alt="a>b">{after}'
    found = remote_images.read(html)
    assert in_order(found.safe.html) == in_order(sanitize(html).html)


def test_kinds_and_sizes() -> None:
    for octets, kind in (
        (b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"), (b"RIFF\0\0\0\0WEBP", "image/webp"),
        (b"BM" + bytes(40), "image/bmp"), (b"<svg", ""), (b"", ""),
    ):  # fmt: skip
        assert remote_images.kind_of(octets) == kind
    assert remote_images.guessed_size(None, 3) == 40_000
    assert remote_images.guessed_size(60, 10) == 2_200
    assert remote_images.guessed_size(9000, 9000) == 400_000
