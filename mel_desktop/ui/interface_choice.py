"""How the window speaks and looks: fixed by IT, else chosen by the teacher, else as IT proposes."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSettings

from mel_desktop.model.policy import InterfacePolicy, Policy

LANGUAGE: Final = "language"
THEME: Final = "theme"
PLAIN: Final = "plain"
CONTRAST: Final = "contrast"  # system, normal, high
SIZE: Final = "size"  # of letters, in per cent
DENSITY: Final = "density"  # comfortable, compact
LAYOUT: Final = "layout"  # ui.layout_desk
TOOLBAR: Final = "toolbar"  # both, icons, text
TRAY: Final = "tray"  # an icon beside the clock
TO_TRAY: Final = "close-to-tray"
NOTIFY: Final = "notify"  # details, number, off
NOTIFY_QUIET: Final = "notify-quiet"  # silent in quiet hours
NOTIFY_CLASS: Final = "notify-class"  # hours of lessons, as logic.notifying reads them
RESUME: Final = "resume"  # go on where it stopped
_KEYS: Final = {LANGUAGE: "language", THEME: "theme", PLAIN: "plain_text"}  # those that IT knows
_OWN: Final = {
    LANGUAGE: "system", THEME: "system", PLAIN: "false", CONTRAST: "system", SIZE: "100",
    DENSITY: "comfortable", LAYOUT: "wide", TOOLBAR: "both", TRAY: "true", TO_TRAY: "false",
    NOTIFY: "details", NOTIFY_QUIET: "true", NOTIFY_CLASS: "", RESUME: "true",
}  # fmt: skip


def choice(settings: QSettings, policy: Policy, name: str) -> str:
    """What holds for one of the names above; a yes is "true", a no "false"."""
    said = _said(policy.interface, name)
    if said is not None:
        return said
    proposed = _said(policy.defaults.interface, name)
    return str(settings.value(name, _OWN[name] if proposed is None else proposed))


def is_fixed(policy: Policy, name: str) -> bool:
    """Whether IT leaves no choice."""
    return _said(policy.interface, name) is not None


def keep(settings: QSettings, policy: Policy, name: str, value: str) -> None:
    """A choice of the teacher; what was not changed goes on following IT."""
    if not is_fixed(policy, name) and value != choice(settings, policy, name):
        settings.setValue(name, value)


def is_on(settings: QSettings, name: str) -> bool:
    """A choice between yes and no that IT knows nothing of."""
    return choice(settings, Policy(), name) == "true"


def wants_plain(settings: QSettings, policy: Policy) -> bool:
    """Whether messages open as plain text."""
    return choice(settings, policy, PLAIN) == "true"


def chosen(settings: QSettings) -> dict[str, str]:
    """What the teacher has chosen, by name."""
    return {name: str(settings.value(name)) for name in _KEYS if settings.contains(name)}


def _said(policy: InterfacePolicy, name: str) -> str | None:
    value = getattr(policy, _KEYS[name]) if name in _KEYS else None
    return value if value is None or isinstance(value, str) else str(value).lower()
