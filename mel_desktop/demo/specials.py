"""The rare forms of mail that a client meets: each one once or twice, by hand.

Newsletters with trackers, an invitation, phishing, an Outlook mail with an inline picture, bounces,
forwarded messages, and the encodings of four decades.
"""

from __future__ import annotations

import binascii
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from mel_desktop.demo import files
from mel_desktop.demo.letters import (
    Correspondent,
    Letter,
    Style,
    attachment,
    encoded_word,
    multipart,
    outlook_html_of,
    phrase,
    text_part,
    written,
)
from mel_desktop.demo.mailboxes import StoredMessage
from mel_desktop.demo.school import Person, School
from mel_desktop.model.values import dataclass

_NEWSLETTER = """<html><head><style>
 body {{ background:#eef1f6; font-family:Verdana, sans-serif; }}
 .carte {{ border:1px solid #c8d0dc; border-radius:6px; padding:14px; }}
</style></head><body>
<div style="display:none;max-height:0;overflow:hidden">Au sommaire : lecture, oral, numérique</div>
<table width="600" align="center" cellpadding="0" cellspacing="0" bgcolor="#ffffff"><tr><td>
<img src="https://images.region-academique-exemple.invalid/bandeau.png" width="600" height="120"
 alt="La lettre de la DRANE"></td></tr>
<tr><td style="padding:24px"><h1 style="color:#26407c">La lettre du numérique, n° {number}</h1>
<div class="carte"><h2>Lire à voix haute avec une tablette</h2>
<p>Trois collèges racontent comment leurs élèves s'enregistrent, s'écoutent et progressent.</p>
<p><a href="https://lettre.region-academique-exemple.invalid/{number}/lecture"
 style="background:#26407c;color:#fff;padding:8px 14px">Lire l'article</a></p></div>
<div class="carte"><h2>Certification Pix : le calendrier</h2>
<p>Les sessions ouvrent bientôt. Pensez aux codes de campagne.</p></div>
<p style="font-size:11px;color:#777">Vous recevez cette lettre en tant que personnel.
<a href="https://lettre.region-academique-exemple.invalid/desabonnement?id=42">Se désabonner</a></p>
</td></tr></table>
<img src="https://suivi.region-academique-exemple.invalid/o.gif?u=42&amp;c={number}" width="1"
 height="1" alt=""></body></html>
"""

_PHISHING = """<html><body style="font-family:Arial">
<p>Bonjour,</p>
<p>Suite à la migration de la messagerie, votre boîte sera <b>suspendue dans 24 heures</b>.
Pour conserver vos messages, confirmez votre identifiant et votre mot de passe :</p>
<p><a href="https://ac-exemple.portail-verification.invalid/login">
https://portail.ac-exemple.invalid/messagerie</a></p>
<p>Hélène Vautrin<br>Principale</p></body></html>
"""


@dataclass(frozen=True, slots=True)
class _Desk:
    """Who writes to whom, and when."""

    school: School
    now: datetime

    def ago(self, days: float) -> datetime:
        """An instant of the past, to the second."""
        return (self.now - timedelta(days=days)).replace(microsecond=0)

    def letter(
        self, sender: Person | Correspondent, days: float, subject: str, text: str
    ) -> Letter:
        """A letter to the owner of the mailbox."""
        number = int(days * 1000)
        domain = sender.address.rpartition("@")[2]
        return Letter(
            sender=Correspondent(sender.name, sender.address),
            to=(Correspondent(self.school.me.name, self.school.me.address),),
            subject=subject,
            text=text,
            sent_at=self.ago(days),
            message_id=f"rare-{number}@{domain}",
        )

    def head(self, sender: str, days: float, subject: str, extra: str = "") -> bytes:
        """A header written out; ``sender`` and ``subject`` are already in their wire form."""
        me = self.school.me
        lines = (
            f"Message-ID: <rare-{int(days * 1000)}@rare.invalid>\r\n"
            f"Date: {format_datetime(self.ago(days))}\r\n"
            f"From: {sender}\r\n"
            f"To: {me.name} <{me.address}>\r\n"
            f"Subject: {subject}\r\n"
        )
        return (lines + extra).encode() + b"MIME-Version: 1.0\r\n"

    def stored(
        self, days: float, data: bytes, folder: str = "INBOX", flags: tuple[str, ...] = ("\\Seen",)
    ) -> StoredMessage:
        """The message in its folder."""
        return StoredMessage(folder, flags, self.ago(days) + timedelta(seconds=5), data)


def special_messages(school: School, now: datetime) -> tuple[StoredMessage, ...]:
    """One after the other, newest last within each maker."""
    desk = _Desk(school, now.astimezone(UTC))
    makers: tuple[Callable[[_Desk], list[StoredMessage]], ...] = (
        _newsletters,
        _invitations,
        _phishing,
        _outlook,
        _bounces,
        _containers,
        _old_charsets,
        _old_containers,
        _oddities,
    )
    return tuple(message for maker in makers for message in maker(desk))


def _newsletters(desk: _Desk) -> list[StoredMessage]:
    sender = desk.school.who("drane")
    made = []
    for number, days in ((41, 63.2), (42, 33.3), (43, 3.4)):
        word = encoded_word(f"La lettre du numérique éducatif, n° {number}", "utf-8", q=False)
        name = encoded_word(sender.name, "utf-8", q=False)
        extra = (
            "List-Id: <lettre.region-academique-exemple.invalid>\r\n"
            "List-Unsubscribe: <https://lettre.region-academique-exemple.invalid/d?id=42>\r\n"
            "Precedence: bulk\r\n"
        )
        plain = "La lettre du numérique. Pour la lire, affichez le message en HTML."
        html = _NEWSLETTER.format(number=number)
        body = multipart(
            "alternative",
            (
                text_part(plain, "utf-8", "quoted-printable"),
                text_part(html, "utf-8", "quoted-printable", "html"),
            ),
            f"newsletter {number}",
        )
        head = desk.head(f"{name} <{sender.address}>", days, word, extra)
        flags = () if number == 43 else ("\\Seen",)
        made.append(desk.stored(days, head + body, flags=flags))
    return made


def _invitations(desk: _Desk) -> list[StoredMessage]:
    made = []
    for role, days, summary, place in (
        ("principale", 6.2, "Conseil pédagogique", "Salle de réunion"),
        ("adjoint", 1.3, "Réunion de liaison CM2-6e", "CDI"),
    ):
        sender = desk.school.who(role)
        start = desk.ago(days) + timedelta(days=10)
        event = files.ics(
            "invitation.ics", f"rare-{role}@{desk.school.domain}", summary, place, start,
            organizer=sender.address, method="REQUEST",
        )  # fmt: skip
        text = f"Bonjour,\n\nVous êtes invitée à : {summary} ({place}).\n\n{sender.name}"
        calendar = (
            b"Content-Type: text/calendar; charset=utf-8; method=REQUEST\r\n"
            b"Content-Transfer-Encoding: 8bit\r\n\r\n" + event.data
        )
        parts = (text_part(text, "utf-8", "8bit"), calendar)
        body = multipart("alternative", parts, f"invitation {role}")
        word = encoded_word(f"Invitation : {summary}", "utf-8", q=False)
        name = encoded_word(sender.name, "utf-8", q=True)
        head = desk.head(f"{name} <{sender.address}>", days, word)
        made.append(desk.stored(days, head + body, flags=()))
    return made


def _phishing(desk: _Desk) -> list[StoredMessage]:
    """Display names that lie, a look-alike domain, a link that says one thing and does another."""
    body = text_part(_PHISHING, "utf-8", "base64", "html")
    first = encoded_word("Hélène Vautrin (helene.vautrin@ac-exemple.invalid)", "utf-8", q=True)
    head = desk.head(
        f"{first} <messagerie@ac-exemp1e.invalid>",
        0.4,
        encoded_word("URGENT : votre messagerie sera suspendue", "utf-8", q=False),
        "Reply-To: <recuperation@portail-verification.invalid>\r\n",
    )
    text = (
        "Cher utilisateur,\n\nVotre quota est atteint. Repondez a ce message avec votre "
        "identifiant, votre mot de passe et votre date de naissance.\n\nService Webmail"
    )
    second = desk.head(
        '"assistance@ac-exemple.invalid" <quota@service-webmail.invalid>',
        8.1,
        "Mise a jour obligatoire de votre compte",
    )
    return [
        desk.stored(0.4, head + body, flags=()),
        desk.stored(8.1, second + text_part(text, "us-ascii", "7bit"), "Indésirables"),
    ]


def _outlook(desk: _Desk) -> list[StoredMessage]:
    sender = desk.school.who("rectorat")
    name = phrase(sender.name)
    picture = files.png("image001.png", 120, 40, 7)
    text = (
        "Bonjour,\n\nJe vous rappelle l’échéance du 15 : les vœux doivent être saisis avant "
        "minuit – aucun report n’est possible…\n\nBien cordialement,"
    )
    table = (
        "<table class=MsoNormalTable border=1 cellspacing=0 cellpadding=0>"
        "<tr><td style='border:solid windowtext 1.0pt;padding:0cm 5.4pt 0cm 5.4pt'>Saisie</td>"
        "<td style='padding:0cm 5.4pt 0cm 5.4pt'><b>jusqu’au 15</b></td></tr></table>"
        '<p class=MsoNormal><img width=120 height=40 id="Image_x0020_1" '
        'src="cid:image001.png@01DC2A"></p>'
    )
    alternative = multipart(
        "alternative",
        (
            text_part(text, "windows-1252", "quoted-printable"),
            text_part(outlook_html_of(text, table), "windows-1252", "quoted-printable", "html"),
        ),
        "outlook alternative",
    )
    inline = attachment(picture, Style.OUTLOOK, inline_id="image001.png@01DC2A")
    body = multipart(
        "related", (alternative, inline), "outlook", ';\r\n type="multipart/alternative"'
    )
    subject = encoded_word("RAPPEL – Vœux : date limite", "windows-1252", q=True)
    extra = (
        "X-Mailer: Microsoft Outlook 16.0\r\nThread-Index: AdwqKxMexemple==\r\n"
        "Importance: high\r\nContent-Language: fr\r\n"
    )
    head = desk.head(f"{name} <{sender.address}>", 2.6, subject, extra)
    return [desk.stored(2.6, head + body, flags=("\\Flagged",))]


def _bounces(desk: _Desk) -> list[StoredMessage]:
    """A full mailbox (RFC 3464) and an automatic answer."""
    me = desk.school.me.address
    explanation = (
        "Ceci est le système de messagerie.\n\nVotre message n'a pas pu être remis à l'un de "
        "ses destinataires : la boîte aux lettres est pleine.\n"
    )
    status = (
        "Content-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; smtp.ac-exemple.invalid\r\n\r\n"
        "Final-Recipient: rfc822; famille.pleine@familles.invalid\r\n"
        "Action: failed\r\nStatus: 5.2.2\r\n"
        "Diagnostic-Code: smtp; 552 5.2.2 Mailbox full\r\n"
    )
    original = (
        "Content-Type: text/rfc822-headers\r\n\r\n"
        f"From: <{me}>\r\nTo: <famille.pleine@familles.invalid>\r\nSubject: Bulletin\r\n"
    )
    body = multipart(
        "report",
        (text_part(explanation, "utf-8", "8bit"), status.encode(), original.encode()),
        "bounce",
        "; report-type=delivery-status",
    )
    word = encoded_word("Message non remis : boîte aux lettres pleine", "utf-8", q=True)
    daemon = "MAILER-DAEMON@ac-exemple.invalid (Mail Delivery System)"
    bounce = desk.head(daemon, 5.5, word, "Auto-Submitted: auto-replied\r\n") + body
    absent = desk.letter(
        desk.school.who("theatre"),
        7.7,
        "Réponse automatique : absente du bureau",
        "Bonjour,\n\nJe suis absente jusqu'à lundi. En cas d'urgence, appelez l'accueil.",
    )
    return [
        desk.stored(5.5, bounce),
        desk.stored(7.7, written(absent, Style.WEBMAIL)),
    ]


def _containers(desk: _Desk) -> list[StoredMessage]:
    """A forwarded message as an attachment, a vCard, a picture of half a megabyte."""
    inner = written(
        desk.letter(
            desk.school.who("ecole"),
            11.2,
            "Lecture commune CM2-6e",
            "Bonjour,\n\nNos élèves ont choisi l'album. Ils vous attendent avec impatience !",
        ),
        Style.LATIN1,
    )
    note = text_part("Pour information, Claire.\n\nHélène Vautrin", "utf-8", "8bit")
    body = multipart("mixed", (note, b"Content-Type: message/rfc822\r\n\r\n" + inner), "forwarded")
    head = desk.head(
        f"{encoded_word('Hélène Vautrin', 'utf-8', q=True)} <helene.vautrin@ac-exemple.invalid>",
        10.9,
        encoded_word("TR: Lecture commune CM2-6e, à voir", "utf-8", q=True),
    )
    card = files.File(
        "Renaud Picard.vcf",
        "text/vcard",
        b"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Capitaine Renaud Picard\r\n"
        b"EMAIL:prevention@secours-exemple.invalid\r\nEND:VCARD\r\n",
    )
    contact = desk.letter(
        desk.school.who("pompiers"), 24.4, "Mes coordonnées", "Ci-joint ma carte. Cordialement,"
    )
    photo = files.png("photo_de_classe_4B.png", 420, 400, 11, noise=True)
    heavy = desk.letter(
        desk.school.who("secretariat"),
        14.6,
        "Photo de classe de 4B",
        "Bonjour Claire,\n\nVoici la photo de ta classe en grand format.\n\nNadia",
    )
    return [
        desk.stored(10.9, head + body),
        desk.stored(24.4, written(_with(contact, card), Style.WEBMAIL)),
        desk.stored(14.6, written(_with(heavy, photo), Style.OUTLOOK)),
    ]


def _old_charsets(desk: _Desk) -> list[StoredMessage]:
    """KOI8-R, Latin-9, Windows-1252 under the name of Latin-1, raw headers, no MIME at all."""
    russian = (
        "Здравствуйте!\n\nМы хотели бы продолжить переписку между нашими классами.\n\nШкола-партнёр"
    )
    koi = desk.head(
        f"{encoded_word('Школа-партнёр', 'koi8-r', q=False)} <ecole.partenaire@schule.invalid>",
        37.5,
        encoded_word("Переписка классов", "koi8-r", q=False),
    ) + text_part(russian, "koi8-r", "8bit")
    money = desk.letter(
        desk.school.who("gestionnaire"),
        19.3,
        "Participation des familles : 12 € par élève",
        "Bonjour,\n\nLa participation est fixée à 12 € (contre 15 € l'an passé).\n\nSylvie",
    )
    mislabelled = desk.head(
        "Conseil des parents <ape.jeanne-barret@familles.invalid>", 16.8, "Kermesse"
    ) + (
        b"Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        + "L’équipe de la kermesse cherche des bénévoles… 5 € l’entrée – merci !\r\n".encode(
            "windows-1252"
        )
    )
    raw = desk.letter(
        desk.school.who("transport"),
        43.1,
        "Modification d'horaire : départ avancé",
        "Bonjour,\n\nLe départ est avancé à 7 h 45 en raison de travaux.\n\nCars Exemplin",
    )
    ascii_only = desk.letter(
        Correspondent("B. Ancien", "ancien.collegue@familles.invalid"),
        120.2,
        "Nouvelles de la retraite",
        "Chère Claire,\n\nJe t'écris depuis mon vieil ordinateur, qui ne connaît pas les accents."
        "\nÀ bientôt !\n\nBernard",
    )
    return [
        desk.stored(37.5, koi),
        desk.stored(19.3, written(money, Style.LATIN9)),
        desk.stored(16.8, mislabelled),
        desk.stored(43.1, written(raw, Style.RAW)),
        desk.stored(120.2, written(ascii_only, Style.ASCII), "Archives"),
    ]


def _old_containers(desk: _Desk) -> list[StoredMessage]:
    """uuencode in the text, a long RFC 2231 name, format=flowed with DelSp, two encoded words."""
    data = "Liste des élèves : à compléter\r\n".encode("latin-1") * 6
    lines = [data[start : start + 45] for start in range(0, len(data), 45)]
    coded = "".join(binascii.b2a_uu(line).decode("ascii") for line in lines)
    uu = desk.head("Ancien logiciel <scribe@ac-exemple.invalid>", 77.7, "Export") + text_part(
        f"Voici le fichier demande.\n\nbegin 644 liste.txt\n{coded}`\nend\n", "us-ascii", "7bit"
    )
    long_name = files.pdf(
        "Procès-verbal du conseil d'administration – séance extraordinaire du 3ᵉ trimestre.pdf",
        "Procès-verbal",
        ["Document fictif de démonstration."],
    )
    minutes = desk.letter(
        desk.school.who("secretariat"), 22.5, "Procès-verbal du CA", "Ci-joint le procès-verbal."
    )
    delsp = desk.head(
        "Liste interne <liste@ac-exemple.invalid>", 51.4, "Ordre du jour"
    ) + text_part(
        "Les points suivants seront abordés : la lia \nison avec l'école, le budget, et les ques "
        "\ntions diverses.\n> merci de votre pré \n> sence",
        "utf-8",
        "8bit",
        parameters="; format=flowed; delsp=yes",
    )
    first = encoded_word("Réunion", "iso-8859-1", q=True)
    second = encoded_word(" parents-professeurs : créneaux", "utf-8", q=False)
    words = desk.head(
        "Vie scolaire <vie-scolaire.0540000X@ac-exemple.invalid>", 9.9, f"{first}\r\n {second}"
    ) + text_part("Les créneaux de rendez-vous sont ouverts.\n\nLa vie scolaire", "utf-8", "base64")
    return [
        desk.stored(77.7, uu),
        desk.stored(22.5, written(_with(minutes, long_name), Style.FLOWED)),
        desk.stored(51.4, delsp),
        desk.stored(9.9, words),
    ]


def _oddities(desk: _Desk) -> list[StoredMessage]:
    """No subject, no end of the last part, a list, a receipt that is asked for, HTML only."""
    empty = desk.head("Anke Hoffmann <anke.hoffmann@ac-exemple.invalid>", 4.8, "") + text_part(
        "tu peux me rappeler ?", "utf-8", "8bit"
    )
    whole = multipart(
        "mixed",
        (
            text_part("Bonjour,\n\nLe planning est joint.\n\nAudrey", "utf-8", "8bit"),
            attachment(files.jpeg("planning.jpg", seed=3), Style.WEBMAIL),
        ),
        "cut",
    )
    cut = (
        desk.head("Audrey Simonin <audrey.simonin@ac-exemple.invalid>", 6.7, "Planning du gymnase")
        + whole[: whole.rindex(b"--=_") - 40]
    )
    listed = desk.head(
        "Jeanne Allard <jeanne.allard@ac-exemple.invalid>",
        12.9,
        encoded_word("[lettres] Journée d'étude « Écrire pour apprendre »", "utf-8", q=False),
        "List-Id: <lettres.listes.ac-exemple.invalid>\r\n"
        "List-Post: <mailto:lettres@listes.ac-exemple.invalid>\r\n"
        "Reply-To: lettres@listes.ac-exemple.invalid\r\nPrecedence: list\r\n"
        "Disposition-Notification-To: <jeanne.allard@ac-exemple.invalid>\r\n",
    ) + text_part(
        "Chères et chers collègues,\n\nLa journée d'étude est ouverte à tous les professeurs de "
        "lettres de l'académie. Les inscriptions se font auprès de l'école académique.",
        "utf-8",
        "quoted-printable",
    )
    html = (
        "<p>Bonjour,</p><p>Un nouveau <b>document</b> a été déposé dans l'espace "
        "<i>Salle des professeurs</i>.</p><script>alert('non')</script>"
        '<p><a href="javascript:alert(1)">Ouvrir</a></p>'
    )
    only = desk.head(
        "Espace de travail <notification@ent-exemple.invalid>",
        15.5,
        encoded_word("Nouveau document déposé 📎", "utf-8", q=False),
    ) + text_part(html, "utf-8", "quoted-printable", "html")
    return [
        desk.stored(4.8, empty),
        desk.stored(6.7, cut),
        desk.stored(12.9, listed),
        desk.stored(15.5, only),
    ]


def _with(letter: Letter, *attached: files.File) -> Letter:
    return Letter(
        sender=letter.sender,
        to=letter.to,
        subject=letter.subject,
        text=letter.text,
        sent_at=letter.sent_at,
        message_id=letter.message_id,
        files=attached,
    )
