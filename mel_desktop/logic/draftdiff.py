"""Where two states of a draft differ: recipients, subject, files, text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from mel_desktop.logic import lettermerge
from mel_desktop.logic.html_reading import read_html
from mel_desktop.logic.html_text import html_to_text
from mel_desktop.logic.html_writing import from_text
from mel_desktop.model.mail import Address
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.model.revisions import Differences, HeadChange, HeadField, Piece, Taken


def said(content: DraftContent) -> str:
    """The text of a draft, its layout left aside."""
    return content.text or html_to_text(content.html)


def compare(
    mine: DraftContent, theirs: DraftContent, files: Sequence[str], their_files: Sequence[str]
) -> Differences:
    """From the older state to the newer one."""
    from mel_desktop.logic import textdiff  # noqa: PLC0415 seldom

    return Differences(
        (*heads(mine, theirs), *_change(HeadField.FILES, files, their_files)),
        textdiff.words(said(mine), said(theirs)),
    )


def heads(mine: DraftContent, theirs: DraftContent) -> tuple[HeadChange, ...]:
    """Fields that differ."""
    pairs = (
        (HeadField.SENDER, _named(mine.sender), _named(theirs.sender)),
        (HeadField.TO, _people(mine.to), _people(theirs.to)),
        (HeadField.CC, _people(mine.cc), _people(theirs.cc)),
        (HeadField.BCC, _people(mine.bcc), _people(theirs.bcc)),
        (HeadField.SUBJECT, _line(mine.subject), _line(theirs.subject)),
    )
    return tuple(found for pair in pairs for found in _change(*pair))


def layout(mine: DraftContent, theirs: DraftContent) -> tuple[HeadChange, ...]:
    """The layout, where it is all that differs of the text."""
    is_same = all(one.is_same for one in paragraphs(mine, theirs))
    drawn = [read_html(one.html) if one.html else from_text(said(one)) for one in (mine, theirs)]
    if not is_same or drawn[0] == drawn[1] or not (mine.html or theirs.html):
        return ()
    return (HeadChange(HeadField.LAYOUT, (), ()),)


def size_of(pieces: Sequence[Piece]) -> tuple[int, int]:
    """How many words came, and how many went."""
    from mel_desktop.logic import textdiff  # noqa: PLC0415 seldom

    differing = [one for one in pieces if not one.is_same]
    return (
        sum(textdiff.count_words(one.theirs) for one in differing),
        sum(textdiff.count_words(one.mine) for one in differing),
    )


def paragraphs(mine: DraftContent, theirs: DraftContent) -> tuple[Piece, ...]:
    """What is chosen among, whatever the line ends that another program writes."""
    from mel_desktop.logic import textdiff  # noqa: PLC0415 seldom

    ours = said(mine)
    other = said(theirs).replace("\r\n", "\n").rstrip("\n")
    ends = ours[len(ours.rstrip("\n")) :]
    return textdiff.paragraphs(ours, f"{other}{ends}" if other else "")


def merged(
    mine: DraftContent,
    theirs: DraftContent,
    of_heads: Mapping[HeadField, Taken],
    of_text: Sequence[Taken],
) -> DraftContent:
    """The draft that the choices make, with the layout of what was taken (``loses_layout``)."""
    from mel_desktop.logic import textdiff  # noqa: PLC0415 seldom

    pieces = paragraphs(mine, theirs)
    text = textdiff.merge(pieces, of_text)
    made = mine
    if of_text and any(one is not Taken.MINE for one in of_text):
        layout = lettermerge.merge_layout(pieces, of_text, mine.html, theirs.html)
        made = replace(mine, text=text, html=layout.html)
    for field, taken in of_heads.items():
        if taken is Taken.MINE:
            continue
        if field is HeadField.LAYOUT:
            made = replace(made, html=theirs.html)
        elif field is HeadField.SUBJECT:
            made = replace(made, subject=theirs.subject)
        elif field is HeadField.TO:
            made = replace(made, to=_both(mine.to, theirs.to, taken))
        elif field is HeadField.CC:
            made = replace(made, cc=_both(mine.cc, theirs.cc, taken))
        elif field is HeadField.BCC:
            made = replace(made, bcc=_both(mine.bcc, theirs.bcc, taken))
    return made


def loses_layout(mine: DraftContent, theirs: DraftContent, of_text: Sequence[Taken]) -> bool:
    """Whether some layout of what these choices take cannot be kept."""
    pieces = paragraphs(mine, theirs)
    return lettermerge.merge_layout(pieces, of_text, mine.html, theirs.html).is_lost


def _both(
    mine: tuple[Address, ...], theirs: tuple[Address, ...], taken: Taken
) -> tuple[Address, ...]:
    if taken is Taken.THEIRS:
        return theirs
    known = {one.address.casefold() for one in mine}
    return (*mine, *(one for one in theirs if one.address.casefold() not in known))


def _change(field: HeadField, mine: Sequence[str], theirs: Sequence[str]) -> tuple[HeadChange, ...]:
    gone = tuple(one for one in mine if one not in theirs)
    come = tuple(one for one in theirs if one not in mine)
    return (HeadChange(field, gone, come),) if gone or come else ()


def _people(addresses: Sequence[Address]) -> tuple[str, ...]:
    return tuple(f"{one.name} <{one.address}>" if one.name else one.address for one in addresses)


def _named(sender: Address | None) -> tuple[str, ...]:
    return _people((sender,) if sender else ())


def _line(subject: str) -> tuple[str, ...]:
    return (subject,) if subject else ()
