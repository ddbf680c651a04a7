"""The one table of what IT can decide: values, bounds, words in both languages. Pure.

Everything else comes from it: what the sources are read for (logic.policy_reading), ``policy show``
and the page in the window (logic.policy_view), ADMX and ADML files and resources/docs/policies.md
(packaging/policies.py). A value that the program does not follow does not stand here.

The safe side: what may weaken the protection of the mail if it is dropped has ``safe``: where a
source names the value and it cannot be understood, the safe side holds, and no weaker source is
asked. A safe side refuses or asks; it never removes or erases anything.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from mel_desktop.logic.check_titles import TITLES
from mel_desktop.logic.policy_groups import GROUPS
from mel_desktop.logic.policy_keys import NBSP, Kind, PolicyKey, Schema, Side, Use, Words
from mel_desktop.model.safety import CheckLevel, WarningCode

MOST_DAYS: Final = 36_500
DAY_MINUTES: Final = 24 * 60
MOST_MB: Final = 1_000_000
# Checks that keep personal data or programs from leaving, or unmask a forged address.
GUARDING: Final = frozenset({
    WarningCode.OPEN_RECIPIENTS, WarningCode.LOOK_ALIKE, WarningCode.WRONG_DOMAIN,
    WarningCode.PUPIL_DATA, WarningCode.DANGEROUS_FILE,
})  # fmt: skip
LEVELS: Final = (
    ("off", ("Non vérifié", "Not checked")),
    ("hint", ("Signalé après l’envoi", "Said after sending")),
    ("warn", ("Demandé avant l’envoi", "Asked before sending")),
    ("forbid", ("Interdit", "Forbidden")),
)
MINUTES: Final = ("min", "min")
DAYS: Final = ("jours", "days")
MEGABYTES: Final = ("Mo", "MB")
SECONDS: Final = ("s", "s")
AREAS: Final = {
    "accounts": ("Comptes", "Accounts"),
    "oauth": ("Connexion par le navigateur", "Sign-in through the browser"),
    "directory": ("Annuaire", "Directory"),
    "retention": ("Conservation", "Retention"),
    "links": ("Ligne et budget", "Line and budget"),
    "network": ("Réseau et certificats", "Network and certificates"),
    "sending": ("Règles d’envoi", "Sending rules"),
    "reading": ("Lecture", "Reading"),
    "vault": ("Coffre et verrouillage", "Vault and lock"),
    "data": ("Données des services de messagerie", "Data of mail services"),
    "updates": ("Mises à jour", "Updates"),
    "interface": ("Interface", "Interface"),
    "trust": ("Messages suspects", "Suspicious messages"),
}

_KEYS: Final = (
    # -- accounts ----------------------------------------------------------------------------------
    PolicyKey(
        "accounts", "others_allowed", Kind.FLAG,
        ("Autres comptes permis", "Other accounts allowed"),
        (
            "L’enseignant peut ajouter des comptes que l’établissement n’a pas fournis.",
            "The teacher may add accounts that the school has not given.",
        ),
        default=True, safe=False,
    ),
    PolicyKey(
        "accounts", "allowed_domains", Kind.DOMAINS,
        ("Domaines permis", "Domains allowed"),
        (
            "Domaines des adresses que l’enseignant peut ajouter. Non fixé : tous. Les comptes"
            " fournis sont toujours permis.",
            "Domains of addresses that the teacher may add. Not set: any. Given accounts are always"
            " allowed.",
        ),
        safe=(),
    ),
    # -- directory ---------------------------------------------------------------------------------
    PolicyKey(
        "directory", "annuaire", Kind.FLAG,
        ("Annuaire de l’éducation", "Directory of schools"),
        (
            "L’annuaire ouvert du ministère figure parmi les sources. Il n’est téléchargé que sur"
            " demande (41 Mo, moins une fois compressé), et son prix est annoncé sur une connexion"
            " payante.",
            "The ministry’s open directory of schools is among the sources. It is fetched when"
            " somebody asks (41 MB, less once compressed), its price being told on a paid line.",
        ),
        default=False,
    ),
    PolicyKey(
        "directory", "annuaire_url", Kind.WEB,
        ("Adresse de cet annuaire", "Address of this directory"),
        (
            "Où prendre le fichier CSV, par exemple une copie interne. Non fixé : le portail du"
            " ministère.",
            "Where to take the CSV file, for instance a copy of your own. Not set: the ministry’s"
            " portal.",
        ),
        default="",
    ),
    PolicyKey(
        "directory", "annuaire_only", Kind.TEXT,
        ("Départements ou académies", "Départements or académies"),
        (
            "N’en garder que ces départements (numéro ou nom) ou académies (nom), séparés par des"
            " virgules : 35, 22, Rennes. Non fixé : tout le pays.",
            "Keep only these départements (number or name) or académies (name), parted by commas:"
            " 35, 22, Rennes. Not set: the whole country.",
        ),
        default="",
    ),
    # -- retention ---------------------------------------------------------------------------------
    PolicyKey(
        "retention", "text_days", Kind.NUMBER,
        ("Textes gardés au plus", "Texts kept at most"),
        (
            "Jours après lesquels les textes quittent ce poste ; le serveur garde tout. 0 : sans"
            " limite.",
            "Days after which texts leave this PC; the server keeps everything. 0: no limit.",
        ),
        default=0, use=Use.LIMIT, most=MOST_DAYS, unit=DAYS,
    ),
    PolicyKey(
        "retention", "attachment_days", Kind.NUMBER,
        ("Pièces jointes gardées au plus", "Attachments kept at most"),
        (
            "Jours après lesquels les pièces jointes quittent ce poste ; le serveur garde tout."
            " 0 : sans limite.",
            "Days after which attachments leave this PC; the server keeps everything. 0: no limit.",
        ),
        default=0, use=Use.LIMIT, most=MOST_DAYS, unit=DAYS,
    ),
    PolicyKey(
        "retention", "families_days", Kind.NUMBER,
        ("Familles de l’année passée gardées au plus", "Last year’s families kept at most"),
        (
            "Jours après le 1er septembre au bout desquels les élèves, les responsables et les"
            " classes des copies de l’année scolaire passée sont effacés de l’annuaire de ce poste."
            " 0 : le programme le propose et attend.",
            "Days after 1 September after which pupils, guardians and classes of copies of the"
            " school year that ended are erased from the directory of this PC. 0: the program"
            " proposes it and waits.",
        ),
        default=0, use=Use.LIMIT, most=MOST_DAYS, unit=DAYS,
    ),
    # -- links -------------------------------------------------------------------------------------
    PolicyKey(
        "links", "profile", Kind.CHOICE,
        ("Profil de ligne au plus", "Line profile at most"),
        (
            "Chaque compte va au plus jusqu’à ce profil. « offline » n’ouvre aucune connexion.",
            "Each account goes up to this profile at most. “offline” opens no connection.",
        ),
        use=Use.LIMIT, start="full",
        choices=(
            ("full", ("Complet", "Full")), ("thrifty", ("Économe", "Thrifty")),
            ("frugal", ("Frugal", "Frugal")), ("offline", ("Hors ligne", "Offline")),
        ),
    ),
    PolicyKey(
        "links", "day_mb", Kind.NUMBER,
        ("Volume par jour au plus", "Volume a day at most"),
        (
            "Mégaoctets reçus et émis par compte et par jour. Au-delà, seul ce que l’enseignant"
            " demande part encore.",
            "Megabytes received and sent for each account a day. Beyond, only what the teacher asks"
            " for still goes.",
        ),
        use=Use.LIMIT, least=1, most=MOST_MB, unit=MEGABYTES,
    ),
    PolicyKey(
        "links", "month_mb", Kind.NUMBER,
        ("Volume par mois au plus", "Volume a month at most"),
        (
            "Mégaoctets reçus et émis par compte et par mois.",
            "Megabytes received and sent for each account a month.",
        ),
        use=Use.LIMIT, least=1, most=MOST_MB, unit=MEGABYTES,
    ),
    PolicyKey(
        "links", "hours", Kind.HOURS,
        ("Heures de synchronisation", "Hours of synchronisation"),
        (
            "Heures locales entre lesquelles le poste se synchronise seul, comme 07:00-20:00.",
            "Local hours between which the PC synchronises by itself, as 07:00-20:00.",
        ),
        use=Use.LIMIT,
    ),
    # -- network -----------------------------------------------------------------------------------
    PolicyKey(
        "network", "proxy", Kind.PROXY, ("Proxy", "Proxy"),
        (
            "Pour tous les comptes : system, none, http://proxy:3128, socks5://proxy:1080 ou"
            " pac+https://intranet/proxy.pac. Sans mot de passe. Vide : l’enseignant choisit.",
            "For every account: system, none, http://proxy:3128, socks5://proxy:1080 or"
            " pac+https://intranet/proxy.pac. Without a password. Empty: the teacher chooses.",
        ),
        default="",
    ),
    PolicyKey(
        "network", "ca_file", Kind.PATH, ("Autorité de l’établissement", "School’s authority"),
        (
            "Fichier PEM de certificats d’autorités, reconnus pour toutes les connexions en plus de"
            " ceux du système.",
            "PEM file of certificates of authorities, trusted for every connection beside those of"
            " the system.",
        ),
        default="",
    ),
    PolicyKey(
        "network", "trusted_fingerprints", Kind.FINGERPRINTS,
        ("Certificats autorisés", "Certificates let through"),
        (
            "Liste de serveur=SHA-256 : ce certificat précis est accepté pour ce serveur précis,"
            " même expiré ou inconnu. Aucun autre moyen ne passe outre.",
            "List of host=SHA-256: this very certificate is accepted for this very server, even"
            " expired or unknown. Nothing else lets one through.",
        ),
        default=(),
    ),
    PolicyKey(
        "network", "portal_page", Kind.PAGE, ("Page témoin", "Page to look at"),
        (
            "Adresse http:// d’une page de l’académie qui répond sans redirection : sert à"
            " reconnaître un portail captif. Vide : le serveur de messagerie est interrogé.",
            "Address in http:// of a page of the académie that answers without a redirect: a"
            " captive portal is recognised by it. Empty: the mail server is asked.",
        ),
        default="",
    ),
    # -- sending -----------------------------------------------------------------------------------
    *(
        PolicyKey(
            "sending", code.value.replace("-", "_"), Kind.LEVEL, TITLES[code],
            (
                "Vérification avant l’envoi. « forbid » interdit l’envoi tant que rien n’est"
                " corrigé.",
                "Check before sending. “forbid” keeps the message until it is mended.",
            ),
            use=Use.SETTING, choices=LEVELS,
            start=CheckLevel.HINT if code is WarningCode.FIRST_MAIL else CheckLevel.WARN,
            safe=CheckLevel.WARN if code in GUARDING else Side.DEFAULT,
        )
        for code in WarningCode
    ),
    PolicyKey(
        "sending", "most_outside", Kind.NUMBER,
        ("Adresses extérieures visibles au plus", "Outside addresses visible at most"),
        (
            "Au-delà, « Des adresses visibles de tous » se déclenche.",
            "Beyond, “Addresses that everyone sees” is raised.",
        ),
        most=1000, start=5,
    ),
    PolicyKey(
        "sending", "most_list", Kind.NUMBER,
        ("Destinataires d’une réponse à tous au plus", "Recipients of an answer to all at most"),
        (
            "Au-delà, « Réponse à beaucoup de personnes » se déclenche.",
            "Beyond, “An answer to many people” is raised.",
        ),
        least=1, most=1000, start=20,
    ),
    PolicyKey(
        "sending", "undo_s", Kind.NUMBER, ("Annuler l’envoi pendant", "Undo sending for"),
        (
            "Secondes pendant lesquelles un envoi se reprend. 0 : pas du tout.",
            "Seconds for which a message can be taken back. 0: not at all.",
        ),
        use=Use.SETTING, most=60, unit=SECONDS, start=10,
    ),
    PolicyKey(
        "sending", "big_mail_mb", Kind.NUMBER,
        ("Gros messages à partir de", "Big messages from"),
        (
            "Mégaoctets à partir desquels un message attend une bonne ligne ; les autres passent."
            " 0 : aucun n’attend.",
            "Megabytes from which a message waits for a good line; the others pass. 0: none waits.",
        ),
        use=Use.SETTING, most=1000, unit=MEGABYTES, start=5,
    ),
    PolicyKey(
        "sending", "templates_folder", Kind.PATH,
        ("Dossier des modèles", "Folder of templates"),
        (
            "Les lettres types de l’établissement, en lecture seule.",
            "The school’s letters, read only.",
        ),
        default="",
    ),
    PolicyKey(
        "sending", "calendar_file", Kind.TEXT,
        ("Calendrier scolaire", "School calendar"),
        (
            "Fichier à la place du calendrier fourni, de la même forme.",
            "File in place of the shipped calendar, in its form.",
        ),
        default="",
    ),
    PolicyKey(
        "sending", "zone", Kind.TEXT, ("Zone de vacances", "Zone of the holidays"),
        (
            "Zone des vacances scolaires, quand l’adresse ne la dit pas.",
            "Zone of the school holidays, where the address does not tell.",
        ),
        default="",
    ),
    PolicyKey(
        "sending", "redirect", Kind.CHOICE, ("Redirection par les filtres", "Redirection by rules"),
        (
            "Où les filtres peuvent rediriger le courrier : nulle part, vers les adresses du"
            " ministère et du même domaine, ou partout.",
            "Where rules may redirect mail to: nowhere, addresses of the ministry and of the same"
            " domain, or anywhere.",
        ),
        default="school",
        choices=(
            ("never", ("Nulle part", "Nowhere")),
            ("school", ("Adresses professionnelles", "Professional addresses")),
            ("anywhere", ("Partout", "Anywhere")),
        ),
    ),
    # -- vault -------------------------------------------------------------------------------------
    PolicyKey(
        "vault", "place", Kind.CHOICE, ("Place des coffres", "Place of the vaults"),
        (
            "« machine » : dans un dossier commun du poste, à créer d’abord ; chaque coffre n’est"
            " qu’à son propriétaire.",
            "“machine”: in a common folder of the PC, to be made first; each vault is its owner’s"
            " alone.",
        ),
        default="user",
        choices=(
            ("user", ("Dossier de l’utilisateur", "Folder of the user")),
            ("machine", ("Dossier commun du poste", "Common folder of the PC")),
        ),
    ),
    PolicyKey(
        "vault", "escrow_key", Kind.KEY, ("Clé de secours", "Escrow key"),
        (
            "Clé publique X25519 en base64 (`vault escrow-key`) : l’établissement peut ouvrir les"
            " coffres, les enseignants en sont informés. Incomprise, elle n’ouvre rien.",
            "X25519 public key in base64 (`vault escrow-key`): the school can open vaults, teachers"
            " are told. If it cannot be understood it opens nothing.",
        ),
        default=b"",
    ),
    PolicyKey(
        "vault", "escrow_owner", Kind.TEXT, ("Titulaire de la clé de secours", "Escrow owner"),
        ("Nom montré aux enseignants.", "Name that teachers are shown."), default="",
    ),
    PolicyKey(
        "vault", "max_idle_minutes", Kind.NUMBER,
        ("Verrouillage au plus tard après", "Locked at the latest after"),
        (
            "Minutes sans activité après lesquelles le coffre se verrouille au plus tard. 0 : sans"
            " limite.",
            "Idle minutes after which the vault locks at the latest. 0: no limit.",
        ),
        default=0, use=Use.LIMIT, most=DAY_MINUTES, unit=MINUTES, safe=15,
    ),
    PolicyKey(
        "vault", "keyring_allowed", Kind.FLAG,
        ("Trousseau de session permis", "Session keyring allowed"),
        (
            "Le coffre peut s’ouvrir avec la session du poste. Sinon, seules les phrases de passe"
            " ouvrent.",
            "The vault may open with the session of the PC. Else only passphrases open.",
        ),
        default=True, safe=False,
    ),
    PolicyKey(
        "vault", "use_once_default", Kind.FLAG, ("Usage unique proposé", "Use once proposed"),
        (
            "Le premier écran propose un coffre effacé à la fermeture (postes partagés).",
            "The first screen proposes a vault that is erased when it is closed (shared PCs).",
        ),
        default=False,
    ),
    PolicyKey(
        "vault", "idle_minutes", Kind.NUMBER, ("Verrouillage après", "Locked after"),
        (
            "Minutes sans activité après lesquelles le coffre se verrouille. 0 : jamais.",
            "Idle minutes after which the vault locks. 0: never.",
        ),
        use=Use.SETTING, most=DAY_MINUTES, unit=MINUTES, start=15, safe=15,
    ),
    PolicyKey(
        "vault", "lock_on_screen", Kind.FLAG,
        ("Verrouillage avec l’écran", "Locked with the screen"),
        (
            "Le coffre se verrouille quand l’écran du poste est verrouillé.",
            "The vault locks when the screen of the PC is locked.",
        ),
        use=Use.SETTING, start=True, safe=True,
    ),
    PolicyKey(
        "vault", "lock_on_sleep", Kind.FLAG,
        ("Verrouillage à la mise en veille", "Locked at sleep"),
        (
            "Le coffre se verrouille quand le poste se met en veille.",
            "The vault locks when the PC goes to sleep.",
        ),
        use=Use.SETTING, start=True, safe=True,
    ),
    # -- data --------------------------------------------------------------------------------------
    PolicyKey(
        "data", "place", Kind.PATH,
        ("Fichiers de l’établissement", "Files of the establishment"),
        (
            "Fichier TOML des services de messagerie, ou dossier avec providers, school-holidays,"
            " sending-limits et services (.toml ou .meldata signé), à la place de ceux du"
            " programme.",
            "TOML file of mail services, or a folder with providers, school-holidays,"
            " sending-limits and services (.toml, or .meldata signed), in the place of the"
            " program’s.",
        ),
        default="",
    ),
    # -- updates -----------------------------------------------------------------------------------
    PolicyKey(
        "updates", "files_allowed", Kind.FLAG,
        ("Fichiers de données permis", "Data files allowed"),
        (
            "L’enseignant peut prendre un fichier plus récent à la place de celui du programme"
            " (calendrier scolaire, données signées des services de messagerie).",
            "The teacher may take a newer file in the place of the program’s (school calendar,"
            " signed data of mail services).",
        ),
        default=True, safe=False,
    ),
    PolicyKey(
        "updates", "update_notice", Kind.WEB,
        ("Annonce d’une nouvelle version", "Notice of a new version"),
        (
            "Adresse https d’une annonce signée par les auteurs de Mel Desktop, lue une fois par"
            " jour : « À propos » et le diagnostic disent alors si une version plus récente existe."
            " Rien n’est téléchargé ni installé : votre service informatique distribue. Non fixé :"
            " personne n’est interrogé.",
            "Address in https of a notice signed by the authors of Mel Desktop, read once a day:"
            " “About” and the doctor then tell whether a later version is out. Nothing is fetched"
            " or installed: IT distributes. Not set: nobody is asked.",
        ),
        default="",
    ),
    # -- reading -----------------------------------------------------------------------------------
    PolicyKey(
        "reading", "receipts", Kind.CHOICE,
        ("Accusés de lecture", "Receipts of reading"),
        (
            "Ce que l’on fait des accusés de lecture que des expéditeurs demandent. Jamais aucun"
            " n’est envoyé sans que l’enseignant le choisisse.",
            "What becomes of receipts of reading that senders ask for. None is ever sent unless"
            " the teacher chooses to.",
        ),
        default="ask", safe="never",
        choices=(
            ("ask", ("Demander à chaque message", "Ask for each message")),
            ("never", ("Jamais", "Never")),
        ),
    ),
    # -- interface ---------------------------------------------------------------------------------
    PolicyKey(
        "interface", "language", Kind.CHOICE, ("Langue", "Language"),
        ("Langue de la fenêtre.", "Language of the window."), use=Use.SETTING, start="system",
        choices=(
            ("system", ("Comme le système", "As the system")),
            ("fr", ("Français", "Français")), ("en", ("English", "English")),
        ),
    ),
    PolicyKey(
        "interface", "theme", Kind.CHOICE, ("Thème", "Theme"),
        ("Couleurs de la fenêtre.", "Colours of the window."), use=Use.SETTING, start="system",
        choices=(
            ("system", ("Comme le système", "As the system")),
            ("light", ("Clair", "Light")), ("dark", ("Sombre", "Dark")),
        ),
    ),
    PolicyKey(
        "interface", "plain_text", Kind.FLAG,
        ("Messages en texte brut", "Messages as plain text"),
        (
            "Les messages s’ouvrent en texte brut, sans mise en forme.",
            "Messages open as plain text, without formatting.",
        ),
        use=Use.SETTING, start=False, safe=True,
    ),
    # -- reading -----------------------------------------------------------------------------------
    PolicyKey(
        "reading", "remote_images", Kind.CHOICE, ("Images distantes", "Remote images"),
        (
            "Images que les messages vont chercher sur des serveurs web : bloquées tant que"
            " l’enseignant ne les affiche pas, ou jamais affichées. Les images de suivi ne le sont"
            " jamais.",
            "Images that messages fetch from web servers: blocked until the teacher shows them, or"
            " never shown. Tracking images never are.",
        ),
        default="ask", safe="never",
        choices=(("ask", ("Sur demande", "When asked")), ("never", ("Jamais", "Never"))),
    ),
    # -- trust -------------------------------------------------------------------------------------
    PolicyKey(
        "trust", "authserv_ids", Kind.DOMAINS,
        ("Serveurs qui vérifient les expéditeurs", "Servers that verify senders"),
        (
            "Noms (authserv-id, RFC 8601) des serveurs dont les résultats SPF, DKIM et DMARC sont"
            " crus. Non fixé : ceux du fournisseur du compte.",
            "Names (authserv-id, RFC 8601) of the servers whose SPF, DKIM and DMARC results are"
            " believed. Not set: those of the account’s own provider.",
        ),
        default=(), safe=(),
    ),
    PolicyKey(
        "trust", "report_to", Kind.TEXT,
        ("Signaler à", "Report to"),
        (
            "Adresse à laquelle les messages suspects sont signalés. Non fixé : demandée une fois à"
            " l’enseignant.",
            "Address to which suspicious messages are reported. Not set: the teacher is asked"
            " once.",
        ),
        default="",
    ),
)  # fmt: skip


def _set(words: Words) -> Words:
    """French with its non-breaking spaces."""
    french = re.sub(r" ([:;?!»])", NBSP + r"\1", words[0]).replace("« ", "«" + NBSP)
    return french, words[1]


def _worded(key: PolicyKey) -> PolicyKey:
    return replace(key, title=_set(key.title), help=_set(key.help))


SCHEMA: Final = Schema(
    AREAS,
    tuple(_worded(key) for key in _KEYS),
    tuple(
        replace(group, help=_set(group.help), keys=tuple(_worded(key) for key in group.keys))
        for group in GROUPS
    ),
)
