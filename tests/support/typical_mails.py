"""Thirteen typical mails of a teacher, as HTML: written for this suite, each like its kind."""

# ruff: noqa: E501  the lines of mail programs are long

from __future__ import annotations

_OUTLOOK_HEAD = """<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">
<head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><style><!--
@font-face {font-family:Calibri; panose-1:2 15 5 2 2 2 4 3 2 4;}
p.MsoNormal, li.MsoNormal, div.MsoNormal {margin:0cm; margin-bottom:.0001pt; font-size:11.0pt; font-family:"Calibri",sans-serif; mso-fareast-language:EN-US;}
a:link, span.MsoHyperlink {mso-style-priority:99; color:#0563C1; text-decoration:underline;}
@page WordSection1 {size:612.0pt 792.0pt; margin:70.85pt;}
div.WordSection1 {page:WordSection1;}
--></style><!--[if gte mso 9]><xml><o:shapedefaults v:ext="edit" spidmax="1026" /></xml><![endif]--></head>
<body lang="FR" link="#0563C1" vlink="#954F72" style="word-wrap:break-word"><div class="WordSection1">"""

OUTLOOK_LETTER = (
    _OUTLOOK_HEAD
    + """
<p class="MsoNormal">Bonjour à toutes et à tous,<o:p></o:p></p>
<p class="MsoNormal"><o:p>&nbsp;</o:p></p>
<p class="MsoNormal">Le conseil de classe de la <b>3<sup>e</sup> B</b> est avancé au <span style="background:yellow;mso-highlight:yellow">jeudi 12 mars à 17 h 15</span>, salle 204.<o:p></o:p></p>
<p class="MsoNormal">Merci de saisir les appréciations <u>avant mardi soir</u> <span style="color:#C00000">(dernier délai)</span>.<o:p></o:p></p>
<p class="MsoNormal" style="margin-left:36.0pt;text-indent:-18.0pt;mso-list:l0 level1 lfo1"><![if !supportLists]><span style="font-family:Symbol"><span style="mso-list:Ignore">·<span style="font:7.0pt 'Times New Roman'">&nbsp;&nbsp;&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>bulletins provisoires&nbsp;;<o:p></o:p></p>
<p class="MsoNormal" style="margin-left:36.0pt;text-indent:-18.0pt;mso-list:l0 level1 lfo1"><![if !supportLists]><span style="font-family:Symbol"><span style="mso-list:Ignore">·<span style="font:7.0pt 'Times New Roman'">&nbsp;&nbsp;&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>fiches navette d’orientation.<o:p></o:p></p>
<p class="MsoNormal"><o:p>&nbsp;</o:p></p>
<p class="MsoNormal"><span style="font-size:10.0pt;color:#1F497D">Claire Morel<br>Principale adjointe</span><o:p></o:p></p>
<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">
<p class="MsoNormal"><b>De&nbsp;:</b> Paul Lefèvre &lt;paul.lefevre@ac-exemple.fr&gt;<br><b>Envoyé&nbsp;:</b> lundi 2 mars 2026 08:12<br><b>Objet&nbsp;:</b> Conseils du second trimestre<o:p></o:p></p></div></div>
<p class="MsoNormal">Bonjour Claire, peux-tu confirmer la date&nbsp;?<o:p></o:p></p></div></body></html>"""
)

SIGNATURE = """<html><body><div style="font-family:Arial,Helvetica,sans-serif;font-size:10pt">
<p>Chers collègues, la salle informatique est libre vendredi.</p>
<table cellpadding="0" cellspacing="0" border="0" style="border-top:2px solid #000091;margin-top:12px"><tr>
<td style="padding:8px 12px 0 0" valign="top"><img src="cid:logo@exemple" width="72" height="72" alt="Blason"></td>
<td style="padding:8px 0 0 12px;border-left:1px solid #cccccc;color:#3a3a3a;font-size:9pt;line-height:1.4">
<b style="color:#000091;font-size:11pt">Sophie Martin</b><br>Professeure de mathématiques<br>Collège Jean-Moulin, 12 rue des Écoles, 35000 Rennes<br>
<a href="mailto:sophie.martin@ac-exemple.fr" style="color:#000091">sophie.martin@ac-exemple.fr</a> · 02 99 00 00 00</td></tr></table></div></body></html>"""

NEWSLETTER = """<html><head><style>body{margin:0;background:#f0f0f5}.btn{background:#000091;color:#fff;padding:12px 24px;border-radius:4px;text-decoration:none;display:inline-block}@media (max-width:600px){.c{width:100%!important}}</style></head>
<body style="margin:0;padding:0;background-color:#f0f0f5"><div style="display:none;max-height:0;overflow:hidden;font-size:1px;color:#f0f0f5">Aperçu caché de la lettre</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="#f0f0f5"><tr><td align="center" style="padding:24px 0">
<table class="c" role="presentation" width="600" cellpadding="0" cellspacing="0" border="0" style="width:600px;max-width:600px;background-color:#ffffff">
<tr><td style="background:linear-gradient(90deg,#000091,#6a6af4);background-color:#000091;padding:20px 30px;color:#ffffff;font-family:Arial,sans-serif;font-size:24px;font-weight:bold">La lettre du numérique</td></tr>
<tr><td style="padding:24px 30px;font-family:Arial,sans-serif;font-size:15px;line-height:22px;color:#333333"><p style="margin:0 0 14px">Découvrez les ressources du mois pour votre classe.</p>
<img src="https://images.invalid/une.png" width="540" height="180" alt="Une classe au travail" style="display:block;width:100%;max-width:540px">
<table width="100%" cellpadding="0" cellspacing="0" border="0"><tr>
<td width="50%" valign="top" style="padding:16px 8px 0 0"><div style="border:1px solid #dddddd;border-radius:6px;padding:14px;background:#fafafa"><h3 style="margin:0 0 6px;font-size:16px;color:#000091">Géographie</h3><p style="margin:0;font-size:13px">Cartes vierges à imprimer.</p></div></td>
<td width="50%" valign="top" style="padding:16px 0 0 8px"><div style="border:1px solid #dddddd;border-radius:6px;padding:14px;background:#fafafa"><h3 style="margin:0 0 6px;font-size:16px;color:#000091">Sciences</h3><p style="margin:0;font-size:13px">Expériences filmées.</p></div></td></tr></table>
<table cellpadding="0" cellspacing="0" border="0" align="center" style="margin:24px auto 0"><tr><td align="center"><a class="btn" href="https://exemple.invalid/lettre">Lire la suite</a></td></tr></table></td></tr>
<tr><td align="center" style="padding:16px;background-color:#eeeeee;font-family:Arial,sans-serif;font-size:11px;color:#666666">Vous recevez cette lettre car vous y êtes abonné. <a href="https://exemple.invalid/non" style="color:#666666">Se désabonner</a><img src="https://suivi.invalid/o.gif?id=1" width="1" height="1" alt=""></td></tr>
</table></td></tr></table></body></html>"""

CIRCULAR = """<html><body style="font-family:'Times New Roman',serif;font-size:12pt;color:#000">
<table width="100%" border="0"><tr><td width="30%" valign="top"><b>ACADÉMIE<br>D’EXEMPLE</b><br><i>Liberté<br>Égalité<br>Fraternité</i></td>
<td align="right" valign="top">Rennes, le 3 mars 2026<br><br>Le recteur<br>à<br>Mesdames et Messieurs les chefs d’établissement</td></tr></table>
<p align="center" style="border:1.0pt solid windowtext;padding:4.0pt;background:#D9E2F3"><b>Objet&nbsp;: campagne d’orientation 2026</b></p>
<p style="text-align:justify;text-indent:35.4pt">La présente circulaire précise le calendrier des opérations d’orientation et d’affectation. Les établissements veilleront au respect des échéances ci-dessous.</p>
<ol start="1" type="1"><li>saisie des vœux&nbsp;: du 6 au 24 avril&nbsp;;</li><li>conseils de classe&nbsp;: du 1<sup>er</sup> au 12 juin&nbsp;;</li><li>notification&nbsp;: le 26 juin.</li></ol>
<h4 style="color:#2F5496">Contacts</h4><p style="margin-left:1.25cm">Division des élèves, bureau 2.</p>
<hr size="1" width="50%" align="left" noshade><p><font size="2" color="#595959">Copie&nbsp;: inspecteurs d’académie</font></p></body></html>"""

MARKS = (
    """<html><body><p style="font-family:Calibri">Voici le relevé du trimestre&nbsp;:</p>
<table border="0" cellspacing="0" cellpadding="0" style="border-collapse:collapse;mso-yfti-tbllook:1184">
<tr style="height:15.0pt"><td width="160" style="width:120.0pt;border:solid windowtext 1.0pt;background:#4472C4;padding:0cm 5.4pt 0cm 5.4pt"><p style="margin:0cm"><b><span style="color:white">Élève</span></b></p></td><td width="80" style="width:60.0pt;border:solid windowtext 1.0pt;border-left:none;background:#4472C4;padding:0cm 5.4pt"><p align="right" style="margin:0cm;text-align:right"><b><span style="color:white">Maths</span></b></p></td><td width="80" style="border:solid windowtext 1.0pt;border-left:none;background:#4472C4;padding:0cm 5.4pt"><p align="right" style="margin:0cm;text-align:right"><b><span style="color:white">Français</span></b></p></td></tr>"""
    + "".join(
        f"""<tr style="height:15.0pt"><td style="border:solid windowtext 1.0pt;border-top:none;padding:0cm 5.4pt;{ground}"><p style="margin:0cm">{name}</p></td><td align="right" style="border-top:none;border-left:none;border-bottom:solid windowtext 1.0pt;border-right:solid windowtext 1.0pt;padding:0cm 5.4pt;{ground}">{one}</td><td align="right" style="border-top:none;border-left:none;border-bottom:solid windowtext 1.0pt;border-right:solid windowtext 1.0pt;padding:0cm 5.4pt;{ground}"><span style="color:{ink}">{two}</span></td></tr>"""
        for name, one, two, ground, ink in (
            ("ABADIE Lina", "14,5", "12", "", "black"),
            ("BERNARD Hugo", "9", "7,5", "background:#D9E2F3", "red"),
            ("COSTA Inès", "17", "16", "", "black"),
            ("DIALLO Moussa", "11,5", "13", "background:#D9E2F3", "black"),
        )
    )
    + "</table></body></html>"
)

ENT = """<html><body bgcolor="#ffffff"><table width="100%" cellspacing="0" cellpadding="0"><tr><td align="center">
<table width="560" cellspacing="0" cellpadding="0" style="border:1px solid #d0d7de"><tr><td bgcolor="#1f6f54" style="padding:14px 20px"><font color="#ffffff" face="Verdana" size="4"><b>ENT · Mon collège</b></font></td></tr>
<tr><td style="padding:20px"><font face="Verdana" size="2">Bonjour,<br><br>Vous avez <b>3 nouveaux messages</b> et <b>1 devoir</b> à corriger.<br><br>
<table cellpadding="6" cellspacing="0" border="1" bordercolor="#dddddd" width="100%"><tr bgcolor="#f2f2f2"><th align="left">Expéditeur</th><th align="left">Objet</th></tr><tr><td>Mme Petit</td><td>Sortie au musée</td></tr><tr><td>M. Roche</td><td>Retard de Léo</td></tr></table><br>
<a href="https://ent.invalid/" style="background-color:#1f6f54;color:#ffffff;padding:10px 18px;text-decoration:none;display:inline-block"><b>Ouvrir l’ENT</b></a></font></td></tr>
<tr><td style="padding:10px 20px;border-top:1px solid #d0d7de"><font size="1" color="#777777">Message automatique, merci de ne pas répondre.</font></td></tr></table></td></tr></table></body></html>"""

INVITATION = """<html><body><div style="max-width:480px;border:1px solid #dadce0;border-radius:8px;font-family:Roboto,Arial,sans-serif"><div style="padding:18px 20px;border-bottom:1px solid #dadce0"><h2 style="margin:0;font-size:20px;font-weight:400;color:#3c4043">Réunion parents-professeurs</h2></div>
<div style="padding:18px 20px;font-size:14px;color:#3c4043"><p style="margin:0 0 8px"><b>Quand</b><br>mardi 17 mars 2026, 17:30 – 20:00</p><p style="margin:0 0 8px"><b>Où</b><br>Réfectoire</p>
<table cellspacing="0" cellpadding="0"><tr><td style="border:1px solid #1a73e8;padding:6px 16px"><a href="https://agenda.invalid/o" style="color:#1a73e8;text-decoration:none">Oui</a></td><td width="8">&nbsp;</td><td style="border:1px solid #dadce0;padding:6px 16px"><a href="https://agenda.invalid/n" style="color:#3c4043;text-decoration:none">Non</a></td></tr></table></div></div></body></html>"""

PARENT = """<html><body dir="auto"><div>Bonjour madame,</div><div><br></div><div>Léo sera absent demain matin, il a rdv chez l’orthodontiste à 9h. Pouvez-vous me dire ce qu’il doit rattraper&nbsp;?</div><div><br></div><div>Merci d’avance</div><div>Mme Garnier</div><div><br></div><div id="AppleMailSignature" dir="ltr">Envoyé de mon iPhone</div></body></html>"""

GMAIL = """<div dir="ltr"><div>D’accord pour jeudi.</div><div><br></div><div>Marc</div></div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">Le&nbsp;lun. 2 mars 2026 à&nbsp;09:14, Julie Noël &lt;<a href="mailto:julie.noel@exemple.fr">julie.noel@exemple.fr</a>&gt; a écrit&nbsp;:<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex"><div dir="ltr">On peut décaler la réunion de cycle à jeudi&nbsp;?<br></div><br><div class="gmail_quote"><div dir="ltr">Le dim. 1 mars 2026 à 18:02, Marc Petit a écrit&nbsp;:<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex"><div><span style="color:rgb(34,34,34);font-family:Arial,sans-serif;font-size:small">Je suis pris mercredi.</span></div></blockquote></div></blockquote></div>"""

APPLE = """<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"></head><body style="overflow-wrap: break-word; -webkit-nbsp-mode: space; line-break: after-white-space;">Chère Hélène,<br><br>Voici la photo de la maquette. <b>Les élèves sont ravis.</b><br><br><img src="cid:maquette@exemple" width="320" height="200" alt="maquette.jpeg"><br id="lineBreakAtBeginningOfMessage"><div><br><blockquote type="cite"><div>Le 1 mars 2026 à 10:00, Hélène Roy &lt;helene.roy@exemple.fr&gt; a écrit :</div><br class="Apple-interchange-newline"><div><meta charset="UTF-8"><span style="caret-color: rgb(0, 0, 0); font-family: Helvetica; font-size: 14px; font-style: normal; font-variant-caps: normal; font-weight: 400; letter-spacing: normal; text-align: start; text-indent: 0px; white-space: normal; word-spacing: 0px; -webkit-text-stroke-width: 0px; float: none; display: inline !important;">Où en est la maquette du pont&nbsp;?</span></div></blockquote></div></body></html>"""

ZIMBRA = """<html><body><div style="font-family: arial, helvetica, sans-serif; font-size: 12pt; color: #000000"><div>Bonjour,</div><div><br data-mce-bogus="1"></div><div>Les clés de la salle 12 sont à la loge. <span style="color: #ff0000;" data-mce-style="color: #ff0000;">Pensez à les rendre.</span></div><div><br></div><div data-marker="__SIG_PRE__"><div><strong><span style="color: #003366; font-size: 10pt;">Secrétariat – Lycée Voltaire</span></strong></div></div><div><br></div><hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><b>De: </b>"Anne Blanc" &lt;anne.blanc@exemple.fr&gt;<br><b>Envoyé: </b>Lundi 2 Mars 2026 10:22:41<br><b>Objet: </b>Clés</div><div><br></div><div data-marker="__QUOTED_TEXT__"><div style="font-family: verdana; font-size: 10pt; color: #336600">Où sont les clés de la salle 12&nbsp;?</div></div></div></body></html>"""

WORD_PASTED = """<html><body><div><p style="margin: 0cm 0cm 8pt; line-height: 107%; font-size: 11pt; font-family: Calibri, sans-serif;"><b><span style="font-size: 14pt; line-height: 107%; color: rgb(47, 84, 150);">Séquence 3 – Le récit d’aventures</span></b></p><p style="margin: 0cm 0cm 8pt; line-height: 107%; font-size: 11pt; font-family: Calibri, sans-serif; text-align: justify;">Objectifs&nbsp;: lire une œuvre intégrale, écrire un récit à la première personne.</p>
<table style="border-collapse: collapse; border: none;" border="1" cellspacing="0" cellpadding="0"><tbody><tr><td style="width: 226.55pt; border: 1pt solid windowtext; padding: 0cm 5.4pt;" valign="top" width="302"><p style="margin: 0cm; font-size: 11pt;">Séance 1</p></td><td style="width: 226.55pt; border-top: 1pt solid windowtext; border-right: 1pt solid windowtext; border-bottom: 1pt solid windowtext; border-image: initial; border-left: none; padding: 0cm 5.4pt;" valign="top" width="302"><p style="margin: 0cm; font-size: 11pt;">Découverte de l’œuvre<span style="color: rgb(112, 173, 71);"> (1 h)</span></p></td></tr></tbody></table><p style="margin: 0cm; border-left: 3pt solid #70AD47; padding: 0cm 0cm 0cm 8pt; background: #E2EFD9;">À retenir&nbsp;: apporter le livre.</p></div></body></html>"""

DARK_UNFRIENDLY = """<html><body style="background-color:#ffffff;color:#111111"><div style="background:#ffffff;padding:16px"><p style="color:#222">Texte presque noir sur blanc.</p><p style="color:#dddddd;background-color:#333333;padding:8px">Clair sur foncé.</p><p style="color:#ffff99;background-color:#ffffff">Jaune pâle sur blanc, illisible chez l’expéditeur déjà.</p><p><font color="navy">Bleu marine</font>, <font color="#800000">bordeaux</font>, <span style="color:green">vert</span>, <a href="https://exemple.invalid/">un lien</a>.</p><table bgcolor="#fff3cd" border="1" cellpadding="6"><tr><td>Alerte sur fond jaune</td><td bgcolor="#f8d7da"><b>Alerte rouge</b> <span style="color:#721c24">détail</span></td></tr></table></div></body></html>"""

MAILS = {
    "outlook-letter": OUTLOOK_LETTER,
    "signature": SIGNATURE,
    "newsletter": NEWSLETTER,
    "circular": CIRCULAR,
    "marks": MARKS,
    "ent": ENT,
    "invitation": INVITATION,
    "parent": PARENT,
    "gmail-chain": GMAIL,
    "apple-mail": APPLE,
    "zimbra": ZIMBRA,
    "word-pasted": WORD_PASTED,
    "dark-unfriendly": DARK_UNFRIENDLY,
}
