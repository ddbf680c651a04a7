"""Sentences for every error, French and English: what happened, and what to do about it.

One table for the window and the command line, so that both say the same. No Qt here: the window
picks the language with ``sentence``. A test walks every code.
"""

from __future__ import annotations

from collections.abc import Mapping

from mel_desktop.app.network_words import WORDS as NETWORK_WORDS
from mel_desktop.app.network_words import network_sentence, signed_by
from mel_desktop.model.errors import ErrorCode, Fact
from mel_desktop.model.values import dataclass

E = ErrorCode


@dataclass(frozen=True, slots=True)
class Wording:
    """A sentence and an action ("" when there is nothing to do), in both languages."""

    fr: str
    fr_action: str
    en: str
    en_action: str


def sentence(code: ErrorCode, language: str, facts: Mapping[str, Fact] | None = None) -> str:
    """What happened; of a refusal that says why, just that and its line; else a host is added."""
    from mel_desktop.app.reasons import REASONS  # noqa: PLC0415 seldom
    from mel_desktop.app.table_reasons import TABLES  # noqa: PLC0415 seldom

    if (why := _why(facts)) in TABLES:  # where in the file counts as much
        said = reason(why, language)
        told = _detail({**(facts or {}), "why": ""}, language)
        return f"{said.removesuffix('.')} ({told})." if told else said
    if why in REASONS:
        line = _detail({"line": facts["line"]}, language) if facts and "line" in facts else ""
        return f"{reason(why, language)} ({line})" if line else reason(why, language)
    if named := network_sentence(code, language, facts):
        return named
    if code is E.NOT_FOUND and (gone := GONE.get(str((facts or {}).get("kind", "")))):
        return gone[0 if language == "fr" else 1]
    wording = WORDINGS[code]
    text = wording.fr if language == "fr" else wording.en
    if who := signed_by(language, facts):
        return f"{text} {who}"
    return f"{text} ({detail})" if (detail := _detail(facts or {}, language)) else text


def action(code: ErrorCode, language: str, facts: Mapping[str, Fact] | None = None) -> str:
    """What the person can do, or ""; it goes with ``sentence`` of the same."""
    from mel_desktop.app.reasons import REASONS  # noqa: PLC0415 seldom

    if (why := _why(facts)) in REASONS:
        return reason_action(why, language)
    wording = WORDINGS[code]
    return wording.fr_action if language == "fr" else wording.en_action


def reason(text: str, language: str) -> str:
    """Why a piece of offline work waits or was refused; the bare code where it is not known."""
    from mel_desktop.app.reasons import REASONS  # noqa: PLC0415 seldom

    if text in REASONS:
        return REASONS[text][0 if language == "fr" else 2]
    code = next((one for one in ErrorCode if one.text == text), None)
    return text if code is None else sentence(code, language)


def reason_action(text: str, language: str) -> str:
    """What the person can do about it, or ""."""
    from mel_desktop.app.reasons import REASONS  # noqa: PLC0415 seldom

    if text in REASONS:
        return REASONS[text][1 if language == "fr" else 3]
    code = next((one for one in ErrorCode if one.text == text), None)
    return "" if code is None else action(code, language)


# Facts that a sentence may show, with their names in French.
SHOWN_FACTS = {
    "host": "serveur",
    "port": "port",
    "line": "ligne",
    "column": "colonne",
    "place": "rang",
    "missing": "manque",
    "found": "trouvé",
    "why": "code",
    "option": "option",
    "reply": "réponse",
    "support": "assistance",
}
# What is not there (any more), by the fact ``kind``: in French, in English.
GONE = {
    "account": ("Ce compte n’existe pas ou plus.", "There is no such account (any more)."),
    "attachment": ("Cette pièce jointe n’est plus là.", "This attachment is no longer there."),
    "draft": ("Ce brouillon n’est plus là.", "This draft is no longer there."),
    "entry": ("Cette fiche n’est plus dans l’annuaire.", "This entry left the directory."),
    "family": (
        "Aucune source ne connaît de famille à cette personne.",
        "No source knows of a family of this person.",
    ),
    "file": ("Ce fichier est introuvable.", "This file was not found."),
    "folder": ("Ce dossier n’existe pas ou plus.", "There is no such folder (any more)."),
    "journal": ("Cette action n’attend plus.", "This action waits no longer."),
    "merge": ("Ce publipostage n’est plus là.", "This mail merge is no longer there."),
    "message": ("Ce message n’est plus là.", "This message is no longer there."),
    "outbox": ("Cet envoi n’est plus là.", "This message left the outbox."),
    "part": ("Cette partie du message n’est pas là.", "This part of the message is not there."),
    "pending": ("Aucune copie n’attend.", "No copy is waiting."),
    "provider": (
        "Ce fournisseur d’identité n’est pas connu ici.",
        "This identity provider is not known here.",
    ),
    "source": ("Cette source n’existe pas ou plus.", "There is no such source (any more)."),
    "template": ("Ce modèle n’est plus là.", "This template is no longer there."),
}


def _why(facts: Mapping[str, Fact] | None) -> str:
    return str((facts or {}).get("why", ""))


def _detail(facts: Mapping[str, Fact], language: str) -> str:
    is_french = language == "fr"
    return ", ".join(
        f"{SHOWN_FACTS[name]} : {facts[name]}" if is_french else f"{name}: {facts[name]}"
        for name in SHOWN_FACTS
        if name in facts and facts[name] != ""
    )


WORDINGS: dict[ErrorCode, Wording] = {
    **{code: Wording(*words) for code, words in NETWORK_WORDS.items()},
    E.SIGN_IN_REFUSED: Wording(
        "Le serveur a refusé l’identifiant ou le mot de passe.",
        "Vérifiez l’identifiant (ce n’est pas toujours l’adresse) et saisissez de nouveau le mot de"
        " passe. Plus aucune tentative n’est faite d’ici là, pour ne pas bloquer le compte.",
        "The server refused the login or the password.",
        "Check the login (it is not always the address) and give the password again. No further"
        " attempt is made until then, so that the account is not locked.",
    ),
    E.PASSWORD_EXPIRED: Wording(
        "Le mot de passe a expiré.",
        "Changez-le sur le portail de votre académie, puis saisissez le nouveau ici.",
        "The password has expired.",
        "Change it on your académie's portal, then give the new one here.",
    ),
    E.APP_PASSWORD_NEEDED: Wording(
        "Ce service demande un mot de passe d’application.",
        "Créez-le dans le webmail (Préférences, « Mots de passe sécurisés ») et saisissez-le ici.",
        "This service asks for an app password.",
        "Create one in the webmail's preferences and give it here.",
    ),
    E.ACCOUNT_LOCKED: Wording(
        "Le serveur a verrouillé ce compte, sans doute après plusieurs mots de passe refusés.",
        "Attendez environ une heure et essayez d’abord dans le webmail ; si le compte reste"
        " verrouillé, appelez l’assistance de votre académie. Plus aucune tentative n’est faite"
        " d’ici là.",
        "The server has locked this account, most likely after several refused passwords.",
        "Wait for about an hour and try the webmail first; if the account stays locked, call the"
        " help desk of your académie. No further attempt is made until then.",
    ),
    E.BLOCKED_ABROAD: Wording(
        "Le serveur refuse la connexion depuis cet endroit ou cet appareil.",
        "Connectez-vous d’abord au webmail dans un navigateur. Depuis l’étranger, la messagerie"
        " nationale demande la date de naissance, puis un code transmis par un collègue de la même"
        " académie, puis une application de codes (deux appareils sont nécessaires). Réessayez"
        " ensuite ici.",
        "The server refuses sign-ins from this place or device.",
        "Sign in to the webmail in a browser first. From abroad the national service asks for the"
        " date of birth, then for a code that a colleague of the same académie passes on, then for"
        " an app of codes (two devices are needed). Then try again here.",
    ),
    E.ACCESS_CLOSED: Wording(
        "Ce compte ne peut pas être ouvert par un logiciel de messagerie, ou pas de cette façon.",
        "L’accès IMAP ou l’envoi est fermé pour ce compte, ou une connexion par le navigateur"
        " est exigée. Demandez à votre assistance de l’ouvrir.",
        "This account cannot be opened by a mail program, or not in this way.",
        "IMAP or sending is closed for this account, or a sign-in through the browser is required."
        " Ask your help desk to open it.",
    ),
    E.GRANT_ENDED: Wording(
        "L’autorisation donnée dans le navigateur a pris fin.",
        "Connectez-vous de nouveau : le navigateur s’ouvre sur la page de votre fournisseur.",
        "What was granted in the browser has ended.",
        "Sign in again: the browser opens the page of your provider.",
    ),
    E.GRANT_DENIED: Wording(
        "Le fournisseur n’a pas accordé l’accès à la messagerie.",
        "Recommencez et acceptez l’accès ; si cela ne suffit pas, montrez ce message à votre"
        " assistance.",
        "The provider did not grant access to the mail.",
        "Begin again and agree; if that does not help, show this message to your help desk.",
    ),
    E.SIGN_IN_TOO_LATE: Wording(
        "Le temps pour se connecter est écoulé.",
        "Recommencez la connexion.",
        "The time to sign in has run out.",
        "Begin the sign-in again.",
    ),
    E.PROVIDER_MISTRUSTED: Wording(
        "Ce fournisseur d’identité ne répond pas comme il le devrait : rien ne lui est confié.",
        "Vérifiez l’adresse du fournisseur et l’identifiant du logiciel avec votre assistance.",
        "This identity provider does not answer as it should: nothing is entrusted to it.",
        "Check the provider's address and the client id with your help desk.",
    ),
    E.SIGN_IN_ON_HOLD: Wording(
        "La connexion est suspendue : le serveur l’a refusée.",
        "Saisissez de nouveau le mot de passe du compte, ou connectez-vous de nouveau dans le"
        " navigateur.",
        "Sign-in is on hold: the server refused it.",
        "Give the account's password again, or sign in again in the browser.",
    ),
    E.NO_PASSWORD: Wording(
        "Le mot de passe de ce compte n’est pas enregistré.",
        "Saisissez le mot de passe du compte.",
        "No password is stored for this account.",
        "Give the account's password.",
    ),
    E.MAILBOX_FULL: Wording(
        "La boîte aux lettres est pleine sur le serveur.",
        "Supprimez ou archivez des messages, puis réessayez.",
        "The mailbox is full on the server.",
        "Delete or archive messages, then try again.",
    ),
    E.SERVER_REFUSED: Wording(
        "Le serveur a refusé cette opération.",
        "Annulez-la dans le journal, ou réessayez plus tard.",
        "The server refused this operation.",
        "Undo it in the journal, or try again later.",
    ),
    E.SERVER_TEMPORARY: Wording(
        "Le serveur ne peut pas répondre pour l’instant.",
        "",
        "The server cannot answer at the moment.",
        "",
    ),
    E.FOLDER_GONE: Wording(
        "Ce dossier n’existe plus sur le serveur.",
        "Choisissez un autre dossier.",
        "This folder no longer exists on the server.",
        "Choose another folder.",
    ),
    E.RECIPIENT_REFUSED: Wording(
        "Le serveur a refusé un ou plusieurs destinataires.",
        "Corrigez les adresses et renvoyez le message à ces destinataires.",
        "The server refused one or more recipients.",
        "Correct the addresses and send the message to these recipients again.",
    ),
    E.SENDER_REFUSED: Wording(
        "Le serveur refuse cette adresse d’expéditeur.",
        "Reprenez le message dans les brouillons et choisissez l’adresse du compte, ou réglez"
        " l’enveloppe de cette identité sur l’adresse du compte.",
        "The server refuses this sender address.",
        "Take the message back into the drafts and choose the account’s address, or set the"
        " envelope of this identity to the account’s address.",
    ),
    E.MESSAGE_REFUSED: Wording(
        "Le serveur a refusé ce message.",
        "Lisez sa réponse, modifiez le message et renvoyez-le.",
        "The server refused this message.",
        "Read its answer, change the message and send it again.",
    ),
    E.MESSAGE_TOO_LARGE: Wording(
        "Le message est trop volumineux pour le serveur.",
        "Retirez ou réduisez des pièces jointes.",
        "The message is too large for the server.",
        "Remove or shrink attachments.",
    ),
    E.SENDING_LIMIT: Wording(
        "La limite d’envoi du serveur est atteinte ; l’envoi reprendra de lui-même.",
        "",
        "The server's sending limit is reached; sending will go on by itself.",
        "",
    ),
    E.SENDING_UNKNOWN: Wording(
        "La ligne a été coupée pendant l’envoi : on ne sait pas si le message est parti.",
        "Vérifiez le dossier des messages envoyés avant de renvoyer.",
        "The line was lost while sending: it is not known whether the message left.",
        "Look into the sent folder before sending it again.",
    ),
    E.NO_SMTPUTF8: Wording(
        "Une adresse contient des lettres accentuées que ce serveur n’accepte pas : rien n’est "
        "parti.",
        "Demandez au destinataire une adresse sans accents, ou retirez-le.",
        "An address has letters outside ASCII, which this server does not take: nothing left.",
        "Ask the recipient for an address without them, or remove it.",
    ),
    E.MESSAGE_GONE: Wording(
        "Ce message n’est plus sur le serveur.",
        "",
        "This message is no longer on the server.",
        "",
    ),
    E.OFFLINE: Wording(
        "Mel travaille hors ligne.",
        "",
        "Mel is working offline.",
        "",
    ),
    E.NAME_NOT_FOUND: Wording(
        "Le nom du serveur est introuvable.",
        "",
        "The server's name was not found.",
        "",
    ),
    E.UNREACHABLE: Wording(
        "Le serveur n’est pas joignable.",
        "",
        "The server cannot be reached.",
        "",
    ),
    E.TIMED_OUT: Wording(
        "Le serveur n’a pas répondu à temps.",
        "",
        "The server did not answer in time.",
        "",
    ),
    E.CONNECTION_LOST: Wording(
        "La connexion a été coupée.",
        "",
        "The connection was lost.",
        "",
    ),
    E.CERTIFICATE: Wording(
        "Le certificat du serveur n’est pas reconnu ; rien n’a été envoyé.",
        "Si l’établissement a sa propre autorité, indiquez son fichier de certificat.",
        "The server's certificate is not trusted; nothing was sent.",
        "If the school has its own authority, give its certificate file.",
    ),
    E.CERTIFICATE_EXPIRED: Wording(
        "Le certificat du serveur a expiré ; rien n’a été envoyé.",
        "Vérifiez la date de cet ordinateur, sinon prévenez l’assistance.",
        "The server's certificate has expired; nothing was sent.",
        "Check this PC's date, or else tell the help desk.",
    ),
    E.CERTIFICATE_NAME: Wording(
        "Le certificat présenté est celui d’un autre serveur ; rien n’a été envoyé.",
        "Vérifiez le nom du serveur dans les réglages du compte.",
        "The certificate belongs to another server; nothing was sent.",
        "Check the server's name in the account settings.",
    ),
    E.TLS: Wording(
        "La connexion chiffrée n’a pas pu être établie.",
        "Vérifiez le port et le type de sécurité du serveur.",
        "The encrypted connection could not be set up.",
        "Check the server's port and security type.",
    ),
    E.NO_TLS_OFFERED: Wording(
        "Le serveur ne propose pas de connexion chiffrée ; rien n’a été envoyé.",
        "Vérifiez le port et le type de sécurité du serveur.",
        "The server offers no encrypted connection; nothing was sent.",
        "Check the server's port and security type.",
    ),
    E.PROTOCOL: Wording(
        "La réponse du serveur est incompréhensible ; la connexion a été fermée.",
        "",
        "The server's answer makes no sense; the connection was closed.",
        "",
    ),
    E.VAULT_LOCKED: Wording(
        "Le coffre est verrouillé.",
        "Saisissez la phrase de passe ou le code de secours.",
        "The vault is locked.",
        "Give the passphrase or the recovery code.",
    ),
    E.WRONG_PASSPHRASE: Wording(
        "Cette phrase de passe n’ouvre pas le coffre.",
        "Essayez de nouveau, ou utilisez le code de secours.",
        "This passphrase does not open the vault.",
        "Try again, or use the recovery code.",
    ),
    E.NO_KEYRING: Wording(
        "Aucun trousseau de clés sûr n’est disponible sur ce poste.",
        "Utilisez une phrase de passe.",
        "No safe keyring is available on this PC.",
        "Use a passphrase.",
    ),
    E.NO_VAULT: Wording(
        "Il n’y a pas encore de coffre dans ce dossier.",
        "Créez-en un, ou vérifiez le dossier du profil.",
        "There is no vault in this folder yet.",
        "Create one, or check the profile folder.",
    ),
    E.VAULT_EXISTS: Wording(
        "Un coffre existe déjà dans ce dossier.",
        "",
        "A vault already exists in this folder.",
        "",
    ),
    E.DAMAGED: Wording(
        "Des données du coffre sont endommagées ou ont été modifiées.",
        "Vérifiez le coffre (menu Coffre) : ce qui est intact est gardé, le reste est réparé.",
        "Data in the vault are damaged or were tampered with.",
        "Check the vault (Vault menu): what is intact is kept, the rest is repaired.",
    ),
    E.DISK_FULL: Wording(
        "Le disque est plein ; rien de ce qui était enregistré n’est perdu.",
        "Libérez de la place, puis réessayez.",
        "The disk is full; nothing that was saved is lost.",
        "Make room, then try again.",
    ),
    E.NOT_WRITABLE: Wording(
        "Impossible d’écrire à cet endroit.",
        "Vérifiez les droits sur le dossier et l’antivirus.",
        "This place cannot be written to.",
        "Check the folder's permissions and the antivirus.",
    ),
    E.PROFILE_BUSY: Wording(
        "Une autre fenêtre de Mel utilise déjà ce profil.",
        "",
        "Another Mel is already using this profile.",
        "",
    ),
    E.STORE_TOO_NEW: Wording(
        "Ce profil vient d’une version plus récente de Mel.",
        "Installez la version la plus récente.",
        "This profile was made by a newer Mel.",
        "Install the newest version.",
    ),
    E.USAGE: Wording(
        "La demande est incomplète ou contradictoire.",
        "Consultez l’aide (--help).",
        "The request is incomplete or contradictory.",
        "See --help.",
    ),
    E.NOT_FOUND: Wording("Introuvable.", "", "Not found.", ""),
    E.NOT_YET: Wording(
        "Cette fonction n’est pas encore disponible (not yet available).",
        "",
        "This is not yet available.",
        "",
    ),
    E.BAD_ADDRESS: Wording(
        "Une adresse n’est pas valide.",
        "Corrigez l’adresse (exemple : prenom.nom@ac-exemple.fr).",
        "An address is not valid.",
        "Correct the address (example: prenom.nom@ac-exemple.fr).",
    ),
    E.NO_RECIPIENT: Wording(
        "Le message n’a pas de destinataire.",
        "Ajoutez au moins une adresse.",
        "The message has no recipient.",
        "Add at least one address.",
    ),
    E.BAD_FILE: Wording(
        "Ce fichier ne peut pas être lu.",
        "Vérifiez le fichier et son format.",
        "This file cannot be read.",
        "Check the file and its format.",
    ),
    E.TOO_LARGE: Wording(
        "C’est trop volumineux.",
        "Réduisez ou retirez des pièces jointes.",
        "This is too large.",
        "Shrink or remove attachments.",
    ),
    E.NOT_LOCAL: Wording(
        "Ce contenu n’a pas encore été téléchargé.",
        "",
        "This content has not been downloaded yet.",
        "",
    ),
    E.MASS_DELETION: Wording(
        "Beaucoup de messages disparaîtraient d’un coup : Mel s’est arrêté.",
        "Vérifiez sur le webmail, puis acceptez la suppression si elle est voulue.",
        "Many messages would disappear at once: Mel has stopped.",
        "Check on the webmail, then accept the deletion if it is meant.",
    ),
    E.NEEDS_DECISION: Wording(
        "Une décision est nécessaire avant de continuer.",
        "Relisez l’avertissement et confirmez.",
        "A decision is needed before going on.",
        "Read the warning and confirm.",
    ),
    E.POLICY: Wording(
        "Votre service informatique ne l’autorise pas.",
        "",
        "Your IT department does not allow this.",
        "",
    ),
    E.PARTLY_DONE: Wording(
        "Une partie seulement a pu être faite.",
        "",
        "Only a part could be done.",
        "",
    ),
    E.BUDGET_USED: Wording(
        "Le volume de données prévu est atteint ; la suite attend.",
        "Attendez le prochain jour ou mois, ou augmentez le budget dans « Ligne et budget ».",
        "The data budget is used up; the rest waits.",
        "Wait for the next day or month, or raise the budget under “Line and budget”.",
    ),
    E.CANCELLED: Wording("Annulé.", "", "Cancelled.", ""),
    E.BUG: Wording(
        "Mel a rencontré une erreur imprévue ; rien de ce qui était enregistré n’est perdu.",
        "",
        "Mel met an unexpected fault; nothing that was saved is lost.",
        "",
    ),
}
