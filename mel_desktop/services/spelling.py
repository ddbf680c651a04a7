"""The spell check of one profile: a dictionary a language, words of the school, of the directory
and of one's own.

Rule 1: dictionaries are loaded when a letter is written, off the main thread, once.
Rule 2: looking up is bounded and waits for nothing; what is not loaded raises no alarm.
Rule 3: words never go into a log.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, Protocol

from mel_desktop.logic import spelling
from mel_desktop.logic.folding import fold
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.spelling import Language, Mistake
from mel_desktop.ports import Clock
from mel_desktop.store import ownwords, people_search, settings
from mel_desktop.store.database import Database

log = logging.getLogger("mel.spelling")

SETTING: Final = "spelling.language"
MOST_LIST: Final = 1024 * 1024  # octets of a list that is taken
MOST_WORDS: Final = 50_000  # of a list
MOST_NAMES: Final = 5_000  # answers of the directory that are remembered
MOST_GUESSES: Final = 5


class Speller(Protocol):
    """A dictionary of one language."""

    def is_right(self, word: str) -> bool:
        """Whether it has the word; some microseconds."""
        ...

    def guesses(self, word: str) -> tuple[str, ...]:
        """What may have been meant; some hundredths of a second."""
        ...


class Spelling:
    """``load`` blocks for a tenth of a second; the rest is quick."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        make: Callable[[str], Speller],
        shipped: Callable[[], Iterable[str]],
    ) -> None:
        self._database = database
        self._clock = clock
        self._make = make
        self._shipped = shipped
        self._guard = threading.Lock()
        self._spellers: dict[Language, Speller | None] = {}
        self._school: frozenset[str] = frozenset()
        self._own: frozenset[str] | None = None
        self._names: dict[str, bool] = {}

    # -- language ----------------------------------------------------------------------------------

    def language(self) -> Language:
        """In which language letters are checked."""
        with self._database.read() as reader:
            kept = settings.load(reader, SETTING)
        known = {one.value: one for one in Language if one is not Language.AUTO}
        return known.get(kept or "", Language.FRENCH)

    def set_language(self, language: Language) -> None:
        """The same for the letters to come."""
        self._database.write(lambda tx: settings.save(tx, SETTING, language.value))

    def load(self, language: Language) -> bool:
        """Make a language ready. False where its dictionary or the engine is not there."""
        if language in (Language.OFF, Language.AUTO):
            return True
        with self._guard:
            self._names = {}  # the directory may have come meanwhile
            if not self._school:
                self._school = _forms(self._shipped())
            if language not in self._spellers:
                try:
                    self._spellers[language] = self._make(language.value)
                except (ImportError, OSError) as error:
                    log.warning("no spell check: %s", type(error).__name__)
                    self._spellers[language] = None
        return self._spellers[language] is not None

    # -- looking up --------------------------------------------------------------------------------

    def mistakes(self, line: str, language: Language) -> tuple[Mistake, ...]:
        """Of one line; none while the language is not loaded."""
        speller = self._spellers.get(language)
        if speller is None:
            return ()
        return tuple(spelling.mistakes(line, lambda word: self._is_right(speller, word)))

    def guesses(self, word: str, language: Language) -> tuple[str, ...]:
        """What may have been meant, the likeliest first."""
        speller = self._spellers.get(language)
        return () if speller is None else speller.guesses(word)[:MOST_GUESSES]

    def _is_right(self, speller: Speller, word: str) -> bool:
        if speller.is_right(word) or word in self._school or word in self._own_forms():
            return True
        return word[:1].isupper() and self._is_name(word)

    def _is_name(self, word: str) -> bool:
        known = self._names.get(word)
        if known is None:
            with self._database.read() as reader:
                known = people_search.has_name(reader, word)
            if len(self._names) >= MOST_NAMES:
                self._names = {}
            self._names[word] = known
        return known

    def _own_forms(self) -> frozenset[str]:
        if self._own is None:
            self._own = _forms(self.words())
        return self._own

    def reread(self) -> None:
        """Words of one's own came from elsewhere: a seed."""
        self._own = None

    # -- words of one's own ------------------------------------------------------------------------

    def words(self) -> tuple[str, ...]:
        """By alphabet."""
        with self._database.read() as reader:
            return tuple(sorted(ownwords.all_words(reader), key=fold))

    def add_word(self, typed: str) -> str:
        """Keep a word, as it is written now. USAGE(no-word)."""
        word = spelling.tidy_word(typed)
        if not word:
            raise LocalRefusal(ErrorCode.USAGE, why="no-word")
        self._keep((word,))
        return word

    def remove_word(self, word: str) -> None:
        """Forget one; it is a mistake again."""
        self._database.write(lambda tx: ownwords.remove(tx, word), durable=True)
        self._own = None

    def take_list(self, path: Path) -> int:
        """Keep the words of a file, one a line; how many are new. BAD_FILE | TOO_LARGE."""
        try:
            if not path.is_file():  # a pipe would block
                raise LocalRefusal(ErrorCode.BAD_FILE, why="not-a-file")
            with path.open("rb") as stream:
                octets = stream.read(MOST_LIST + 1)
        except OSError as error:
            raise LocalRefusal(ErrorCode.BAD_FILE, errno=error.errno or 0) from error
        if len(octets) > MOST_LIST:
            raise LocalRefusal(ErrorCode.TOO_LARGE, limit=MOST_LIST)
        found = frozenset(spelling.words_of_list(_decoded(octets)))
        if len(found) > MOST_WORDS:
            raise LocalRefusal(ErrorCode.TOO_LARGE, limit=MOST_WORDS)
        fresh = found - set(self.words())
        self._keep(fresh)
        return len(fresh)

    def _keep(self, words: Iterable[str]) -> None:
        now = self._clock.now()
        kept = tuple(words)
        self._database.write(lambda tx: ownwords.add(tx, kept, now), durable=True)
        self._own = None


def _forms(words: Iterable[str]) -> frozenset[str]:
    return frozenset(form for word in words for form in spelling.own_forms(word))


def _decoded(octets: bytes) -> str:
    """UTF-8, or what Windows wrote before."""
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        return octets.decode("cp1252", "replace")
