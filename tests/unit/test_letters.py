"""Templates, identities, signatures and who gets which message of a merge: the pure parts."""

from __future__ import annotations

from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.app.shipped_templates import shipped_templates
from mel_desktop.formats.table import records
from mel_desktop.logic import date_words, merge_table, merging, signatures, templates
from mel_desktop.logic.merge_report import to_csv
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.identities import Signature
from mel_desktop.model.merging import Audience, LeftOut, MergeOptions, Person
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.model.people import DirectoryEntry, EntryKind
from mel_desktop.model.templates import Template, TemplateOrigin

WORDS = st.text(st.characters(exclude_characters="{}\r\n", exclude_categories=("Cs", "Cc")))
NAMES = st.sampled_from(["prénom", "nom", "élève", "date du rendez-vous", "classe"])


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_fields_by_any_spelling_and_with_a_text_of_their_own() -> None:
    content = DraftContent(
        subject="{Élève} ({classe})", text="{civilité|Madame, Monsieur},\n{prenom} {inconnu}"
    )
    filled = templates.fill(content, {"eleve": "Léa", "CLASSE": "4B", "prénom": "Zoé"})
    assert filled.content.subject == "Léa (4B)"
    assert filled.content.text == "Madame, Monsieur,\nZoé {inconnu}"
    assert filled.missing == ("inconnu",)
    english = templates.fill(DraftContent(text="{pupil} {class}"), {"élève": "L", "classe": "4B"})
    assert english.content.text == "L 4B"


@given(st.lists(NAMES, min_size=1, max_size=6), WORDS, WORDS)
def test_filling_leaves_no_field_and_never_breaks_html(
    names: list[str], around: str, value: str
) -> None:
    text = around.join(f"{{{one}}}" for one in names)
    html = "".join(f"<p>{{{one}}}<b title='{{nom}}'>x</b></p>" for one in names)
    values = dict.fromkeys(names, f"{value}<script>&\"'")
    filled = templates.fill(DraftContent(subject=text, text=text, html=html), values)
    assert filled.missing == ()
    assert templates.names(filled.content.text) == ()
    tags = Tags()
    tags.feed(filled.content.html)
    tags.close()
    assert tags.seen == ["p", "b"] * len(names)
    assert "<script>" in tags.text


@given(st.text(max_size=200))
def test_a_value_is_never_looked_at_again(value: str) -> None:
    filled = templates.fill(DraftContent(text="{nom}"), {"nom": value + "{prénom}"})
    assert filled.content.text == (value + "{prénom}").strip()


def test_shipped_letters_are_read_and_ask_for_known_names() -> None:
    found = shipped_templates()
    assert len([one for one in found if one.language == "fr"]) >= 15
    assert len([one for one in found if one.language == "en"]) >= 5
    for one in found:
        content = templates.content_of(one)
        assert templates.fields_of(content), one.name
        values = dict.fromkeys(templates.fields_of(content), "x")
        filled = templates.fill(content, values)
        assert filled.missing == ()
        assert not set("{}|") & set(filled.content.text + filled.content.subject), one.name
    assert templates.find("CONVOC", found).name == "convocation"  # type: ignore[union-attr]
    assert [one.name for one in templates.matching("pap", found)] == ["pai-pap"]


def test_toml_there_and_back_and_hostile_files() -> None:
    mine = Template('a"b', "Titre \\", "S", "x\n\x7f\t« é »", "<p>é</p>")
    (back,) = templates.read_toml(templates.to_toml([mine]), TemplateOrigin.OWN)
    assert (back.name, back.title, back.subject, back.html) == ('a"b', "Titre \\", "S", "<p>é</p>")
    assert back.text == mine.text
    hostile = Template("n", "n", html="<p onclick=x>a</p><script>b</script><img src=http://x/y>")
    assert templates.checked(hostile).html.count("<") == 2
    for octets, why in (
        (b"\xff\xfe", "no-toml"),
        (b"[" * 5000, "no-toml"),
        (b"a = 1", "no-template"),
        (b"template = [1]", "no-template"),
        (b"[[template]]\nname = 1", "template-value"),
        (b"[[template]]\ntext = 'x'", "template-name"),
        (b"[[template]]\nname='a'\n[[template]]\nname='A'", "template-named-twice"),
    ):
        with pytest.raises(LocalRefusal) as refused:
            templates.read_toml(octets, TemplateOrigin.OWN)
        assert refused.value.code is ErrorCode.BAD_FILE
        assert refused.value.facts["why"] == why
    with pytest.raises(LocalRefusal):
        templates.read_file(b"\0" * 100, "x.eml", TemplateOrigin.OWN)
    (read,) = templates.read_file(
        b"Subject: Convocation\r\n\r\nBonjour {nom}\r\n", "x.eml", TemplateOrigin.OWN
    )
    assert (read.name, read.text.strip()) == ("Convocation", "Bonjour {nom}")


def test_days_in_words() -> None:
    assert date_words.in_words(date(2026, 9, 1), "fr") == "1er septembre 2026"
    assert date_words.weekday(date(2026, 11, 27), "fr") == "vendredi"
    assert date_words.school_year(date(2026, 8, 31)) == "2025-2026"
    assert date_words.school_year(date(2026, 9, 1)) == "2026-2027"


def test_a_signature_stands_above_the_quotation_and_is_exchanged() -> None:
    quoted = "Le 1er mai 2026 à 10:00, Paul a écrit :\n> Bonjour\n"
    one, two = Signature("Claire\n4B"), Signature("Le secrétariat")
    signed = signatures.with_signature(f"\n\n{quoted}", Signature(), one)
    assert signed == f"\n\n-- \nClaire\n4B\n\n{quoted}"
    written = "Bonjour" + signed
    changed = signatures.with_signature(written, one, two)
    assert changed == f"Bonjour\n\n-- \nLe secrétariat\n\n{quoted}"
    assert signatures.with_signature(changed, two, Signature()) == f"Bonjour\n\n{quoted}"
    by_hand = written.replace("Claire", "Claire M.")
    assert signatures.with_signature(by_hand, one, two) == by_hand


def person(name: str, role: str, email: str, kind: EntryKind = EntryKind.PERSON) -> DirectoryEntry:
    return DirectoryEntry(name, kind, name, email, role, classes=("4B", "6A"))


GROUP = DirectoryEntry("4B", EntryKind.GROUP, "4B", role="classe", classes=("4B",))
MEMBERS = (
    person("Anne MARTIN", "Responsable de Léa Martin, Tom Martin", "anne@x.test"),
    person("Luc Martin", "Responsable de Léa Martin, Tom Martin", "luc@x.test"),
    person("Inès Petit", "Responsable légal", ""),
    person("Léa Martin", "Élève", ""),
    person("M. Dupont", "Professeur · Mathématiques", "dupont@x.test"),
    person("Vie", "Responsable de la vie scolaire", "vie@x.test"),
)
LISTED = tuple(merging.Member(one) for one in MEMBERS)


def test_parents_team_pupils_and_families() -> None:
    parents = merging.people_of(GROUP, LISTED, Audience.PARENTS)
    assert [one.name for one in parents] == ["Anne MARTIN", "Luc Martin", "Inès Petit"]
    assert parents[0].fields["élève"] == "Léa Martin"  # Tom is in another class
    assert parents[0].fields["classe"] == "4B"
    assert merging.pupils_of("Responsable de Moussa Adam, Responsable") == ("Moussa Adam",)
    team = merging.people_of(GROUP, LISTED, Audience.TEAM)
    assert [one.name for one in team] == ["M. Dupont", "Vie"]
    letter = DraftContent(subject="{élève}", text="{civilité|Bonjour} {prénom} {nom}")
    alone = merging.plan(letter, parents, MergeOptions())
    assert [[to.address for to in one.to] for one in alone.messages] == [
        ["anne@x.test"], ["luc@x.test"],
    ]  # fmt: skip
    assert alone.left_out == (("Inès Petit", LeftOut.NO_ADDRESS),)
    together = merging.plan(letter, parents, MergeOptions(together=True))
    (one,) = together.messages
    assert [to.address for to in one.to] == ["anne@x.test", "luc@x.test"]
    assert (
        merging.letter_of(letter, one.to, one.fields).text == "Bonjour Anne et Luc MARTIN et Martin"
    )


def test_nobody_is_dropped_in_silence() -> None:
    people = (
        Person("A", "a@x.test", {"nom": "A"}),
        Person("A", "A@x.test", {"nom": "A"}),
        Person("A", "a@x.test", {"nom": "B"}),
        Person("C", "pas une adresse", {"nom": "C"}),
        Person("D", "d@x.test"),
    )
    letter = DraftContent(text="{nom}")
    plan = merging.plan(letter, people, MergeOptions())
    assert [one.who for one in plan.messages] == ["A", "A", "D"]
    assert plan.left_out == (("C", LeftOut.BAD_ADDRESS), ("A", LeftOut.TWICE))
    assert plan.missing == (("nom", 1),)
    skipped = merging.plan(letter, people, MergeOptions(skip_missing=True))
    assert ("D", LeftOut.FIELD_MISSING) in skipped.left_out
    assert skipped.missing == ()
    given = merging.plan(letter, people, MergeOptions(common={"nom": "tous"}))
    assert given.messages[-1].fields["nom"] == "tous"


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["", "f", "g"])), max_size=12))
def test_everybody_is_in_a_message_or_left_out(drawn: list[tuple[str, str]]) -> None:
    people = [Person(f"{n}", f"{a}{n}@x.test", {"n": str(n)}, f) for n, (a, f) in enumerate(drawn)]
    for together in (False, True):
        plan = merging.plan(DraftContent(text="{n}"), people, MergeOptions(together=together))
        reached = sorted(to.address for one in plan.messages for to in one.to)
        assert reached == sorted(one.address for one in people)
        assert together or all(len(one.to) == 1 for one in plan.messages)


def test_columns_become_fields() -> None:
    text = "Nom Elève;Prénom Elève;Classe;Mel resp. 1;Courriel responsable;Note\r\n"
    text += "Martin;Léa;4B;anne@x.test;luc@x.test;12\r\nPetit;Tom;4B;;;8\r\n"
    table = merge_table.read(records([text.encode("cp1252")]))
    mapping = merge_table.suggested(table, ["note"])
    assert mapping.count(merge_table.ADDRESS) == 2
    source = merge_table.people(table, mapping)
    assert [one.address for one in source.people] == ["anne@x.test", "luc@x.test", ""]
    assert source.people[0].fields["élève"] == "Léa Martin"
    assert source.people[0].family == source.people[1].family != source.people[2].family
    with pytest.raises(LocalRefusal):
        merge_table.people(table, ["nom"] * 6)
    with pytest.raises(LocalRefusal):
        merge_table.read(records([b"a@b.test;x\n"]))


def test_a_report_computes_nothing(tmp_path: Path) -> None:
    made = to_csv([["=1+1", "+33", "-x", "@SUM", "sain"]]).decode("utf-8-sig")
    assert made == '"\'=1+1";"\'+33";"\'-x";"\'@SUM";"sain"\r\n'
