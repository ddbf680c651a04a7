"""Colours of mail: read, compared, and turned for a dark paper. CSS Color 4, WCAG 2.1 contrast."""

from __future__ import annotations

import colorsys
import re
from functools import lru_cache
from typing import Final

from mel_desktop.model.patterns import late

Rgb = tuple[int, int, int]

BLACK: Final = (0, 0, 0)
WHITE: Final = (255, 255, 255)
READABLE: Final = 4.5  # contrast of text, WCAG 2.1 level AA

_TABLE: Final = """
aliceblue f0f8ff antiquewhite faebd7 aqua 00ffff aquamarine 7fffd4 azure f0ffff beige f5f5dc
bisque ffe4c4 black 000000 blanchedalmond ffebcd blue 0000ff blueviolet 8a2be2 brown a52a2a
burlywood deb887 cadetblue 5f9ea0 chartreuse 7fff00 chocolate d2691e coral ff7f50
cornflowerblue 6495ed cornsilk fff8dc crimson dc143c cyan 00ffff darkblue 00008b darkcyan 008b8b
darkgoldenrod b8860b darkgray a9a9a9 darkgreen 006400 darkgrey a9a9a9 darkkhaki bdb76b
darkmagenta 8b008b darkolivegreen 556b2f darkorange ff8c00 darkorchid 9932cc darkred 8b0000
darksalmon e9967a darkseagreen 8fbc8f darkslateblue 483d8b darkslategray 2f4f4f
darkslategrey 2f4f4f darkturquoise 00ced1 darkviolet 9400d3 deeppink ff1493 deepskyblue 00bfff
dimgray 696969 dimgrey 696969 dodgerblue 1e90ff firebrick b22222 floralwhite fffaf0
forestgreen 228b22 fuchsia ff00ff gainsboro dcdcdc ghostwhite f8f8ff gold ffd700 goldenrod daa520
gray 808080 green 008000 greenyellow adff2f grey 808080 honeydew f0fff0 hotpink ff69b4
indianred cd5c5c indigo 4b0082 ivory fffff0 khaki f0e68c lavender e6e6fa lavenderblush fff0f5
lawngreen 7cfc00 lemonchiffon fffacd lightblue add8e6 lightcoral f08080 lightcyan e0ffff
lightgoldenrodyellow fafad2 lightgray d3d3d3 lightgreen 90ee90 lightgrey d3d3d3 lightpink ffb6c1
lightsalmon ffa07a lightseagreen 20b2aa lightskyblue 87cefa lightslategray 778899
lightslategrey 778899 lightsteelblue b0c4de lightyellow ffffe0 lime 00ff00 limegreen 32cd32
linen faf0e6 magenta ff00ff maroon 800000 mediumaquamarine 66cdaa mediumblue 0000cd
mediumorchid ba55d3 mediumpurple 9370db mediumseagreen 3cb371 mediumslateblue 7b68ee
mediumspringgreen 00fa9a mediumturquoise 48d1cc mediumvioletred c71585 midnightblue 191970
mintcream f5fffa mistyrose ffe4e1 moccasin ffe4b5 navajowhite ffdead navy 000080 oldlace fdf5e6
olive 808000 olivedrab 6b8e23 orange ffa500 orangered ff4500 orchid da70d6 palegoldenrod eee8aa
palegreen 98fb98 paleturquoise afeeee palevioletred db7093 papayawhip ffefd5 peachpuff ffdab9
peru cd853f pink ffc0cb plum dda0dd powderblue b0e0e6 purple 800080 rebeccapurple 663399
red ff0000 rosybrown bc8f8f royalblue 4169e1 saddlebrown 8b4513 salmon fa8072 sandybrown f4a460
seagreen 2e8b57 seashell fff5ee sienna a0522d silver c0c0c0 skyblue 87ceeb slateblue 6a5acd
slategray 708090 slategrey 708090 snow fffafa springgreen 00ff7f steelblue 4682b4 tan d2b48c
teal 008080 thistle d8bfd8 tomato ff6347 turquoise 40e0d0 violet ee82ee wheat f5deb3 white ffffff
whitesmoke f5f5f5 yellow ffff00 yellowgreen 9acd32 windowtext 000000 window ffffff
buttonface f0f0f0 graytext 6d6d6d canvastext 000000 canvas ffffff
"""
_NAMES: Final = _TABLE.split()
NAMED: Final = dict(zip(_NAMES[::2], _NAMES[1::2], strict=True))
_HEX: Final = late(r"#?([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})", re.I)
_CALL: Final = late(r"(rgb|hsl)a?\(([^)]{1,60})\)", re.I)
_NUMBER: Final = late(r"(\d{0,4}(?:\.\d{1,10})?)(%|deg)?")


@lru_cache(maxsize=1024)
def read(text: str) -> tuple[Rgb, float] | None:
    """(colour, opacity) of a CSS colour; None where it is none that can be known."""
    text = text.strip().lower()
    if text == "transparent":
        return WHITE, 0.0
    if match := _HEX.fullmatch(NAMED.get(text, text)):
        digits = match[1] if len(match[1]) > 4 else "".join(2 * one for one in match[1])
        parts = [int(digits[at : at + 2], 16) for at in range(0, len(digits), 2)]
        return (parts[0], parts[1], parts[2]), parts[3] / 255 if len(parts) == 4 else 1.0
    call = _CALL.fullmatch(text)
    if call is None:
        return None
    numbers = [_NUMBER.fullmatch(one) for one in re.split(r"[\s,/]+", call[2].strip())]
    found = [(float(one[1]), one[2]) for one in numbers if one and one[1] not in ("", ".")]
    if len(found) not in (3, 4):
        return None
    opacity = 1.0
    if len(found) == 4:
        opacity = min(1.0, found[3][0] / (100 if found[3][1] == "%" else 1))
    if call[1] == "rgb":
        red, green, blue = (
            min(255, round(value * (2.55 if unit == "%" else 1))) for value, unit in found[:3]
        )
        return (red, green, blue), opacity
    hue, saturation, lightness = (value for value, _ in found[:3])
    return _from_hls(
        hue % 360 / 360, min(1.0, lightness / 100), min(1.0, saturation / 100)
    ), opacity


def text_of(colour: Rgb) -> str:
    """``#rrggbb``."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def over(colour: Rgb, opacity: float, below: Rgb) -> Rgb:
    """What a colour that lets through looks like on another."""
    red, green, blue = (
        round(one * opacity + two * (1 - opacity)) for one, two in zip(colour, below, strict=True)
    )
    return red, green, blue


@lru_cache(maxsize=1024)
def luminance(colour: Rgb) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.1)."""
    red, green, blue = (
        one / 255 / 12.92 if one / 255 <= 0.04045 else ((one / 255 + 0.055) / 1.055) ** 2.4
        for one in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Rgb, other: Rgb) -> float:
    """1 to 21 (WCAG 2.1)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@lru_cache(maxsize=1024)
def turned(colour: Rgb, paper: Rgb) -> Rgb:
    """A background of a mail for white paper, on a dark one: white becomes the paper, what stood
    out from it stands out as much, hue kept; what was dark already stays.
    """
    hue, lightness, saturation = colorsys.rgb_to_hls(*(one / 255 for one in colour))
    if luminance(colour) <= 0.18:
        return colour
    base = colorsys.rgb_to_hls(*(one / 255 for one in paper))[1]
    lightness = base + (1 - lightness) * (0.62 - base)
    found = _from_hls(hue, lightness, min(saturation, 0.55))
    while luminance(found) > 0.12 and lightness > base:  # light text is to be read on it
        lightness -= 0.03
        found = _from_hls(hue, lightness, min(saturation, 0.55))
    return found


@lru_cache(maxsize=4096)
def readable(colour: Rgb, below: Rgb, least: float = READABLE) -> Rgb:
    """The nearest lightness of the same hue that can be read on ``below``."""
    if contrast(colour, below) >= least:
        return colour
    hue, lightness, saturation = colorsys.rgb_to_hls(*(one / 255 for one in colour))
    away = 1.0 if contrast(WHITE, below) >= contrast(BLACK, below) else 0.0
    near, far = lightness, away
    for _ in range(8):
        middle = (near + far) / 2
        if contrast(_from_hls(hue, middle, saturation), below) >= least:
            far = middle
        else:
            near = middle
    return _from_hls(hue, far, saturation)


@lru_cache(maxsize=4096)
def inked(colour: Rgb, below: Rgb, ink: Rgb) -> Rgb:
    """A colour of text on ``below``: as it is if it can be read, else black becomes the ink, greys
    keep their distance from it, and hues become as light or dark as it takes.
    """
    if contrast(colour, below) >= READABLE:
        return colour
    if max(colour) - min(colour) < 40 and luminance(below) < 0.18:
        lightness = max(ink) / 255 - sum(colour) / 765 * 0.6
        grey = round(255 * max(0.0, lightness))
        return readable((grey, grey, grey), below)
    return readable(colour, below)


def _from_hls(hue: float, lightness: float, saturation: float) -> Rgb:
    red, green, blue = (round(255 * one) for one in colorsys.hls_to_rgb(hue, lightness, saturation))
    return red, green, blue
