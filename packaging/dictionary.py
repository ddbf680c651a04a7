#!/usr/bin/env python3
"""Make the zstd dictionary that texts of messages are packed with (store.bodytext).

    .venv/bin/python packaging/dictionary.py NUMBER

writes mel_desktop/store/dictionaries/NUMBER.zdict, 64 KiB (shared/measured/store.md 5). A number
that was shipped is never used again and its file never changes: stores hold texts packed with it.
Then set ``bodytext.CURRENT``. The same program makes the same octets with the same zstandard.

Trained on our own texts only, never on anybody's mail: the letters of the demonstration, those of
the recall test, the generated prose of the tests; as plain text, as HTML in the ways in which
common programs write it, and as header blocks in the ways in which servers leave them.
"""

from __future__ import annotations

import base64
import random
import sys
import tomllib
from collections.abc import Iterator
from html import escape
from pathlib import Path

import zstandard

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.sync import prose  # noqa: E402

FOLDER = ROOT / "mel_desktop" / "store" / "dictionaries"
SIZE = 64 * 1024
LEVEL = 3
SEED = "school mail"
LETTERS = 2500
DOMAINS = ("ac-exemple.fr", "ac-exemple.test", "exemple.fr", "etab.ac-exemple.fr", "gmail.com")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
OUTLOOK = """<html xmlns:v="urn:schemas-microsoft-com:vml" \
xmlns:o="urn:schemas-microsoft-com:office:office" \
xmlns:w="urn:schemas-microsoft-com:office:word" \
xmlns:m="http://schemas.microsoft.com/office/2004/12/omml" xmlns="http://www.w3.org/TR/REC-html40">
<head>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<meta name="Generator" content="Microsoft Word 15 (filtered medium)">
<style><!--
/* Font Definitions */
@font-face
	{font-family:"Cambria Math";
	panose-1:2 4 5 3 5 4 6 3 2 4;}
@font-face
	{font-family:Calibri;
	panose-1:2 15 5 2 2 2 4 3 2 4;}
@font-face
	{font-family:Aptos;}
/* Style Definitions */
p.MsoNormal, li.MsoNormal, div.MsoNormal
	{margin:0cm;
	font-size:11.0pt;
	font-family:"Calibri",sans-serif;
	mso-ligatures:standardcontextual;
	mso-fareast-language:EN-US;}
a:link, span.MsoHyperlink
	{mso-style-priority:99;
	color:#0563C1;
	text-decoration:underline;}
span.EmailStyle17
	{mso-style-type:personal-compose;
	font-family:"Calibri",sans-serif;
	color:windowtext;}
.MsoChpDefault
	{mso-style-type:export-only;
	mso-fareast-language:EN-US;}
@page WordSection1
	{size:612.0pt 792.0pt;
	margin:70.85pt 70.85pt 70.85pt 70.85pt;}
div.WordSection1
	{page:WordSection1;}
--></style><!--[if gte mso 9]><xml>
<o:shapedefaults v:ext="edit" spidmax="1026" />
</xml><![endif]--><!--[if gte mso 9]><xml>
<o:shapelayout v:ext="edit">
<o:idmap v:ext="edit" data="1" />
</o:shapelayout></xml><![endif]-->
</head>
<body lang="FR" link="#0563C1" vlink="#954F72" style="word-wrap:break-word">
<div class="WordSection1">
%s</div>
</body>
</html>
"""
OUTLOOK_WEB = """<html>
<head>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<style type="text/css" style="display:none;"> P {margin-top:0;margin-bottom:0;} </style>
</head>
<body dir="ltr">
%s<div id="appendonsend"></div>
<hr style="display:inline-block;width:98%%" tabindex="-1">
<div id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif" style="font-size:11pt" \
color="#000000"><b>De :</b> """
ZIMBRA = """<html><body><div style="font-family: arial, helvetica, sans-serif; font-size: 12pt; \
color: #000000">%s<div><br></div><div data-marker="__SIG_PRE__"><div>-- <br></div></div><div><br>\
</div><hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><b>De: </b>"""
APPLE = """<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"></head>\
<body style="overflow-wrap: break-word; -webkit-nbsp-mode: space; line-break: after-white-space;">\
%s<br id="lineBreakAtBeginningOfMessage"><div><br><blockquote type="cite"></body></html>"""
THUNDERBIRD = """<!DOCTYPE html>
<html>
  <head>
    <meta http-equiv="content-type" content="text/html; charset=UTF-8">
  </head>
  <body>
%s    <div class="moz-cite-prefix">Le 12/03/2026 à 10:24, a écrit :<br></div>
    <blockquote type="cite" cite="mid:"></blockquote>
    <div class="moz-signature">-- <br></div>
  </body>
</html>
"""
PLAIN_HTML = "<html><head><title>%s</title></head>\n<body>\n%s\n</body></html>\n"
# (frame, one paragraph)
WAYS = (
    (OUTLOOK, '<p class="MsoNormal">{}<o:p></o:p></p>\n'
              '<p class="MsoNormal"><o:p>&nbsp;</o:p></p>\n'),
    (OUTLOOK_WEB, '<div style="font-family: Calibri, Arial, Helvetica, sans-serif; font-size: 12pt;'
                  ' color: rgb(0, 0, 0);" class="elementToProof">\n{}</div>\n'),
    ('<div dir="ltr">%s</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" '
     'class="gmail_attr">Le lun. 12 mars 2026 à 10:24, &lt;<a href="mailto:',
     "<div>{}</div><div><br></div>"),
    (ZIMBRA, "<div>{}</div><div><br data-mce-bogus=\"1\"></div>"),
    (APPLE, "<div>{}</div><div><br></div>"),
    (THUNDERBIRD, "    <p>{}</p>\n"),
)  # fmt: skip


class Texts:
    """Letters put together from what is ours."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._writer = prose.Writer(dice, stock=6000)
        self._natural = list(_natural())

    def letter(self) -> list[str]:
        """Paragraphs; half of them natural, half generated."""
        dice = self._dice
        if dice.random() < 0.5:
            return self._writer.paragraphs(dice.randint(300, 2500))
        return ["Bonjour,", *dice.sample(self._natural, dice.randint(2, 8)), "Bien cordialement,"]


def _natural() -> Iterator[str]:
    told = tomllib.loads((ROOT / "resources" / "demo" / "messages.toml").read_text("utf-8"))
    for conversation in told["conversation"]:
        for letter in conversation["letter"]:
            yield from (one for one in letter["text"].split("\n\n") if one.strip())
    for line in (ROOT / "tests" / "data" / "recall" / "mails.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            yield from (one.strip() for one in line.split("|")[1:] if one.strip())


def samples(dice: random.Random) -> Iterator[bytes]:
    """Texts, layouts and headers as bodies hold them."""
    texts = Texts(dice)
    for number in range(LETTERS):
        letter = texts.letter()
        yield "\n\n".join(letter).encode()
        frame, paragraph = dice.choice(WAYS)
        inside = "".join(paragraph.format(escape(one, quote=False)) for one in letter)
        yield (frame % inside).encode()
        if number % 4 == 0:
            yield (PLAIN_HTML % (prose.subject(dice), inside)).encode()
        yield header(dice)


def header(dice: random.Random) -> bytes:
    """A header block; what differs from message to message is random."""
    domain = dice.choice(DOMAINS)
    date = f"{dice.choice(DAYS)}, {dice.randint(1, 28):02} {dice.choice(MONTHS)} 2026"
    name, title = prose.surname(dice), prose.subject(dice)
    coded = base64.b64encode(title.encode()).decode()
    key = base64.b64encode(dice.randbytes(190)).decode()
    lines = [
        f"Return-Path: <{name}@{domain}>",
        f"Delivered-To: {name}@{domain}",
        f"Received: from mail.{domain} (mail.{domain} [192.0.2.{dice.randint(1, 254)}])",
        "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))",
        f"\tby mx{dice.randint(1, 9)}.{domain} (Postfix) with ESMTPS"
        f" id {dice.getrandbits(44):011X}",
        f"\tfor <{name}@{domain}>; {date} 10:24:17 +0100 (CET)",
        f"Received: from smtp.{domain} (localhost [127.0.0.1]) by smtp.{domain} with LMTP id x",
        f"Authentication-Results: mx.{domain}; dkim=pass (2048-bit key) header.d={domain} "
        f"header.i=@{domain}; spf=pass smtp.mailfrom={name}@{domain}; dmarc=pass",
        f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s=default;",
        "\tt=1773307457; h=from:to:cc:subject:date:message-id:mime-version:content-type:"
        "content-transfer-encoding:in-reply-to:references;",
        f"\tbh={key[:44]};\r\n\tb={key[44:118]}\r\n\t {key[118:190]}==",
        "X-Spam-Status: No, score=-1.9 required=5.0 tests=BAYES_00,DKIM_SIGNED,DKIM_VALID,",
        "\tDKIM_VALID_AU,HTML_MESSAGE,SPF_HELO_NONE,SPF_PASS autolearn=ham autolearn_force=no",
        "X-Virus-Scanned: Debian amavis at " + domain,
        f"Date: {date} 10:24:17 +0100",
        f"From: =?utf-8?B?{coded[:16]}?= <{name}@{domain}>",
        f'From: "{name}" <{name}@{domain}>',
        f"To: {name} <{name}@{domain}>",
        "Cc: undisclosed-recipients:;",
        f"Message-ID: <{dice.getrandbits(96):024x}@{domain}>",
        f"In-Reply-To: <{dice.getrandbits(96):024x}@{domain}>",
        f"References: <{dice.getrandbits(96):024x}@{domain}>",
        f"Subject: =?UTF-8?Q?{title.replace(' ', '_')}?=",
        f"Thread-Topic: {title}",
        "MIME-Version: 1.0",
        "X-Mailer: Zimbra 8.8.15_GA_4545 (ZimbraWebClient - GC122 (Win)/8.8.15_GA_4545)",
        "User-Agent: Mozilla Thunderbird",
        "X-MS-Has-Attach: yes\r\nX-MS-TNEF-Correlator:\r\nAccept-Language: fr-FR, en-US",
        "Content-Language: fr-FR\r\nX-Originating-IP: [192.0.2.7]\r\nImportance: normal",
        "List-Unsubscribe: <mailto:sympa@listes." + domain + "?subject=unsubscribe>",
        "Precedence: list",
        f'Content-Type: multipart/alternative; boundary="----=_Part_{dice.getrandbits(60)}"',
        "Content-Transfer-Encoding: quoted-printable",
    ]  # fmt: skip
    kept = [one for one in lines if dice.random() < 0.8]
    return ("\r\n".join(kept) + "\r\n\r\n").encode()


def main(arguments: list[str]) -> int:
    """Write the dictionary, tell what it gives on letters that it has not seen."""
    number = int(arguments[0])
    target = FOLDER / f"{number}.zdict"
    if target.exists():
        print(f"{target.name} exists: texts may be packed with it", file=sys.stderr)
        return 1
    made = zstandard.train_dictionary(
        SIZE, list(samples(random.Random(SEED))), d=8, k=512, dict_id=number, level=LEVEL
    )
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(made.as_bytes())
    unseen = list(samples(random.Random("unseen")))
    packers = (
        zstandard.ZstdCompressor(level=LEVEL),
        zstandard.ZstdCompressor(level=LEVEL, dict_data=made),
    )
    raw = sum(map(len, unseen))
    for name, packer in zip(("without", "with"), packers, strict=True):
        print(f"{name}: {sum(len(packer.compress(one)) for one in unseen) / raw:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
