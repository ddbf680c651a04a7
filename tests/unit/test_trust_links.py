"""Links and hosts: which warn, and which must stay silent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.logic.hosts import registrable, trouble
from mel_desktop.logic.links import judge
from mel_desktop.logic.lookalikes import ACADEMIES, EDUCATION, imitates

SAFELINK = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2F{}%2Fx&data=1"
WARNS = (
    ("www.ac-rennes.fr", "https://evil.example/a", "mismatch"),
    ("https://ac-rennes.fr/x", "http://ac-rennes.fr.evil.example/", "lookalike"),
    ("Cliquez", "https://ac-rennes.fr@evil.example/", "userinfo"),
    ("Cliquez", "https://nom:mot@site.example/", "userinfo"),
    ("Cliquez", "https://ac-rennes.fr\\@evil.example/", "userinfo"),
    ("Cliquez", "http://192.0.2.7/x", "number"),
    ("Cliquez", "http://3221225991/x", "number"),
    ("Cliquez", "http://0xC0000207/x", "number"),
    ("Cliquez", "http://0300.0.02.07/", "number"),
    ("Cliquez", "https://[2001:db8::1]/", "number"),
    ("Cliquez", "https://evil.example:4433/x", "port"),
    ("Cliquez", "https://xn--80ak6aa92e.com/", "letters"),
    ("Cliquez", "https://\u0430pple.com/", "letters"),
    ("ici", "https://bit.ly/3abc", "short"),
    ("ici", "https://www.google.com/url?q=https://evil.example/&sa=D", "redirect"),
    ("ici", "http://www.google.fr/amp/s/evil.example/x", "redirect"),
    ("ici", "https://l.facebook.com/l.php?u=https%3A%2F%2Fevil.example", "redirect"),
    ("https://ac-rennes.fr", SAFELINK.format("evil.example"), "mismatch"),
    ("ici", SAFELINK.format("ac-renes.fr"), "lookalike"),
    ("ici", "javascript:alert(1)", "scheme"),
    ("ici", "data:text/html,x", "scheme"),
    ("ici", "file://serveur/x", "scheme"),
    ("ici", "\\\\serveur\\x", "scheme"),
    ("x", "https://evil.example/" + "a" * 2000, "long"),
    ("www.ac-rennes.fr\u202e", "https://ac-rennes.fr/", "direction"),
    ("ici", "https://acrennes.fr/", "lookalike"),
    ("ici", "https://ac-rennes.tk/", "lookalike"),
    ("ici", "https://ac-renes.fr/login", "lookalike"),
    ("ici", "https://ac-arniens.fr/login", "lookalike"),
    ("ici", "https://education.gouv.fr.login.example/", "lookalike"),
    ("ici", "https://education-gouv.fr/", "lookalike"),
    ("ici", "https://ac-rennes-webmail.com/", "lookalike"),
    ("ici", "https://webmail.ac-rennes.fr-connexion.com/", "lookalike"),
    ("ici", "https://www.paypa1.com/", "lookalike"),
    ("ici", "https://rnicrosoft.com/", "lookalike"),
    ("ici", "https://index-educaton.net/", "lookalike"),
    ("Voir https://www.ac-rennes.fr", "https://x.example/", "mismatch"),
    ("impots.gouv.fr", "http://impots.example/", "mismatch"),
    ("paypal.com", "https://paypal.com.evil.example", "mismatch"),
    ("jean@ac-rennes.fr", "mailto:jean@evil.example", "mismatch"),
)
SILENT = (
    ("En savoir plus", "https://xyz.r.tsp1-brevo.net/tr/cl/abcdef"),
    ("www.ac-rennes.fr", "https://ac-rennes.fr/"),
    ("ac-rennes.fr", "http://www.ac-rennes.fr/x"),
    ("http://education.gouv.fr", "https://www.education.gouv.fr/"),
    ("https://www.education.gouv.fr/x", SAFELINK.format("www.education.gouv.fr")),
    ("bulletin.pdf", "https://nuage.example/s/1"),
    ("toutatice.ac-rennes.fr", "https://www.ac-rennes.fr/t"),
    ("Pronote", "https://0350001a.index-education.net/pronote"),
    ("jean@ac-rennes.fr", "mailto:jean@ac-rennes.fr?subject=x"),
    ("bücher.de", "https://xn--bcher-kva.de/"),
    ("M.Dupont", "https://x.example"),
    ("Lien", "https://forms.gle/abc"),
    ("nuage02.apps.education.fr", "https://nuage02.apps.education.fr/s/x"),
    ("Découvrez Booking.com", "https://click.brevo.net/x"),
    ("ENT", "https://cas.ent.example/login?service=https%3A%2F%2Fwww.ac-rennes.fr"),
    ("<https://example.fr/page>", "https://example.fr/page"),
    ("", "https://www.maif.fr"),
    ("devis", "https://www.maaf.fr"),
    ("compte", "https://login.microsoftonline.com/x"),
)
# Labels by hand, in the spirit of UTS 39 and of what browsers refuse.
HONEST = (
    "bücher.de", "académie.fr", "xn--fuball-cta.example", "münchen.de", "façade.fr", "niño.es",
    "пример.рф", "москва.ru", "музей.com", "αθήνα.gr", "東京.jp", "ひらがな.jp", "カタカナ.jp",
    "한국어.kr", "中国abc.cn", "עברית.il", "ไทย.th", "हिन्दी.in", "smørrebrød.dk", "col·lectiu.cat",
    "œuvre.fr",
)  # fmt: skip
DECEPTIVE = (
    "\u0430pple.com", "g\u043e\u043egle.com", "payp\u03b1l.com", "\u0441\u043e\u0440\u0435.com",
    "googl\u00e9.com", "p\u0430ypal.fr", "goo\u0261le.com", "f\u0430cebook.com",
    "micr\u00f6soft.com",
    "am\u0430zon.fr", "\u0455\u0441\u043e\u0440\u0435-\u0440\u0430\u0443.com", "a\u200bb.fr",
    "abc\u30fcdef.jp", "\u30fc日本.jp", "\u0ae6\u0ae6.com", "1\u0577.com", "\u10eb4000.com",
    "ab\u0939\u093f.in", "ab\u0e20\u0e32.th", "héllo中国.cn", "b\u057ds.com", "한ひら.kr",
    "pi\u0307xel.com", "p\u0131\u0300xel.com", "xn--a-\u00e9.com", "xn--99999999999999.com",
    "exa\u2044mple.fr", "e\u0338xample.fr", "漢\u0307字.com", "\u14bfab.com", "c\u0442\u0430.com",
    "\u0501ropbox.com", "lin\u0138edin.com",
)  # fmt: skip
LABEL = st.from_regex(r"[a-z][a-z0-9]{0,12}", fullmatch=True)


@pytest.mark.parametrize(("shown", "target", "why"), WARNS)
def test_a_link_that_deceives_warns(shown: str, target: str, why: str) -> None:
    assert why in judge(shown, target).why


@pytest.mark.parametrize(("shown", "target"), SILENT)
def test_an_honest_link_stays_silent(shown: str, target: str) -> None:
    assert judge(shown, target).why == ()


def test_the_true_target_is_told() -> None:
    found = judge("ici", SAFELINK.format("evil.example"))
    assert (found.leads, found.domain) == ("https://evil.example/x", "evil.example")


@pytest.mark.parametrize("host", HONEST)
def test_an_honest_name_has_no_trouble(host: str) -> None:
    assert trouble(host) == ""


@pytest.mark.parametrize("host", DECEPTIVE)
def test_letters_that_deceive_are_seen(host: str) -> None:
    assert trouble(host) != ""


@given(st.lists(LABEL, min_size=1, max_size=3), st.sampled_from(["fr", "com", "org", "example"]))
def test_what_a_text_shows_never_warns_of_itself(labels: list[str], top: str) -> None:
    host = ".".join([*labels, top])
    assert "mismatch" not in judge(host, f"https://{host}/").why
    assert "mismatch" not in judge(f"https://www.{host}", f"http://{host}/a").why


@given(st.sampled_from(sorted(EDUCATION)), st.lists(LABEL, max_size=2))
def test_no_domain_of_the_ministry_warns(domain: str, labels: list[str]) -> None:
    host = ".".join([*labels, domain])
    assert imitates(host) == ("", "")
    assert judge("Lien", f"https://{host}/").why == ()


@given(st.sampled_from(sorted(ACADEMIES)), st.data())
def test_one_letter_off_an_academie_is_seen(domain: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(3, len(domain) - 4))
    letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
    near = domain[:at] + letter + domain[at + 1 :]
    if near not in EDUCATION:
        assert imitates(near)[0] == "academy"


def test_where_a_name_begins() -> None:
    assert registrable("www.a.b.example.fr") == "example.fr"
    assert registrable("www.impots.gouv.fr") == "impots.gouv.fr"
    assert registrable("prof.github.io") == "prof.github.io"
    assert registrable("192.0.2.1") == "192.0.2.1"
