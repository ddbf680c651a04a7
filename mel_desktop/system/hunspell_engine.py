"""Hunspell over the dictionaries that ship beside the code.

A look-up takes some 20 µs, loading a tenth of a second and 15 MB; neither lets another Python
thread run meanwhile. Its own proposals take up to half a second and are not asked for.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import Protocol, cast

from mel_desktop.system.shipped import shipped_path

FILES = {"fr": "fr", "en": "en_GB"}


class _Binding(Protocol):
    def spell(self, word: str) -> bool: ...


class Hunspell:
    """One language. ImportError or OSError where the engine or its files are not there."""

    def __init__(self, language: str) -> None:
        folder = shipped_path("dictionaries")
        # UTF-8: a folder of a user whose name has accents opens on Windows too
        make = import_module("hunspell").Hunspell
        found = make(FILES[language], hunspell_data_dir=str(folder), system_encoding="UTF-8")
        self._binding = cast("_Binding", found)
        self.is_right = lru_cache(maxsize=20_000)(self._is_right)

    def _is_right(self, word: str) -> bool:
        return all(self._binding.spell(part) for part in word.split())

    def guesses(self, word: str) -> tuple[str, ...]:
        """What may have been meant, the likeliest first."""
        from mel_desktop.logic.spelling_guesses import guesses  # noqa: PLC0415 seldom

        return guesses(word, self._is_right)
