"""Why a tag was refused: sentences in both languages (``app.reasons``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TAGS: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "tag-name-empty": (
        "Une étiquette a besoin d’un nom.",
        "Donnez-lui un nom.",
        "A tag needs a name.",
        "Give it a name.",
    ),
    "tag-name-taken": (
        "Une autre étiquette porte déjà ce nom.",
        "Choisissez un autre nom.",
        "Another tag has this name already.",
        "Choose another name.",
    ),
    "tag-colour": (
        "Cette couleur n’est pas lisible.",
        "Donnez la couleur sous la forme #rrvvbb.",
        "This colour cannot be read.",
        "Give the colour as #rrggbb.",
    ),
    "too-many-tags": (
        "Il y a déjà cent étiquettes.",
        "Supprimez-en une d’abord.",
        "There are a hundred tags already.",
        "Delete one first.",
    ),
}
