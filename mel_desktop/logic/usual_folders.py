"""Names that folders with a role usually have, in French and in English. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from mel_desktop.logic.folding import fold
from mel_desktop.model.mail import Role

# Folded last components of names, the most telling first.
USUAL_NAMES: Mapping[Role, tuple[str, ...]] = {
    Role.SENT: (
        "sent", "envoyes", "messages envoyes", "elements envoyes", "courrier envoye",
        "courriers envoyes", "mails envoyes", "sent items", "sent messages", "sent mail",
        "sent-mail", "envoye", "objets envoyes",
    ),
    Role.DRAFTS: ("drafts", "brouillons", "draft", "brouillon"),
    Role.TRASH: (
        "trash", "corbeille", "elements supprimes", "messages supprimes", "deleted items",
        "deleted messages", "poubelle", "deleted", "supprimes", "objets supprimes",
    ),
    Role.JUNK: (
        "junk", "spam", "indesirables", "courrier indesirable", "courriers indesirables",
        "messages indesirables", "indesirable", "pourriel", "pourriels", "junk e-mail",
        "junk email", "junk mail", "bulk mail", "spams",
    ),
    Role.ARCHIVE: ("archive", "archives", "all mail"),
}  # fmt: skip


def usual_role(name: str) -> Role | None:
    """What a folder of this name is for, as far as the name tells."""
    folded = fold(name)
    return next((role for role, names in USUAL_NAMES.items() if folded in names), None)
