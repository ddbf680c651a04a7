"""The letters that ship beside the code."""

from __future__ import annotations

from functools import lru_cache
from logging import getLogger
from typing import TYPE_CHECKING

from mel_desktop.model.errors import MelError
from mel_desktop.system.shipped import shipped_octets

if TYPE_CHECKING:
    from mel_desktop.model.templates import Template

log = getLogger("mel.templates")


@lru_cache(maxsize=1)
def shipped_templates() -> tuple[Template, ...]:
    """French first; none where the files were left out."""
    from mel_desktop.logic.templates import LANGUAGES, read_toml  # noqa: PLC0415 first needed here
    from mel_desktop.model.templates import TemplateOrigin  # noqa: PLC0415 first needed here

    found: list[Template] = []
    for language in LANGUAGES:
        try:
            found += read_toml(
                shipped_octets("templates", f"{language}.toml"), TemplateOrigin.SHIPPED
            )
        except (OSError, MelError) as error:
            log.error("shipped templates cannot be read: %s", type(error).__name__)
    return tuple(found)
