"""What the checks before sending say, in both languages: for the window and the command line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from mel_desktop.logic.check_titles import TITLES
from mel_desktop.logic.sendchecks import LINK_PLACES
from mel_desktop.model.safety import Known, Mend, MendKind, SendWarning, WarningCode

W = WarningCode
Both = tuple[str, str]  # French, English
SHOWN: Final = 3

# By code, then by the warning's reason; "" where no reason has a sentence of its own.
_TOLD: Final[Mapping[WarningCode, Mapping[str, Both]]] = {
    W.OPEN_RECIPIENTS: {
        "parents": (
            "Des parents de plusieurs familles verraient les adresses les uns des autres ({who}). "
            "Une adresse de parent est une donnée personnelle.",
            "Parents of several families would see each other’s addresses ({who}). A parent’s "
            "address is personal data.",
        ),
        "": (
            "{count} adresses extérieures à l’établissement seraient visibles de tous ({who}).",
            "{count} addresses from outside the school would be visible to everyone ({who}).",
        ),
    },
    W.BIG_LIST: {
        "": (
            "Votre réponse part à {count} personnes.",
            "Your answer goes to {count} people.",
        ),
    },
    W.NO_ATTACHMENT: {
        "link": (
            "Le lien n’a pas été collé : le message dit encore « {word} ».",
            "The link was not pasted: the message still says “{word}”.",
        ),
        "": (
            "Le texte annonce « {word} », mais rien n’est joint.",
            "The text says “{word}”, but nothing is attached.",
        ),
    },
    W.NO_SUBJECT: {
        "": (
            "Sans objet, le message passe pour un indésirable et se retrouve mal.",
            "Without a subject the message looks like spam and is hard to find again.",
        ),
    },
    W.FIRST_MAIL: {
        "": (
            "Vous n’avez jamais échangé avec {who}.",
            "You have never exchanged messages with {who}.",
        ),
    },
    W.LOOK_ALIKE: {
        "letter": (
            "{who} n’est pas connue, mais il s’en faut d’une lettre.",
            "{who} is not known, but for one letter it would be.",
        ),
        "swapped": (
            "{who} n’est pas connue : le nom et le prénom semblent inversés.",
            "{who} is not known: names seem to be the wrong way round.",
        ),
        "digit": (
            "{who} n’est pas connue : il manque un chiffre, ou il y en a un de trop.",
            "{who} is not known: a digit is missing, or there is one too many.",
        ),
        "": (
            "{who} n’est pas connue : le domaine diffère d’une lettre.",
            "{who} is not known: its domain is one letter off.",
        ),
    },
    W.WRONG_DOMAIN: {
        "academy": (
            "Aucune académie n’a ce domaine : {who}.",
            "No académie has this domain: {who}.",
        ),
        "provider": (
            "{who} : ce domaine ressemble à une faute de frappe pour {word}.",
            "{who}: this domain looks like a slip for {word}.",
        ),
        "": (
            "Le domaine de {who} est écrit avec des caractères qui peuvent tromper.",
            "The domain of {who} is written in letters that may deceive.",
        ),
    },
    W.NAMESAKE: {
        "unknown": (
            "{who} n’est pas dans l’annuaire, qui connaît une autre adresse à ce nom : {word}.",
            "{who} is not in the directory, which has another address of that name: {word}.",
        ),
        "": (
            "Plusieurs personnes s’appellent {word}. Est-ce la bonne ?",
            "Several people are called {word}. Is this the right one?",
        ),
    },
    W.TOO_LARGE: {
        "": (
            "Le message pèse {count_size} une fois codé ; le serveur prend au plus {limit_size}.",
            "The message has {count_size} once encoded; the server takes {limit_size} at most.",
        ),
    },
    W.OVER_LIMITS: {
        "": (
            "{count} destinataires : le serveur n’en accepte que {limit} pour l’instant. L’envoi "
            "se fera en plusieurs fois, jusqu’à {at}.",
            "{count} recipients: the server takes but {limit} for now. The message leaves in "
            "portions, until {at}.",
        ),
    },
    W.QUIET_HOURS: {
        "": (
            "Le message arriverait hors des heures de travail (droit à la déconnexion).",
            "The message would arrive outside working hours (right to disconnect).",
        ),
    },
    W.PUPIL_DATA: {
        "number": (
            "Le message contient un identifiant national d’élève (INE) et part vers {who}.",
            "The message holds a pupil’s national number (INE) and goes to {who}.",
        ),
        "births": (
            "Le message nomme des élèves avec des dates de naissance et part vers {who}.",
            "The message names pupils with birth dates and goes to {who}.",
        ),
        "names": (
            "Le message nomme {count} élèves et part vers {who}.",
            "The message names {count} pupils and goes to {who}.",
        ),
        "unread": (
            "Pas encore examiné : {files}. On ne sait pas s’il s’y trouve des données d’élèves, "
            "et le message part vers {who}.",
            "Nobody has looked yet into {files}. Whether pupils’ data are in there is not known, "
            "and the message goes to {who}.",
        ),
        "plan": (
            "Le nom du fichier annonce un accompagnement d’élève ({files}) et le message part vers "
            "{who}.",
            "The name of a file speaks of a pupil’s plan of support ({files}), and the message "
            "goes to {who}.",
        ),
        "": (
            "Une pièce jointe semble être une liste d’élèves ou de notes ({files}) et le message "
            "part vers {who}.",
            "An attachment looks like a list of pupils or marks ({files}), and the message goes to "
            "{who}.",
        ),
    },
    W.ENCRYPTED_FILE: {
        "": (
            "Protégé par un mot de passe : {files}. La messagerie nationale refuse ces fichiers.",
            "Locked with a password: {files}. The national mail service refuses such files.",
        ),
    },
    W.DANGEROUS_FILE: {
        "inside": (
            "L’archive {files} contient un programme ({word}) : la plupart des serveurs la "
            "refusent.",
            "The archive {files} holds a program ({word}): most servers refuse it.",
        ),
        "": (
            "{files} est un programme ou un script : la plupart des serveurs le refusent.",
            "{files} is a program or a script: most servers refuse it.",
        ),
    },
}

MENDS: Final[Mapping[MendKind, Both]] = {
    MendKind.TO_BCC: ("Mettre ces adresses en Cci", "Put these addresses into Bcc"),
    MendKind.REPLACE: ("Écrire à {choice}", "Write to {choice}"),
    MendKind.WRITE_SUBJECT: ("Écrire un objet", "Write a subject"),
    MendKind.ATTACH: ("Joindre un fichier…", "Attach a file…"),
    MendKind.TAKE_OFF: ("Retirer {what}", "Take {what} off"),
    MendKind.SENDER_ONLY: ("Répondre à l’auteur seulement", "Answer the author alone"),
    MendKind.SEND_LATER: ("Envoyer {at}", "Send {at}"),
    MendKind.SHRINK: ("Réduire la photo la plus lourde…", "Shrink the largest photo…"),
    MendKind.ASIDE: (
        "Déposer ce fichier ailleurs et donner un lien…",
        "Put this file elsewhere and give a link…",
    ),
    MendKind.LOOK_AGAIN: ("Examiner encore", "Go on looking"),
}
MERGE: Final[Both] = ("Un message par personne…", "One message a person…")
_DAYS: Final = (
    ("lundi", "Monday"), ("mardi", "Tuesday"), ("mercredi", "Wednesday"), ("jeudi", "Thursday"),
    ("vendredi", "Friday"), ("samedi", "Saturday"), ("dimanche", "Sunday"),
)  # fmt: skip
_FILE: Final[Both] = ("ce fichier", "this file")
_FILES: Final[Both] = ("ces fichiers", "these files")


def title(code: WarningCode, language: str) -> str:
    """A few words."""
    return _in(TITLES[code], language)


def told(warning: SendWarning, language: str) -> str:
    """What was found, in one or two sentences."""
    known = _TOLD[warning.code]
    return _in(known.get(warning.reason, known[""]), language).format(
        who=_several(warning.addresses, language),
        files=_several(warning.files, language),
        word=warning.word,
        count=warning.count,
        limit=warning.limit,
        count_size=_size(warning.count, language),
        limit_size=_size(warning.limit, language),
        at="" if warning.at is None else _hour(warning.at, language),
    )


def mend_words(mend: Mend, choice: int, language: str) -> str:
    """What a key does."""
    chosen = mend.choices[choice] if choice < len(mend.choices) else None
    return _in(MENDS[mend.kind], language).format(
        choice="" if chosen is None else person(chosen),
        what=_in(_FILE if len(mend.files) < 2 else _FILES, language),
        at="" if mend.at is None else _hour(mend.at, language),
    )


def merge_words(language: str) -> str:
    """One message a person."""
    return _in(MERGE, language)


def person(known: Known) -> str:
    """Name, function, school, classes and address: what tells namesakes apart."""
    about = [known.role, known.school, ", ".join(known.classes[:4])]
    more = " – ".join(one for one in about if one)
    name = known.name if known.name and known.name != known.address else ""
    head = f"{name} <{known.address}>" if name else known.address
    return f"{head} ({more})" if more else head


def link_placeholder(language: str) -> str:
    """What stands in a paragraph until a link is pasted there."""
    return _in(LINK_PLACES, language)


def _in(both: Both, language: str) -> str:
    return both[1] if language.startswith("en") else both[0]


def _several(names: tuple[str, ...], language: str) -> str:
    shown = ", ".join(names[:SHOWN])
    rest = len(names) - SHOWN
    if rest <= 0:
        return shown
    return shown + _in((f" et {rest} autres" if rest > 1 else " et 1 autre",
                        f" and {rest} more"), language)  # fmt: skip


def _size(octets: int, language: str) -> str:
    value = f"{octets / 1_000_000:.1f}".removesuffix(".0")
    if language.startswith("en"):
        return f"{value}\N{NO-BREAK SPACE}MB"
    return f"{value.replace('.', ',')}\N{NO-BREAK SPACE}Mo"


def _hour(at: datetime, language: str) -> str:
    local = at.astimezone()
    day = _DAYS[local.weekday()]
    if language.startswith("en"):
        return f"on {day[1]} {local:%d/%m} at {local:%H:%M}"
    minutes = f"{local:%M}" if local.minute else ""
    return f"{day[0]} {local.day}/{local:%m} à {local.hour}\N{NO-BREAK SPACE}h {minutes}".rstrip()
