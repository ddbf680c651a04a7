"""Letters that are written once and used again."""

from __future__ import annotations

from enum import Enum

from mel_desktop.model.values import dataclass


class TemplateOrigin(Enum):
    """OWN: saved in the vault. SCHOOL: a file of the policy's folder. SHIPPED: with the program."""

    OWN = "own"
    SCHOOL = "school"
    SHIPPED = "shipped"


@dataclass(frozen=True, slots=True)
class Template:
    """``name`` is what the command line calls it; ``html`` "": plain text.

    Fields stand in braces, with an optional text for where nothing is known:
    ``{prénom}``, ``{civilité|Madame, Monsieur}``.
    """

    name: str
    title: str
    subject: str = ""
    text: str = ""
    html: str = ""
    language: str = "fr"
    origin: TemplateOrigin = TemplateOrigin.OWN


@dataclass(frozen=True, slots=True)
class UnreadFile:
    """A file of the school's folder that holds no template, and why."""

    file: str
    why: str
