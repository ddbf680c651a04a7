"""What the window needs to lay out the text of a message: quotes, and pieces of plain text."""

from mel_desktop.logic.quoted import SCHEME as QUOTE_SCHEME
from mel_desktop.logic.quoted import Piece, fold_html, pieces

__all__ = ["QUOTE_SCHEME", "Piece", "fold_html", "pieces"]
