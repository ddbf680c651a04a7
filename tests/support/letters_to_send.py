"""Letters of a teacher's year: those that must leave without a word, and those that must not."""

from __future__ import annotations

from dataclasses import dataclass, field

from mel_desktop.model.safety import WarningCode as W

SCHOOL = "ac-exemple.invalid"
MARC = f"marc.oberlin@{SCHOOL}"
HELENE = f"helene.vautrin@{SCHOOL}"
CPE = f"thomas.kieffer@{SCHOOL}"
DOC = f"isabelle.grandjean@{SCHOOL}"
NURSE = f"lucie.aubriot@{SCHOOL}"
OFFICE = f"ce.0540000X@{SCHOOL}"
DSI = "assistance@ac-nancy-metz.fr"
MUSEUM = "accueil@musee.invalid"


@dataclass(frozen=True)
class Letter:
    """``to`` may hold the words ``parent`` (a lone one), ``family`` (both parents of a pupil)."""

    text: str = "Bonjour,\n\nBien cordialement,\nClaire Delaunay"
    to: tuple[str, ...] = (MARC,)
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    subject: str = "Conseil de classe"
    files: tuple[tuple[str, bytes], ...] = ()
    answers: bool = False
    forwards: bool = False
    names: dict[str, str] = field(default_factory=dict)


def _said(line: str, **more: object) -> Letter:
    text = f"Bonjour,\n\n{line}\n\nBien cordialement,\nClaire Delaunay"
    return Letter(text=text, **more)  # type: ignore[arg-type]


PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n"
ORDINARY: tuple[Letter, ...] = (
    *(
        _said(line)
        for line in (
            "Le conseil de classe de la 4B aura lieu mardi à 17 h en salle 12.",
            "Peux-tu me remplacer jeudi à 10 h ? Je suis en formation.",
            "J’ai vu la mère de Léa ce matin, tout va bien.",
            "Le conjoint de Mme Perrotin passera chercher les clés.",
            "Vous pouvez me joindre par téléphone au secrétariat.",
            "Je vous joins dès que possible par téléphone.",
            "Merci pour votre pièce jointe, je la lis ce soir.",
            "Je n’arrive pas à ouvrir la pièce jointe de votre message.",
            "Il manque la pièce jointe à votre message, pouvez-vous le renvoyer ?",
            "Je n’ai pas reçu la pièce jointe.",
            "Merci d’éviter les pièces jointes trop lourdes, ma boîte est pleine.",
            "Nous nous joignons à vous pour souhaiter de bonnes vacances à tous.",
            "Les parents joints par téléphone sont d’accord pour la sortie.",
            "Nous avons joint la famille hier, l’élève sera là lundi.",
            "L’épreuve conjointe de mathématiques et physique a lieu le 12/03/2026.",
            "La famille ne peut être jointe ; le message est resté sur le répondeur.",
            "Votre document ci-joint est illisible.",
            "Pas besoin de pièce jointe pour cela, un mot suffit.",
            "Le PPRE de Tom est à revoir avec la famille, on en parle demain ?",
            "Le PAI de la petite nouvelle est signé, l’infirmière l’a.",
            "Les notes du premier trimestre sont à saisir avant vendredi.",
            "L’INE est demandé par le logiciel : je ne l’ai pas sous la main.",
            "Le vidéoprojecteur de la salle 203 ne s’allume plus.",
            "Mon numéro : 06 12 34 56 78, je réponds le soir.",
            "La réunion de rentrée est le 01/09/2026, celle du bilan le 30/06/2026.",
            "Toute l’équipe se joint à moi pour te remercier.",
            "Le devoir commun commence à 8 h, prévoir les copies.",
            "La note de frais est à rendre au secrétariat.",
            "Attaché d’administration, M. Perrot vient nous voir lundi.",
            "As-tu les coordonnées du musée ? Je ne trouve plus le mél.",
        )
    ),
    *(
        _said(line, subject=subject)
        for line, subject in (
            ("The trip to York is on Monday, see you at eight.", "Trip"),
            ("He is very attached to his pupils, as you know.", "A word"),
            ("I could not open your attachment, can you send it again?", "Your message"),
            ("I attach great importance to this meeting.", "Meeting"),
        )
    ),
    Letter(to=(HELENE, MARC, CPE), subject="Absence de vendredi"),
    Letter(to=(HELENE,), cc=(MARC, CPE, DOC, NURSE), subject="Projet de lecture"),
    Letter(to=(OFFICE,), subject="Demande d’autorisation d’absence"),
    Letter(to=(DSI,), subject="Mot de passe"),
    Letter(to=("parent",), subject="Rendez-vous"),
    Letter(to=("family",), subject="Rendez-vous de jeudi"),
    Letter(to=("family",), cc=(CPE,), subject="Retards"),
    Letter(to=("parent",), subject="Le PPRE de votre enfant", files=(("PPRE.pdf", PDF),)),
    Letter(to=("family",), subject="Bulletin", files=(("Bulletin du trimestre.pdf", PDF),)),
    Letter(to=(), bcc=("parents",), subject="Réunion parents-professeurs"),
    Letter(to=(OFFICE,), bcc=("parents",), subject="Sortie au musée"),
    Letter(to=(MUSEUM,), subject="Visite du 12 mai"),
    _said("Nous serons 48 élèves et 4 adultes.", to=(MUSEUM,), subject="Visite du 12 mai"),
    _said("Vous trouverez ci-joint le bon signé.", to=(MUSEUM,), files=(("Bon.pdf", PDF),)),
    _said("Le compte rendu est en pièce jointe.", files=(("CR.odt", b"PK"),)),
    _said("Please find attached the list.", files=(("list.txt", b"milk\n"),)),
    Letter(to=("staff",), subject="Pot de départ"),
    Letter(to=(MARC, HELENE), subject="Fichier de suivi", files=(("Notes 4B.csv", b"Nom;Note\n"),)),
    Letter(to=(CPE,), subject="Liste des élèves", files=(("liste eleves.csv", b"Nom;INE\n"),)),
    Letter(to=(NURSE,), subject="PAI", files=(("PAI_Martin.pdf", PDF),)),
    Letter(answers=True, text="Merci !\n\nLe 3 mars, Paul a écrit :\n> Ci-joint le compte rendu."),
    Letter(
        answers=True,
        subject="Re: Ci-joint le planning",
        text="C’est noté.\n\nLe 3 mars 2026 à 10:00, Marc Oberlin a écrit :\n> En pièce jointe.",
    ),
    Letter(
        forwards=True,
        subject="Fwd: PJ à lire",
        text="Pour information.\n\n-------- Message transféré --------\nDe : A\n\nCi-joint.",
    ),
    Letter(text="D’accord.\n-- \nClaire\nPJ : mes cordialités"),
    Letter(files=(("Photos.zip", b"PK\x05\x06" + bytes(18)),), subject="Photos de la sortie"),
    Letter(files=(("tri.py", b"print(1)\n"), ("page.html", b"<p>")), subject="Cours de NSI"),
    Letter(files=(("classeur.xlsm", b"PK"),), subject="Tableau de service"),
    Letter(to=("claire.delaunay@" + SCHOOL,), subject="Note pour moi"),
    Letter(text="", subject="Pense à la clé de la salle 12"),
)

CHILDREN = ("Léa Martin 12/04/2013", "Noé Petit 03/11/2013", "Zoé Roux 25/01/2014")
_INE = "Voici le dossier : 123456789AB."
_JOINED = (
    "Vous trouverez ci-joint le compte rendu du conseil de classe.",
    "Veuillez trouver ci-jointe l’autorisation de sortie.",
    "Tu trouveras ci joint le planning.",
    "Le programme est en pièce jointe.",
    "Merci de lire la pièce jointe avant jeudi.",
    "Les documents sont en pièces jointes.",
    "Le devoir est en PJ.",
    "PJ : convocation",
    "Le formulaire joint est à rendre vendredi.",
    "La liste jointe à ce message est à jour.",
    "Le règlement joint au présent courriel est à lire.",
    "Je vous joins le compte rendu de la réunion.",
    "Nous vous joignons les convocations.",
    "Je joins à ce mail la photo de classe.",
    "Je te joins aussi le calendrier.",
    "Merci de remplir le formulaire ci-joint et de me le renvoyer.",
    "Voici en fichier joint la grille.",
    "Le document attaché contient les consignes.",
    "Please find attached the timetable.",
    "I have attached the list.",
    "The agenda is attached.",
    "Please find enclosed the form.",
    "I'm attaching the photos.",
    "The minutes are in the attachment.",
)
BAD: tuple[tuple[W, Letter], ...] = (
    *((W.NO_ATTACHMENT, _said(line)) for line in _JOINED),
    (W.NO_ATTACHMENT, Letter(subject="Compte rendu en PJ")),
    (W.NO_ATTACHMENT, _said("Ci-joint le planning.", answers=True, subject="Re: planning")),
    *((W.NO_SUBJECT, Letter(subject=one))
      for one in ("", "   ", "Re:", "Re: ", "(sans objet)", "TR: ")),
    *(
        (W.LOOK_ALIKE, Letter(to=(f"{local}@{SCHOOL}",)))
        for local in (
            "mark.oberlin", "marc.oberlim", "marc.oberlinn", "marc.oberlni", "oberlin.marc",
            "marc.oberlin2", "helene.vautrim", "vautrin.helene", "thomas.kiefer", "lucie.aubiot",
            "isabelle.granjean", "ce.0540000", "ce.0540001X", "vie-scolaire.054000X",
        )
    ),
    (W.LOOK_ALIKE, Letter(to=("marc.oberlin@ac-exempl.invalid",))),
    (W.LOOK_ALIKE, Letter(to=("helene.vautrin@ac-exemple.invalide",))),
    (W.LOOK_ALIKE, Letter(to=(MARC,), cc=(f"thomas.keiffer@{SCHOOL}",))),
    *(
        (W.WRONG_DOMAIN, Letter(to=(f"paul.durand@{domain}",)))
        for domain in (
            "ac-pari.fr", "ac-pariss.fr", "acparis.fr", "ac.paris.fr", "ac-paris.com",
            "ac-rouen.tk", "ac-nancy-mets.fr", "ac-versaille.fr", "ac-toto.fr",
            "ac-paris.fr.example.com",
            "education.gouv.com", "educaton.gouv.fr", "gmial.com", "gmail.con", "gmal.com",
            "orange.fe", "wanadoo.f", "hotmial.fr", "laposte.ne", "outlok.fr", "yaho.fr", "fre.fr",
            "icloud.co", "xn--c-prs-6ve0d5b.fr",
        )
    ),
    (W.NAMESAKE, Letter(to=("julie.bernier@ac-exemple.invalid",))),
    (W.NAMESAKE, Letter(to=("julie.bernier@ac-paris.fr",))),
    (W.NAMESAKE, Letter(to=("j.bernier@boite.invalid",),
                        names={"j.bernier@boite.invalid": "Julie Bernier"})),
    (W.OPEN_RECIPIENTS, Letter(to=("parents",))),
    (W.OPEN_RECIPIENTS, Letter(to=(MARC,), cc=("parents",))),
    (W.OPEN_RECIPIENTS, Letter(to=("two families",))),
    (W.OPEN_RECIPIENTS, Letter(to=tuple(f"partenaire{n}@lieu{n}.invalid" for n in range(6)))),
    (W.OPEN_RECIPIENTS, Letter(to=(MUSEUM,), cc=tuple(f"club{n}@sport.invalid" for n in range(9)))),
    (W.BIG_LIST, Letter(to=("staff",), answers=True)),
    (W.BIG_LIST, Letter(to=(MARC,), cc=("staff",), answers=True, subject="Re: Pot de départ")),
    (W.PUPIL_DATA, _said(_INE, to=(MUSEUM,))),
    (W.PUPIL_DATA, _said("INE 1234567890A", to=(MUSEUM,))),
    (W.PUPIL_DATA, Letter(to=(MUSEUM,), text="pupils with births")),
    (W.PUPIL_DATA, Letter(to=(MUSEUM,), text="pupils")),
    (W.PUPIL_DATA, Letter(to=("parent",), text="pupils")),
    (W.PUPIL_DATA, Letter(to=(MUSEUM,), files=(("export.csv", b"Nom;Prenom;INE\nA;B;1\n"),))),
    (W.PUPIL_DATA, Letter(to=(MUSEUM,), files=(
        ("x.csv", "Nom;Prénom;Date de naissance\n".encode()),))),
    (W.PUPIL_DATA, Letter(to=("parent",), files=(("n.csv", b"Eleve;Note;Moyenne\nA;12;11\n"),))),
    (W.PUPIL_DATA, Letter(to=(MUSEUM,), files=(("Liste des élèves 4B.pdf", PDF),))),
    (W.PUPIL_DATA, Letter(to=(MUSEUM,), files=(("PAP_Martin.pdf", PDF),))),
    (W.PUPIL_DATA, Letter(to=(MUSEUM,), files=(("Bulletins 3A.pdf", PDF),))),
    (W.PUPIL_DATA, Letter(to=("parent",), files=(("notes de la classe.pdf", PDF),))),
    *((W.ENCRYPTED_FILE, Letter(files=((name, b"locked"),)))
      for name in ("aes.zip", "crypt.zip", "crypt-r4.pdf", "crypt-r6.pdf", "crypt-stream.pdf",
                   "crypt.7z", "crypt-names.7z", "crypt.docx", "crypt.odt")),
    *((W.DANGEROUS_FILE, Letter(files=((name, b"x"),)))
      for name in ("jeu.exe", "Photo.jpg.scr", "macro.vbs", "lien.lnk", "outil.msi", "x.bat",
                   "programme.JS", "application.jar")),
    (W.DANGEROUS_FILE, Letter(files=(("program.zip", b"kept"),))),
    (W.TOO_LARGE, Letter(files=(("film.mp4", b"large"),))),
)  # fmt: skip
