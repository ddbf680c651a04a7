"""What the shield of a message says, in both languages: for the window and the command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mel_desktop.model.mail import ReadMessage
from mel_desktop.model.patterns import late
from mel_desktop.model.trust import Authentication, Finding, Severity, TrustCode

T = TrustCode
Both = tuple[str, str]  # French, English
_SPACED: Final = late(r" ([:;?!»])")

_HEADS: Final[Mapping[Severity, Both]] = {
    Severity.CALM: ("Bon à savoir", "Good to know"),
    Severity.LOOK: ("À vérifier", "Look twice"),
    Severity.DANGER: ("Danger", "Danger"),
}
# By code, then by the finding's reason; "" where no reason has a sentence of its own.
_TOLD: Final[Mapping[TrustCode, Mapping[str, Both]]] = {
    T.SENDER_VERIFIED: {
        "": (
            "Le serveur de votre messagerie a vérifié que ce message vient bien de {who}.",
            "Your mail server has verified that this message does come from {who}.",
        )
    },
    T.SENDER_UNVERIFIED: {
        "": (
            "Le serveur de votre messagerie n’a pas pu confirmer que ce message vient de {who} : ne"
            " répondez pas avant d’avoir vérifié par un autre moyen.",
            "Your mail server could not confirm that this message comes from {who}: do not answer"
            " before you have checked by another way.",
        )
    },
    T.SENDER_UNKNOWN: {
        "": (
            "Le serveur de votre messagerie n’a rien dit de l’expéditeur.",
            "Your mail server said nothing about the sender.",
        )
    },
    T.FIRST_TIME: {
        "inside": (
            "Premier message de {who}, une adresse de l’éducation nationale.",
            "The first message from {who}, an address of the éducation nationale.",
        ),
        "": ("Premier message de {who}.", "The first message from {who}."),
    },
    T.KNOWN_NAME: {
        "senior": (
            "Le nom est celui d’un responsable de l’annuaire ({known}), mais le message vient de"
            " {who} : vérifiez par téléphone avant d’obéir.",
            "The name is that of a senior person of the directory ({known}), but the message comes"
            " from {who}: check by telephone before you do what it asks.",
        ),
        "": (
            "L’annuaire connaît ce nom avec une autre adresse ({known}). Le message vient de"
            " {who} :"
            " assurez-vous que c’est bien la même personne.",
            "The directory has this name with another address ({known}). The message comes from"
            " {who}: make sure that it is the same person.",
        ),
    },
    T.ADDRESS_IN_NAME: {
        "": (
            "Le nom affiché imite une adresse, mais le message vient de {who} : fiez-vous à cette"
            " adresse seule.",
            "The displayed name imitates an address, but the message comes from {who}: trust that"
            " address alone.",
        )
    },
    T.LOOK_ALIKE: {
        "academy": (
            "{who} imite {known}, mais n’appartient pas au ministère : n’ouvrez rien et signalez ce"
            " message.",
            "{who} imitates {known} but does not belong to the ministry: open nothing and report"
            " this message.",
        ),
        "letters": (
            "{who} est écrit avec des caractères qui trompent l’œil : n’ouvrez rien et signalez ce"
            " message.",
            "{who} is written in letters that deceive the eye: open nothing and report this"
            " message.",
        ),
        "mentions": (
            "{who} contient le nom d’une académie sans appartenir au ministère : vérifiez qui"
            " écrit.",
            "{who} has the name of an académie without belonging to the ministry: check who"
            " writes.",
        ),
        "": (
            "{who} ressemble à {known}, sans être ce domaine : vérifiez l’adresse lettre par"
            " lettre.",
            "{who} looks like {known} but is another domain: check the address letter by letter.",
        ),
    },
    T.CLAIMS: {
        "freemail": (
            "L’expéditeur se présente comme « {known} », mais écrit d’une adresse personnelle"
            " ({who}) : l’administration ne le fait pas, signalez ce message.",
            "The sender poses as “{known}” but writes from a personal address ({who}):"
            " administrations do not, report this message.",
        ),
        "": (
            "L’expéditeur se présente comme « {known} », mais {who} n’est pas une adresse du"
            " ministère : vérifiez avant de répondre.",
            "The sender poses as “{known}”, but {who} is no address of the ministry: check before"
            " you answer.",
        ),
    },
    T.REPLY_ELSEWHERE: {
        "": (
            "Votre réponse partirait à une autre adresse : {who}. Vérifiez-la avant d’écrire.",
            "Your answer would go to another address: {who}. Check it before you write.",
        )
    },
    T.LINK: {
        "mismatch": (
            "Un lien affiche {known}, mais mène à {who} : ne l’ouvrez pas.",
            "A link shows {known} but leads to {who}: do not open it.",
        ),
        "userinfo": (
            "Un lien cache sa destination derrière un signe @ ; il mène à {who} : ne l’ouvrez pas.",
            "A link hides its target behind an @ sign; it leads to {who}: do not open it.",
        ),
        "letters": (
            "Un lien mène à {who}, écrit avec des caractères qui trompent l’œil : ne l’ouvrez pas.",
            "A link leads to {who}, written in letters that deceive the eye: do not open it.",
        ),
        "lookalike": (
            "Un lien mène à {who}, qui imite {known} : ne l’ouvrez pas et n’y tapez aucun mot de"
            " passe.",
            "A link leads to {who}, which imitates {known}: do not open it and type no password"
            " there.",
        ),
        "direction": (
            "Un lien contient des caractères qui retournent le texte ; il mène à {who} : ne"
            " l’ouvrez"
            " pas.",
            "A link holds characters that turn the text around; it leads to {who}: do not open it.",
        ),
        "number": (
            "Un lien mène à un serveur sans nom ({who}) : n’y tapez aucun mot de passe.",
            "A link leads to a server without a name ({who}): type no password there.",
        ),
        "redirect": (
            "Un lien passe par un site de renvoi ; il mène en fait à {who} : regardez cette"
            " adresse.",
            "A link passes through a site that leads on; in truth it goes to {who}: look at that"
            " address.",
        ),
        "short": (
            "Un lien raccourci ({who}) cache sa destination : demandez l’adresse complète en cas de"
            " doute.",
            "A shortened link ({who}) hides its target: ask for the full address if in doubt.",
        ),
        "port": (
            "Un lien mène à une entrée inhabituelle de {who} : vérifiez qu’elle est connue.",
            "A link leads to an unusual door of {who}: make sure that it is known.",
        ),
        "mentions": (
            "Un lien mène à {who}, qui contient le nom d’une académie sans appartenir au"
            " ministère.",
            "A link leads to {who}, which has the name of an académie without belonging to the"
            " ministry.",
        ),
        "scheme": (
            "Un lien visait ce PC ou son réseau ; il a été désactivé.",
            "A link aimed at this PC or its network; it was disabled.",
        ),
        "": (
            "L’adresse d’un lien vers {who} est anormalement longue : regardez-la avant de"
            " l’ouvrir.",
            "The address of a link to {who} is unusually long: look at it before you open it.",
        ),
    },
    T.FORM: {
        "password": (
            "Ce message demandait un mot de passe ; le formulaire a été retiré. Personne ne demande"
            " un mot de passe par courriel.",
            "This message asked for a password; the form was taken out. Nobody asks for a password"
            " by mail.",
        ),
        "": (
            "Un formulaire a été retiré de ce message : répondez plutôt sur le site habituel.",
            "A form was taken out of this message: rather answer on the usual site.",
        ),
    },
    T.LOCKED_FILE: {
        "": (
            "{who} est protégé par un mot de passe : aucun antivirus n’a pu le lire. Ne"
            " l’ouvrez que si"
            " vous l’attendiez.",
            "{who} is locked with a password: no virus scanner could read it. Open it only if you"
            " expected it.",
        )
    },
    T.DANGEROUS_FILE: {
        "page": (
            "{who} est une page web, qui peut imiter une page de connexion : n’y tapez aucun mot de"
            " passe.",
            "{who} is a web page, which can imitate a sign-in page: type no password there.",
        ),
        "macros": (
            "{who} contient des macros : n’activez pas leur contenu sans avoir interrogé"
            " l’expéditeur.",
            "{who} holds macros: do not enable them before you have asked the sender.",
        ),
        "script": (
            "{who} peut exécuter des commandes : ne l’ouvrez que si vous l’attendiez.",
            "{who} can run commands: open it only if you expected it.",
        ),
        "member": (
            "L’archive {who} contient un programme ({known}) : ne l’ouvrez pas.",
            "The archive {who} holds a program ({known}): do not open it.",
        ),
        "": (
            "{who} est un programme ou un script : ne l’ouvrez pas.",
            "{who} is a program or a script: do not open it.",
        ),
    },
    T.DISGUISED_FILE: {
        "inside": (
            "Le contenu de {who} n’est pas ce que son nom annonce : ne l’ouvrez que si vous"
            " l’attendiez.",
            "The content of {who} is not what its name says: open it only if you expected it.",
        ),
        "": (
            "{who} cache sa vraie nature derrière un nom trompeur : ne l’ouvrez pas.",
            "{who} hides what it is behind a deceptive name: do not open it.",
        ),
    },
}
_REPORT: Final[Both] = (
    "Bonjour,\n\nJe vous signale le message suspect joint, reçu de {who}.\n\n{why}\n",
    "Hello,\n\nI report the suspicious message attached, which came from {who}.\n\n{why}\n",
)
_SUBJECT: Final[Both] = ("Signalement d’un message suspect", "Report of a suspicious message")


def head(severity: Severity, language: str) -> str:
    """How grave it is, in a word or two."""
    return _in(_HEADS[severity], language)


def told(finding: Finding, language: str) -> str:
    """What was found and what to do, in one sentence."""
    known = _TOLD[finding.code]
    pattern = known.get(finding.reason) or known[""]
    return _in(pattern, language).format(who=finding.who, known=finding.known or "?")


def server_said(found: Authentication, language: str) -> str:
    """What the own provider's server wrote of the sender, in its own terms."""
    parts = (("SPF", found.spf), ("DKIM", found.dkim), ("DMARC", found.dmarc))
    said = ", ".join(f"{name} {value}" for name, value in parts if value)
    return f"{found.server}{_in((' : ', ': '), language)}{said}".strip(" :") if said else ""


def report(message: ReadMessage, language: str) -> tuple[str, str]:
    """(subject, text) of a report to the help desk."""
    shield = message.shield
    why = [] if shield is None else [
        "- " + told(one, language) for one in shield.findings if one.severity > Severity.CALM
    ]  # fmt: skip
    text = _in(_REPORT, language).format(who=message.sender.address, why="\n".join(why))
    return _in(_SUBJECT, language), text.rstrip() + "\n"


def _in(both: Both, language: str) -> str:
    if language.startswith("en"):
        return both[1]
    french = _SPACED.sub("\N{NO-BREAK SPACE}\\1", both[0])
    return french.replace("« ", "«\N{NO-BREAK SPACE}")
