"""What the reader asks of a mail before it is drawn."""

from mel_desktop.logic.html_layout import LIGHT, Paper, drawable
from mel_desktop.logic.html_text import visible

__all__ = ["LIGHT", "Paper", "drawable", "visible"]
