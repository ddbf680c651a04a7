"""What each step of ``--self-test`` tries, in a few words; the names themselves stay as they are.

Names are for scripts and for the help desk, words for whoever reads along.
"""

from __future__ import annotations

from typing import Final

# In the order of the steps: French, English.
WORDS: Final[dict[str, tuple[str, str]]] = {
    "program": ("programme et version", "program and version"),
    "files": ("fichiers livrés", "files that ship"),
    "libraries": ("bibliothèques", "libraries"),
    "qt": ("affichage (Qt)", "display (Qt)"),
    "keyring": ("trousseau de la session", "keyring of the session"),
    "document-process": ("texte d’un document", "text of a document"),
    "page-process": ("aperçu d’une page", "preview of a page"),
    "script-process": ("script de proxy (PAC)", "proxy script (PAC)"),
    "spelling": ("orthographe", "spelling"),
    "servers": ("serveurs d’essai, sur ce poste", "servers for the test, on this PC"),
    "school": ("école fictive", "school that is made up"),
    "tls": ("connexion chiffrée, certificat vérifié", "encrypted line, certificate checked"),
    "vault": ("coffre chiffré", "encrypted vault"),
    "account": ("compte", "account"),
    "sync": ("synchronisation", "synchronisation"),
    "attachments": ("pièces jointes", "attachments"),
    "sync-again": ("seconde synchronisation", "second synchronisation"),
    "directory": ("annuaire", "directory"),
    "read-offline": ("lecture hors ligne", "reading offline"),
    "search-offline": ("recherche hors ligne", "searching offline"),
    "write-offline": ("rédaction hors ligne", "writing offline"),
    "reopen": ("coffre rouvert", "vault opened again"),
    "send": ("envoi", "sending"),
    "sent": ("copie dans Envoyés", "copy in Sent"),
    "server": ("arrivée chez les destinataires", "arrival at the recipients"),
    "window": ("fenêtre", "window"),
    "disk": ("rien en clair sur le disque", "nothing readable on the disk"),
}


def titled(name: str, *, french: bool) -> str:
    """The name, and what the step tries where that is known."""
    words = WORDS.get(name)
    if words is None:
        return name
    return f"{name} : {words[0]}" if french else f"{name}: {words[1]}"
