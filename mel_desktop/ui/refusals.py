"""Why a command was not taken, or a change of the journal was refused, in words a teacher knows.

The codes are those of ``reason`` in the journal and of the fact ``why`` of a refusal: finer than
error codes, whose sentences are in app.wording.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

translate = QCoreApplication.translate


def sentence(reason: str) -> str:
    """What happened and what to do; "" for a reason that has no words of its own."""
    return _of_folders().get(reason) or _of_changes().get(reason, "")


def _of_folders() -> dict[str, str]:
    name = translate("refusals", "This name cannot be used for a folder. Choose another one.")
    return {
        "folder-name": name,
        "folder-name-empty": translate("refusals", "A folder needs a name."),
        "folder-name-spaces": translate(
            "refusals", "The name of a folder cannot begin or end with a space."
        ),
        "folder-name-characters": name,
        "folder-name-long": translate("refusals", "This name is too long."),
        "folder-is-inbox": translate("refusals", "The inbox stays as it is."),
        "folder-exists": translate(
            "refusals", "There is a folder of this name already. Choose another name."
        ),
        "folder-protected": translate(
            "refusals",
            "The program needs this folder (inbox, sent, drafts, trash…): it can be neither "
            "renamed nor deleted.",
        ),
        "folder-into-itself": translate("refusals", "A folder cannot lie in itself."),
        "folder-incomplete": translate(
            "refusals",
            "The messages of this folder have not all come yet. Synchronise first: what nobody "
            "has seen is not deleted.",
        ),
        "folder-has-folders": translate(
            "refusals",
            "Other folders lie in this one on the server. Nothing was deleted: delete these first.",
        ),
        "folder-not-empty": translate(
            "refusals",
            "Messages that are not known here lie in this folder on the server. Nothing was "
            "deleted: synchronise and look at them first.",
        ),
        "folder-not-made": translate(
            "refusals",
            "The folder could not be made on the server: the message stays where it is.",
        ),
        "folder-holds-no-messages": translate("refusals", "This folder cannot hold messages."),
    }


def _of_changes() -> dict[str, str]:
    return {
        "moved-elsewhere": translate(
            "refusals",
            "Another program moved this message to another folder meanwhile. "
            "Choose: your folder, the other one, or a copy in both.",
        ),
        "renumbered": translate(
            "refusals",
            "The server numbered this folder anew and the message was not found again: nothing "
            "was done. Try again or undo it.",
        ),
        "draft-edited-elsewhere": translate(
            "refusals",
            "Another program changed this draft on the server meanwhile. "
            "Choose: your text, the other one, or both.",
        ),
        "draft-gone-elsewhere": translate(
            "refusals",
            "Another program removed this draft from the server meanwhile. "
            "Choose: keep yours, or let it go too.",
        ),
        "on-its-way": translate(
            "refusals", "This change is on its way to the server: it cannot be taken back now."
        ),
        "others-depend": translate(
            "refusals", "Later changes depend on this one. Undo these first."
        ),
        "other-account": translate(
            "refusals", "Messages cannot be moved or copied to another account."
        ),
        "already-there": translate("refusals", "The message lies in this folder already."),
        "not-refused": translate("refusals", "This change waits already."),
        "no-conflict": translate("refusals", "There is nothing to be decided any more."),
    }
