"""Spell check: what is underlined, what is proposed, words of one's own."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from logging import getLogger
from pathlib import Path
from typing import TYPE_CHECKING

from mel_desktop.logic import replies
from mel_desktop.system.shipped import shipped_octets

if TYPE_CHECKING:
    from mel_desktop.app.profile_services import Services
    from mel_desktop.model.spelling import Language, Mistake

log = getLogger("mel.spelling")


class SpellingDoor:
    """``facade.spelling``. All but ``load`` and ``take_list`` is for the main thread too."""

    def __init__(self, services: Services) -> None:
        self._spelling = services.spelling

    def language(self) -> Language:
        """In which language letters are checked, until another is chosen."""
        return self._spelling.language()

    def set_language(self, language: Language) -> None:
        """The same for the letters to come."""
        self._spelling.set_language(language)

    def load(self, language: Language) -> bool:
        """Make a language ready, a tenth of a second. False where its dictionary is not there."""
        return self._spelling.load(language)

    def stands_in_signature(self, line: str, *, before: bool) -> bool:
        """Whether a line belongs to a signature, known whether the one before it does."""
        from mel_desktop.logic import spelling as rules  # noqa: PLC0415 first needed here

        above = rules.Standing.SIGNATURE if before else rules.Standing.OWN
        return rules.standing(line, above) is rules.Standing.SIGNATURE

    def mistakes(self, line: str, language: Language) -> tuple[Mistake, ...]:
        """Of one line; none in a quotation, and none while the language is not loaded."""
        return self._spelling.mistakes(line, language)

    def own_part(self, subject: str) -> int:
        """Where the words of a subject begin, behind ``Re:``, ``Tr:`` and the like."""
        return replies.prefix_length(subject)

    def guesses(self, word: str, language: Language) -> tuple[str, ...]:
        """What may have been meant, the likeliest first; some hundredths of a second."""
        return self._spelling.guesses(word, language)

    def words(self) -> tuple[str, ...]:
        """Words of one's own, by alphabet."""
        return self._spelling.words()

    def add_word(self, typed: str) -> str:
        """Keep one; as it is written now. USAGE(no-word)."""
        return self._spelling.add_word(typed)

    def remove_word(self, word: str) -> None:
        """Forget one."""
        self._spelling.remove_word(word)

    def take_list(self, path: Path) -> int:
        """Keep the words of a file, one a line; how many are new. BAD_FILE | TOO_LARGE."""
        return self._spelling.take_list(path)


def shipped_words() -> Iterator[str]:
    """Words of schools, and their abbreviations; none where the files were left out."""
    from mel_desktop.logic import spelling as rules  # noqa: PLC0415 first needed here

    try:
        yield from rules.words_of_list(shipped_octets("dictionaries", "school.txt").decode("utf-8"))
        told = tomllib.loads(shipped_octets("lexicon", "abbreviations.toml").decode("utf-8"))
        yield from told["abbreviations"]
    except (OSError, ValueError, KeyError) as error:
        log.error("the words of schools cannot be read: %s", type(error).__name__)
