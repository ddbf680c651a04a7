"""The sentences of the doctor in both languages; app.doctor_words says which goes where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from mel_desktop.model.changes import CheckState

if TYPE_CHECKING:
    from mel_desktop.app.reasons import Sentences

STATES: Final[Mapping[CheckState, tuple[str, str]]] = {
    CheckState.OK: ("Bon", "Good"),
    CheckState.WARN: ("Attention", "Attention"),
    CheckState.FAIL: ("Problème", "Problem"),
    CheckState.SKIPPED: ("Non vérifié", "Not checked"),
}

TITLES: Final[Mapping[str, tuple[str, str]]] = {
    "network": ("Réseau", "Network"),
    "proxy": ("Proxy", "Proxy"),
    "way-out": ("Sortie du réseau", "Way out of the network"),
    "portal": ("Portail captif", "Captive portal"),
    "clock": ("Horloge de ce poste", "Clock of this PC"),
    "disk": ("Disque", "Disk"),
    "memory": ("Mémoire", "Memory"),
    "versions": ("Versions", "Versions"),
    "release": ("Nouvelle version", "New version"),
    "policy": ("Réglages de votre service informatique", "Policies of your IT service"),
    "vault": ("Coffre", "Vault"),
    "imap-dns": ("Nom du serveur de réception", "Name of the receiving server"),
    "imap-reach": ("Serveur de réception", "Receiving server"),
    "imap-tls": ("Certificat du serveur de réception", "Certificate of the receiving server"),
    "imap-sign-in": ("Connexion au serveur de réception", "Sign-in to the receiving server"),
    "imap-capabilities": ("Fonctions du serveur de réception", "What the receiving server offers"),
    "imap-quirks": ("Particularités du serveur", "Known ways of the server"),
    "quota": ("Quota", "Quota"),
    "quota-kept": ("Quota", "Quota"),
    "smtp-dns": ("Nom du serveur d’envoi", "Name of the sending server"),
    "smtp-reach": ("Serveur d’envoi", "Sending server"),
    "smtp-tls": ("Certificat du serveur d’envoi", "Certificate of the sending server"),
    "smtp-sign-in": ("Connexion au serveur d’envoi", "Sign-in to the sending server"),
    "smtp-way": ("Port d’envoi", "Sending port"),
    "account-hold": ("Connexion en pause", "Sign-in on hold"),
    "account-password": ("Mot de passe", "Password"),
    "account-network": ("Serveurs du compte", "Servers of the account"),
    "directory": ("Annuaire", "Directory"),
    "directory-reach": ("Serveur d’annuaire", "Directory server"),
    "directory-hold": ("Connexion à l’annuaire en pause", "Directory sign-in on hold"),
    "unfinished": ("Vérification interrompue", "Check broken off"),
}

LACKS: Final[Mapping[str, tuple[str, str]]] = {
    "CONDSTORE": (
        "Sans CONDSTORE, chaque synchronisation relit l’état de tous les messages : c’est plus "
        "lent.",
        "Without CONDSTORE each synchronisation reads the state of all messages: it is slower.",
    ),
    "UIDPLUS": (
        "Sans UIDPLUS, supprimer ou déplacer un message demande plus de précautions.",
        "Without UIDPLUS deleting or moving a message takes more care.",
    ),
    "IDLE": (
        "Sans IDLE, les nouveaux messages arrivent avec un peu de retard.",
        "Without IDLE new messages come a little later.",
    ),
    "MOVE": (
        "Sans MOVE, déplacer prend plusieurs étapes.",
        "Without MOVE moving takes several steps.",
    ),
    "SPECIAL-USE": (
        "Sans SPECIAL-USE, les dossiers « Envoyés » ou « Corbeille » sont reconnus à leur nom.",
        "Without SPECIAL-USE folders such as Sent or Trash are known by their names.",
    ),
    "QUOTA": (
        "Le serveur ne dit pas la place qui reste.",
        "The server does not say how much room is left.",
    ),
}

PLACES: Final[Mapping[str, tuple[str, str]]] = {
    "inbox": ("la boîte de réception", "the inbox"),
    "sent": ("les messages envoyés", "sent messages"),
    "drafts": ("les brouillons", "drafts"),
    "trash": ("la corbeille", "the trash"),
    "junk": ("les indésirables", "junk"),
    "archive": ("les archives", "the archive"),
    "own": ("un de vos dossiers", "one of your folders"),
}

_HELP_FR: Final = "Signalez-le à l’assistance de votre académie."
_HELP_EN: Final = "Tell the help desk of your académie."

_HERE: Final[Mapping[str, Sentences]] = {
    "offline": (
        "Non vérifié : vous travaillez hors ligne.",
        "Reprenez le travail en ligne, puis testez à nouveau.",
        "Not checked: you are working offline.",
        "Go online again, then check again.",
    ),
    "unfinished": (
        "Cette vérification a pris trop de temps et a été abandonnée.",
        "Testez à nouveau ; si cela se répète, enregistrez le rapport pour l’assistance.",
        "This check took too long and was given up.",
        "Check again; if it goes on, save the report for the help desk.",
    ),
    "disk-good": (
        "{free} Mo libres, le coffre occupe {store} Mo, une écriture prend {ms} ms.",
        "",
        "{free} MB free, the vault takes {store} MB, a write takes {ms} ms.",
        "",
    ),
    "disk-little": (
        "Il ne reste que {free} Mo sur le disque ; le coffre occupe {store} Mo.",
        "Videz la corbeille de l’ordinateur ou déplacez de gros fichiers ; « Stockage » montre ce "
        "que Mel Desktop peut libérer.",
        "Only {free} MB are left on the disk; the vault takes {store} MB.",
        "Empty the PC’s bin or move large files; “Storage” shows what Mel Desktop can free.",
    ),
    "disk-slow": (
        "Le disque est lent : une petite écriture prend {ms} ms.",
        "Si le dossier est sur un partage réseau ou une clé USB, demandez à votre service "
        "informatique de le placer sur le disque du poste.",
        "The disk is slow: a small write takes {ms} ms.",
        "If the folder is on a network share or a USB stick, ask your IT service to place it on "
        "the disk of the PC.",
    ),
    "disk-not-writable": (
        "Le dossier de Mel Desktop ne peut pas être modifié ; {free} Mo libres.",
        "Vérifiez la place, les droits sur le dossier et l’antivirus.",
        "The folder of Mel Desktop cannot be written to; {free} MB free.",
        "Check the room, the rights on the folder and the antivirus.",
    ),
    "memory-good": (
        "Mel Desktop utilise {used} Mo ; {free} Mo sont libres.",
        "",
        "Mel Desktop uses {used} MB; {free} MB are free.",
        "",
    ),
    "memory-little": (
        "Il ne reste que {free} Mo de mémoire libre ; Mel Desktop en utilise {used}.",
        "Fermez d’autres programmes.",
        "Only {free} MB of memory are free; Mel Desktop uses {used}.",
        "Close other programs.",
    ),
    "memory-unknown": (
        "Le système ne le dit pas.",
        "",
        "The system does not say.",
        "",
    ),
    "versions": (
        "Mel Desktop {program}, {system}, Python {python}, Qt {qt}, SQLite {sqlite}, {tls}.",
        "",
        "Mel Desktop {program}, {system}, Python {python}, Qt {qt}, SQLite {sqlite}, {tls}.",
        "",
    ),
    "versions-bare": (
        "Mel Desktop {program}, {system}, Python {python}, SQLite {sqlite}, {tls}.",
        "",
        "Mel Desktop {program}, {system}, Python {python}, SQLite {sqlite}, {tls}.",
        "",
    ),
    "release-unread": (
        "L’annonce des versions, voulue par votre service informatique, n’a pas encore été lue "
        "({why}).",
        "Vérifiez le réseau, puis laissez Mel Desktop ouvert quelques minutes.",
        "The notice of versions that your IT service wants has not been read yet ({why}).",
        "Check the network, then leave Mel Desktop open for some minutes.",
    ),
    "release-current": (
        "Mel Desktop {program} est la version la plus récente.",
        "",
        "Mel Desktop {program} is the newest version.",
        "",
    ),
    "release-current-trouble": (
        "Mel Desktop {program} était la version la plus récente ; la dernière annonce n’a pas pu "
        "être lue ({why}).",
        "Signalez-le à votre service informatique si cela dure.",
        "Mel Desktop {program} was the newest version; the last notice could not be read ({why}).",
        "Tell your IT service if that lasts.",
    ),
    "release-newer": (
        "Mel Desktop {version} est disponible ; ce poste a la version {program}.",
        "Votre service informatique l’installe ; signalez-le-lui s’il tarde.",
        "Mel Desktop {version} is out; this PC has version {program}.",
        "Your IT service installs it; tell it if that takes long.",
    ),
    "release-expired": (
        "La dernière annonce des versions n’est plus valable depuis le {until} ({why}).",
        "Signalez-le à votre service informatique : les nouvelles annonces n’arrivent pas.",
        "The last notice of versions has expired on {until} ({why}).",
        "Tell your IT service: new notices do not arrive.",
    ),
    "release-refused": (
        "L’annonce des versions n’est pas celle des auteurs de Mel Desktop, ou elle est dépassée "
        "({why}) : rien n’en est cru.",
        "Signalez-le à votre service informatique.",
        "The notice of versions is not of the authors of Mel Desktop, or is outdated ({why}): "
        "nothing of it is believed.",
        "Tell your IT service.",
    ),
    "policy-good": (
        "Tous les réglages imposés sont compris.",
        "",
        "All policies are understood.",
        "",
    ),
    "policy-ignored": (
        "Réglages de votre service informatique ignorés, car mal écrits : {count}. "
        "Noms connus : {keys}.",
        "Signalez-le à votre service informatique ; le reste est appliqué.",
        "Policy values of your IT service that are ignored, being ill written: {count}. "
        "Known names: {keys}.",
        "Tell your IT service; the others are in force.",
    ),
    "vault-sound": (
        "Tout est intact.",
        "",
        "Everything is intact.",
        "",
    ),
    "vault-partly": (
        "Les clés sont intactes ; le coffre est trop grand pour être relu en entier ici.",
        "Lancez « Vérifier le coffre » pour tout relire.",
        "The keys are intact; the vault is too large to be read as a whole here.",
        "Run “Check the vault” to read everything.",
    ),
    "vault-damaged": (
        "Parties endommagées dans le coffre : {count}.",
        "Ouvrez « Vérifier le coffre » : ce qui est intact est gardé, le reste revient du serveur.",
        "Damaged parts of the vault: {count}.",
        "Open “Check the vault”: what is sound is kept, the rest comes back from the server.",
    ),
}

_AROUND: Final[Mapping[str, Sentences]] = {
    "network-up": ("Ce poste est relié à un réseau.", "", "This PC is on a network.", ""),
    "network-down": (
        "Ce poste n’a pas d’accès vers l’extérieur.",
        "Branchez le câble ou choisissez un Wi-Fi.",
        "This PC has no way to the outside.",
        "Plug in the cable or choose a Wi-Fi.",
    ),
    "proxy-none": (
        "Aucun proxy : connexion directe.",
        "",
        "No proxy: connected directly.",
        "",
    ),
    "proxy-account": (
        "Un proxy est réglé pour le compte.",
        "",
        "A proxy is set for the account.",
        "",
    ),
    "proxy-system": (
        "Le système indique un proxy : {places}.",
        "Si rien ne passe, demandez à votre service informatique si la messagerie doit "
        "l’emprunter.",
        "The system names a proxy: {places}.",
        "If nothing gets through, ask your IT service whether mail has to go through it.",
    ),
    "portal-none": (
        "Le réseau laisse passer sans page d’accueil.",
        "",
        "The network asks for no page to be opened first.",
        "",
    ),
    "portal-unknown": (
        "Rien ne permet de le dire : le serveur ne répond pas au Web.",
        "",
        "Cannot be told: the server does not answer on the Web.",
        "",
    ),
    "portal-found": (
        "Ce réseau demande d’abord une connexion sur sa page d’accueil ({portal}).",
        "Ouvrez la page du réseau, connectez-vous, puis testez à nouveau.",
        "This network wants you to sign in on its own page first ({portal}).",
        "Open the page of the network, sign in, then check again.",
    ),
    "clock-good": ("L’heure est juste.", "", "The time is right.", ""),
    "clock-unknown": (
        "Ce poste indique {now} (UTC). Aucun serveur n’a donné l’heure pour comparer.",
        "",
        "This PC says {now} (UTC). No server gave the time to compare.",
        "",
    ),
    "clock-old": (
        "La date de ce poste est fausse : {now}.",
        "Réglez la date et l’heure : sans cela, aucun certificat ne peut être vérifié.",
        "The date of this PC is wrong: {now}.",
        "Set date and time: no certificate can be checked without.",
    ),
    "clock-fast": (
        "L’horloge de ce poste avance de {minutes} minutes.",
        "Réglez la date et l’heure (réglage automatique), puis testez à nouveau.",
        "The clock of this PC is {minutes} minutes fast.",
        "Set date and time (automatically), then check again.",
    ),
    "clock-slow": (
        "L’horloge de ce poste retarde de {minutes} minutes.",
        "Réglez la date et l’heure (réglage automatique), puis testez à nouveau.",
        "The clock of this PC is {minutes} minutes slow.",
        "Set date and time (automatically), then check again.",
    ),
}

_SERVERS: Final[Mapping[str, Sentences]] = {
    "dns-found": (
        "{host} a pour adresse {addresses} (IPv4 : {four}, IPv6 : {six}).",
        "",
        "{host} has the address {addresses} (IPv4: {four}, IPv6: {six}).",
        "",
    ),
    "dns-private": (
        "{host} a une adresse interne au réseau : {addresses}.",
        "C’est normal dans les locaux ; ailleurs, le nom est mal résolu : changez de réseau.",
        "{host} has an address inside this network: {addresses}.",
        "That is usual on the premises; elsewhere the name is resolved wrongly: change network.",
    ),
    "dns-address": (
        "Le serveur est donné par son adresse, {addresses}.",
        "",
        "The server is given by its address, {addresses}.",
        "",
    ),
    "reached": (
        "{host} répond sur le port {port}.",
        "",
        "{host} answers on port {port}.",
        "",
    ),
    "reached-ends": (
        "{host} répond, mais son certificat expire dans {days} jours.",
        _HELP_FR,
        "{host} answers, but its certificate expires in {days} days.",
        _HELP_EN,
    ),
    "imap-blocked": (
        "Le port {port} de {host} est bloqué ici ; le courrier vient par le port {other}.",
        "Rien à faire : Mel Desktop s’y adapte.",
        "Port {port} of {host} is blocked on this network; mail comes by port {other}.",
        "Nothing to do: Mel Desktop adapts.",
    ),
    "way-out": (
        "Chemin pris vers le serveur : {way}.",
        "",
        "Way taken to the server: {way}.",
        "",
    ),
    "smtp-blocked": (
        "Le port {port} de {host} est bloqué sur ce réseau ; l’envoi passe par le port {other}.",
        "Rien à faire : Mel Desktop s’y adapte.",
        "Port {port} of {host} is blocked on this network; mail goes out by port {other}.",
        "Nothing to do: Mel Desktop adapts.",
    ),
    "tls-good": (
        "{subject}, signé par {signer}, valable jusqu’au {until} ({protocol}, {key}).",
        "",
        "{subject}, signed by {signer}, valid until {until} ({protocol}, {key}).",
        "",
    ),
    "tls-own": (
        "{subject}, signé par {signer} ; une autorité ajoutée à ce compte est acceptée. Valable "
        "jusqu’au {until} ({protocol}, {key}).",
        "",
        "{subject}, signed by {signer}; an authority added to this account is trusted. Valid "
        "until {until} ({protocol}, {key}).",
        "",
    ),
    "tls-inspected-believed": (
        "La connexion est ouverte en chemin par un filtre : certificat signé par {signer}.",
        "C’est un choix du réseau. En cas de doute, demandez à votre service informatique.",
        "The connection is opened on its way by a filter: certificate signed by {signer}.",
        "It is a choice of the network. When in doubt, ask your IT service.",
    ),
    "tls-inspected": (
        "Un filtre du réseau ou un antivirus ouvre la connexion : certificat signé par {signer}, "
        "que ce poste ne connaît pas.",
        "Demandez à votre service informatique l’autorité de certification du réseau, ou changez "
        "de réseau.",
        "A filter of the network or an antivirus opens the connection: certificate signed by "
        "{signer}, unknown to this PC.",
        "Ask your IT service for the certificate authority of the network, or change network.",
    ),
    "tls-untrusted": (
        "Le certificat de {subject} est signé par {signer}, que ce poste ne connaît pas.",
        "N’entrez pas votre mot de passe ailleurs. Demandez à votre service informatique "
        "l’autorité de certification, ou changez de réseau.",
        "The certificate of {subject} is signed by {signer}, unknown to this PC.",
        "Do not give your password elsewhere. Ask your IT service for the certificate authority, "
        "or change network.",
    ),
    "tls-self-signed": (
        "Le certificat de {subject} n’est signé que par lui-même.",
        _HELP_FR,
        "The certificate of {subject} is signed by nobody but itself.",
        _HELP_EN,
    ),
    "tls-expired": (
        "Le certificat de {subject}, signé par {signer}, a expiré le {until}.",
        "Vérifiez la date de ce poste ; si elle est juste, signalez-le à l’assistance.",
        "The certificate of {subject}, signed by {signer}, expired on {until}.",
        "Check the date of this PC; if it is right, tell the help desk.",
    ),
    "tls-not-yet": (
        "Le certificat de {subject} n’est valable qu’à partir du {from}.",
        "L’horloge de ce poste retarde sans doute : réglez la date et l’heure.",
        "The certificate of {subject} is valid only from {from} on.",
        "The clock of this PC is probably slow: set date and time.",
    ),
    "tls-name": (
        "Le certificat est celui d’un autre serveur : {names}, et non {host}.",
        "Vérifiez le nom du serveur dans les réglages du compte.",
        "The certificate is that of another server: {names}, not {host}.",
        "Check the name of the server in the settings of the account.",
    ),
    "signed-in": (
        "Connecté ; {folders} dossiers.",
        "",
        "Signed in; {folders} folders.",
        "",
    ),
    "skipped-no-password": (
        "Non essayé : aucun mot de passe à présenter.",
        "Donnez d’abord le mot de passe.",
        "Not tried: there is no password to give.",
        "Give the password first.",
    ),
    "skipped-not-reached": (
        "Non essayé : le serveur n’est pas joint.",
        "",
        "Not tried: the server is not reached.",
        "",
    ),
    "caps": (
        "Toutes les fonctions utiles sont offertes.",
        "",
        "Everything useful is offered.",
        "",
    ),
    "caps-lack": (
        "{costs}",
        "Rien à faire : Mel Desktop s’y adapte.",
        "{costs}",
        "Nothing to do: Mel Desktop adapts.",
    ),
    "quirks": (
        "Serveur reconnu : {server}. Précautions prises : {ways}.",
        "",
        "Known server: {server}. Precautions taken: {ways}.",
        "",
    ),
    "quota": ("{percent} % de {megabytes} Mo.", "", "{percent} % of {megabytes} MB.", ""),
    "quota-soon": (
        "La boîte est presque pleine : {percent} % de {megabytes} Mo.",
        "Le plus lourd : {place} ({heavy} Mo). « Stockage » montre les gros messages.",
        "The mailbox is nearly full: {percent} % of {megabytes} MB.",
        "The heaviest: {place} ({heavy} MB). “Storage” shows the large messages.",
    ),
    "quota-full": (
        "La boîte est pleine : {percent} % de {megabytes} Mo. Plus rien n’arrive.",
        "Supprimez de gros messages. Le plus lourd : {place} ({heavy} Mo).",
        "The mailbox is full: {percent} % of {megabytes} MB. Nothing comes in any more.",
        "Delete large messages. The heaviest: {place} ({heavy} MB).",
    ),
    "quota-none": (
        "Le serveur n’indique pas de quota.",
        "",
        "The server states no quota.",
        "",
    ),
    "quota-kept": (
        "{percent} % au dernier relevé ({day}).",
        "",
        "{percent} % when last asked ({day}).",
        "",
    ),
    "smtp-limit": (
        "Connecté ; messages jusqu’à {megabytes} Mo ({ways}).",
        "",
        "Signed in; messages up to {megabytes} MB ({ways}).",
        "",
    ),
    "smtp-signed": ("Connecté ({ways}).", "", "Signed in ({ways}).", ""),
    "smtp-way": (
        "Sur ce réseau, l’envoi passe par le port {port} au lieu de {own}.",
        "",
        "On this network mail goes out by port {port} instead of {own}.",
        "",
    ),
    "directory-none": ("Aucun annuaire n’est ajouté.", "", "No directory was added.", ""),
    "directory-good": (
        "{count} fiches, à jour d’il y a {days} jours.",
        "",
        "{count} entries, as of {days} days ago.",
        "",
    ),
    "directory-old": (
        "{count} fiches, mais vieilles de {days} jours.",
        "Mettez l’annuaire à jour (Annuaire, Sources).",
        "{count} entries, but {days} days old.",
        "Bring the directory up to date (Directory, Sources).",
    ),
    "directory-partly": (
        "Incomplet : {count} fiches, d’il y a {days} jours.",
        "Mettez l’annuaire à jour ; si cela se répète, le serveur limite les réponses.",
        "Incomplete: {count} entries, as of {days} days ago.",
        "Bring the directory up to date; if it goes on, the server limits its answers.",
    ),
    "directory-never": (
        "Jamais lu.",
        "Mettez l’annuaire à jour (Annuaire, Sources).",
        "Never read.",
        "Bring the directory up to date (Directory, Sources).",
    ),
}

SAYS: Final[Mapping[str, Sentences]] = {**_HERE, **_AROUND, **_SERVERS}
