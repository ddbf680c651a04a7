"""How the window speaks and looks: fixed by IT, else chosen by the teacher, else as IT proposes."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSettings

from mel_desktop.model.policy import InterfacePolicy, Policy

LANGUAGE: Final = "language"
THEME: Final = "theme"
PLAIN: Final = "plain"
_KEYS: Final = {LANGUAGE: "language", THEME: "theme", PLAIN: "plain_text"}
_OWN: Final = {LANGUAGE: "system", THEME: "system", PLAIN: "false"}


def choice(settings: QSettings, policy: Policy, name: str) -> str:
    """What holds for LANGUAGE, THEME or PLAIN ("true" or "false")."""
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


def wants_plain(settings: QSettings, policy: Policy) -> bool:
    """Whether messages open as plain text."""
    return choice(settings, policy, PLAIN) == "true"


def chosen(settings: QSettings) -> dict[str, str]:
    """What the teacher has chosen, by name."""
    return {name: str(settings.value(name)) for name in _KEYS if settings.contains(name)}


def _said(policy: InterfacePolicy, name: str) -> str | None:
    value = getattr(policy, _KEYS[name])
    return value if value is None or isinstance(value, str) else str(value).lower()
