"""Whether a letter says that something is attached: French and English, quotations left out.

What is only talked about ("votre pièce jointe", "sans pièce jointe", "le conjoint", "joindre par
téléphone", "attached to his pupils") says nothing. A missed one costs a second mail; a false one
costs attention each day: where a phrase is doubtful it is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from mel_desktop.logic.folding import fold
from mel_desktop.model.patterns import late

MOST_LETTERS: Final = 100_000

_THINGS: Final = (
    "fichiers?|documents?|formulaires?|notes?|photos?|images?|plannings?|tableaux?|listes?"
    "|circulaires?|convocations?|comptes?[- ]rendus?|courriers?|affiches?|programmes?|bulletins?"
    "|fiches?|dossiers?|bons?|textes?|calendriers?|plaquettes?|scans?|pdf|supports?|sujets?"
)
_JOINED: Final = r"(?:jointe?s?|attachee?s?)"
_CLEAR: Final = late(
    r"\bci[- ]?(?:joint|attach|annex|inclus)\w{0,3}\b"
    rf"|\b{_JOINED} (?:a|au|aux) (?:ce|cet|cette|mon|mes|ma|notre|(?:le |la )?presente?)\b"
    rf"|\b(?:{_THINGS}) (?:ci[- ]?)?{_JOINED}\b"
    rf"|\btrouver(?:ez|as|a)? (?:ci|en attache|en fichier|en document|en p\.?j\b|{_JOINED})"
    r"|\b(?:je|nous) (?:vous |te |t'|y )?(?:joins|joignons|attache|attachons)\b"
    r"(?! des (?:que|possible|ce|cet|demain|lundi)| a (?:vous|nous|toi|eux|elles?|lui|toute?)\b)"
    r" (?:a|au|aussi|egalement|donc|ici|un|une|le|la|les|l'|mon|ma|mes|ce|cet|cette|ces|notre|nos"
    r"|des|du|de|deux|trois|quelques|en|votre|vos)\b"
    r"|\ben (?:attache|fichiers? joints?|documents? joints?)\b"
    r"|\b(?:en|voir|cf\.?|avec|mes|mon|ma|les|la|cette|ces) p\.?j\b(?! de (?:votre|ton|ta))"
    r"|\(p\.?j\.?\)|^ *p\.?j\.? ?:"
    r"|\b(?:see|find|open|read|review|sign|complete|fill in) (?:the |my |our )?"
    r"attach(?:ed|ments?)\b"
    r"|\bplease find (?:enclosed|attached|here|the)\b.{0,20}\b(?:attach|enclos|here)"
    r"|\bplease find (?:enclosed|attached)\b"
    r"|\b(?:is|are|have|has|i've|i) (?:also |been )?(?:attached|enclosed)\b"
    r"(?! (?:to|by|great|importance|with)\b)"
    r"|\b(?:i am|i'm|we are|we're) (?:also )?(?:attaching|enclosing)\b"
    r"|\b(?:i|we) (?:also )?(?:attach|enclose)\b(?! (?:great|no|much|importance))"
    r"|\battached (?:is|are|you will|you'll|please|file|files|document|documents|form|to this)\b"
    r"|\b(?:as|in) (?:an |the |my )?attachments?\b|\benclosed (?:is|are|please|you will)\b",
    re.MULTILINE,
)
_THING_JOINED: Final = late(r"\bpieces?[- ]jointes?\b")
# "La pièce jointe" of somebody else, one that is missing, or none at all.
_ELSEWHERE: Final = late(
    r"\b(?:votre|vos|ta|tes|son|sa|ses|leur|leurs|sans|besoin|aucune?|ouvrir|ouvre|ouvert|ouvrent|recue?s?"
    r"|recevoir|manque\w*|merci pour|pas de|plus de|n'est pas|ne sont pas|n'ai pas|n'a pas"
    r"|n'avons pas|illisibles?|supprim\w+|evite\w*|limite\w*|taille des|trop lourde?s?|envoyer les"
    r"|type de|oubliee?s?|que (?:vous|tu) (?:m'|nous )?)\b"
)
_CLEAR_ELSEWHERE: Final = late(
    r"\b(?:n'ai pas recu|n'avons pas recu|n'etait pas|n'y a pas de|n'est pas|il manque|manquait"
    r"|impossible d'ouvrir|n'arrive pas a ouvrir|pas pu ouvrir|cannot open|could not open|no"
    r"|did not|didn't|your|not|votre|vos|ton|ta|tes|without)\b"
)
_OF_YOURS: Final = late(r"^.{0,12}\b(?:a|au|aux|dans|de|to|in) (?:votre|vos|ton|ta|tes|your)\b")
_QUOTE: Final = late(
    r"^\s*(?:-{3,}\s*(?:message|original|forwarded)|_{10,}\s*$"
    r"|(?:le|on)\b.{4,200}\b(?:a ecrit|wrote) ?:\s*$|.{1,200}\b(?:a ecrit|wrote) ?:\s*$)"
)
_APOSTROPHES: Final = str.maketrans("’ʼ‘`´′\u00a0\u202f", "''''''  ")


def own_lines(text: str) -> Iterator[str]:
    """Lines that the person wrote: no quotation, nothing below the head of one."""
    for line in text[:MOST_LETTERS].splitlines():
        if line.lstrip().startswith(">"):
            continue
        folded = fold(line)
        if _QUOTE.match(folded):
            rest = folded.lstrip()
            if rest.startswith(("-", "_")):
                return  # a message passed on, or Outlook's way of quoting: all that follows
            continue
        if line.rstrip() == "--":
            return  # the signature
        yield line


def mentioned(text: str) -> str:
    """The words that promise something attached, as they stand in the letter; "" for none."""
    for sentence in _sentences(text):
        plain = fold(sentence).translate(_APOSTROPHES)
        found = _CLEAR.search(plain)
        if (
            found is not None
            and not _CLEAR_ELSEWHERE.search(plain[: found.start()])
            and not _OF_YOURS.search(plain[found.end() :])
        ):
            return _as_written(sentence, plain, found)
        found = _THING_JOINED.search(plain)
        if found is not None and not _ELSEWHERE.search(plain):
            return _as_written(sentence, plain, found)
    return ""


def _sentences(text: str) -> Iterator[str]:
    """Lines of one paragraph run on; a mark, an empty line or an item of a list ends it."""
    paragraph: list[str] = []
    for line in [*own_lines(text), ""]:
        if line.strip() and not re.match(r"\s*(?:[-*•]|p\.?j\.? ?:)", line, re.IGNORECASE):
            paragraph.append(line.strip())
            continue
        yield from re.split(r"(?<=[.!?;])\s+", " ".join(paragraph))
        paragraph = [line.strip()] if line.strip() else []
    if paragraph:
        yield " ".join(paragraph)


def _as_written(sentence: str, plain: str, found: re.Match[str]) -> str:
    """The same place in the sentence itself, where folding has changed no length."""
    if len(plain) == len(sentence):
        return sentence[found.start() : found.end()].strip(" :()")
    return found[0].strip(" :()")
