"""Contrast of two colours (WCAG 2.1, relative luminance and contrast ratio)."""

from __future__ import annotations

from PySide6.QtGui import QColor

from mel_desktop.ui.theme import Tones

TEXT = 4.5  # 1.4.3, level AA
PART = 3.0  # 1.4.11: what shows where a control is, or its state


def luminance(name: str) -> float:
    """0 for black to 1 for white."""
    colour = QColor(name)
    parts = [
        value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4
        for value in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    """1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def pairs(tones: Tones) -> list[tuple[str, str, float]]:
    """(ink, ground, the least) of everything that a theme puts on something."""
    texts = [
        (ink, ground)
        for ink in (tones.text, tones.muted, tones.accent)
        for ground in (tones.window, tones.surface, tones.raised)
    ]
    texts += [
        (tones.selected_text, tones.selected),
        (tones.on_accent, tones.accent),
        (tones.on_accent, tones.accent_hover),
        (tones.text, tones.info_ground),
        (tones.text, tones.warning_ground),
        (tones.text, tones.danger_ground),
        (tones.danger, tones.window),
        (tones.success, tones.window),
        (tones.star, tones.surface),
        (tones.text, tones.mark),
    ]
    parts = [
        (tones.accent, ground)  # the ring of the focus
        for ground in (tones.window, tones.surface, tones.raised)
    ]
    return [(*pair, TEXT) for pair in texts] + [(*pair, PART) for pair in parts]
