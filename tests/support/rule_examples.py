"""Rules and messages as people have them, made by Hypothesis."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage

from hypothesis import strategies as st

from mel_desktop.logic.mime import read_message
from mel_desktop.model.rules import Action, Condition, Deed, Facts, Match, Rule, Topic

WORDS = ("Conseil", "conseil de classe", "été", "Été 2026", "[liste]", 'dit "oui"', "a*b", "c?d\\e")
ADDRESSES = (
    "paul.durand@ac-demo.fr",
    "PAUL@ac-demo.fr",
    "liste-profs@listes.ac-demo.fr",
    "info@exemple.fr",
)
NAMES = ("Paul Durand", "Élodie Été", "")
FOLDERS = ("Classe", "Classe/5e A", "Été & Cie")
TAGS = ("urgent", "$label1")

_text_match = st.sampled_from((Match.CONTAINS, Match.IS, Match.BEGINS, Match.ENDS, Match.MATCHES))
_piece = st.sampled_from(WORDS).flatmap(
    lambda word: st.tuples(st.integers(0, 3), st.integers(4, 20)).map(
        lambda cut: word[cut[0] : cut[1]].strip() or word
    )
)
_value = st.one_of(
    st.sampled_from(WORDS),
    _piece,
    _piece.map(str.upper),
    _piece.map(lambda text: f"*{text}*"),
    st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=6),
)
_who = st.one_of(
    st.sampled_from(ADDRESSES),
    st.sampled_from(("paul", "ac-demo.fr", "@", "PROFS", "p*@*", "Durand", "Élodie", "exemple")),
)


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    """One that may be saved, of every topic."""
    topic = draw(st.sampled_from(Topic))
    negated = draw(st.booleans())
    if topic is Topic.ATTACHMENT:
        return Condition(topic, negated=negated)
    if topic is Topic.SIZE:
        match = draw(st.sampled_from((Match.OVER, Match.UNDER)))
        return Condition(topic, match, str(draw(st.sampled_from((0, 2, 8, 1000)))), "", negated)
    if topic is Topic.BODY:
        return Condition(topic, Match.CONTAINS, draw(st.sampled_from(WORDS[:4])), "", negated)
    match = draw(_text_match)
    if topic in (Topic.SUBJECT, Topic.HEADER):
        header = (
            draw(st.sampled_from(("X-Origine", "x-spam-flag"))) if topic is Topic.HEADER else ""
        )
        return Condition(topic, match, draw(_value), header, negated)
    return Condition(topic, match, draw(_who), "", negated)


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """One that may be saved; it files at most once."""
    actions = draw(
        st.lists(
            st.one_of(
                st.sampled_from(FOLDERS).map(lambda path: Action(Deed.COPY, path)),
                st.sampled_from(TAGS).map(lambda tag: Action(Deed.TAG, tag)),
                st.sampled_from((Action(Deed.FLAG), Action(Deed.READ), Action(Deed.STOP))),
            ),
            max_size=4,
        )
    )
    actions += draw(
        st.lists(
            st.one_of(
                st.sampled_from(FOLDERS).map(lambda path: Action(Deed.FILE, path)),
                st.just(Action(Deed.TRASH)),
            ),
            max_size=1,
        )
    )
    return Rule(
        draw(st.sampled_from(("Conseils", "Été", 'Une "règle"'))),
        tuple(draw(st.lists(conditions(), max_size=3))),
        tuple(actions or [Action(Deed.FLAG)]),
        draw(st.booleans()),
        draw(st.sampled_from((True, True, True, False))),
    )


@st.composite
def messages(draw: st.DrawFn) -> bytes:
    """A whole message as servers deliver it."""
    made = EmailMessage()
    made["Subject"] = draw(st.one_of(st.sampled_from(WORDS), _value)).strip() or "x"
    made["From"] = _person(draw)
    made["To"] = ", ".join(_person(draw) for _ in range(draw(st.integers(1, 2))))
    if draw(st.booleans()):
        made["Cc"] = _person(draw)
    if draw(st.booleans()):
        made["List-Id"] = f"Profs <{draw(st.sampled_from(('profs', 'paul')))}.ac-demo.fr>"
    if draw(st.booleans()):
        made["X-Origine"] = draw(st.sampled_from(WORDS))
    made.set_content(draw(st.sampled_from(WORDS)) + "\n" + "mot " * draw(st.sampled_from((1, 900))))
    if draw(st.booleans()):
        made.add_attachment(b"octets", maintype="application", subtype="pdf", filename="a.pdf")
        made.set_boundary("=_parts")
    return bytes(made).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _person(draw: st.DrawFn) -> str:
    name, address = draw(st.sampled_from(NAMES)), draw(st.sampled_from(ADDRESSES))
    return str(Address(name, addr_spec=address))


def facts(raw: bytes) -> Facts:
    """What this program knows of it once it is here."""
    header, parts, text = read_message(raw)
    return Facts(
        ((header.sender.name, header.sender.address),),
        tuple((one.name, one.address) for one in header.to),
        tuple((one.name, one.address) for one in header.cc),
        header.subject,
        len(raw),
        any(one.is_attachment for one in parts),
        tuple((name, value) for name in header.headers for value in header.headers[name]),
        text.text,
    )
