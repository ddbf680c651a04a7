"""Guides and help say what is so: menu words, commands, policies, properties, links."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from mel_desktop.cli import main
from mel_desktop.logic.policy_reading import Source, from_properties, merge
from mel_desktop.logic.policy_schema import SCHEMA
from mel_desktop.store import escrow
from mel_desktop.system.policies import POLICY_FILE, read_policy
from tests.support import guides
from tests.support.guides import DOCS, ENGLISH, FRENCH, ROOT, Guide

sys.path[:0] = [str(ROOT / "packaging"), str(ROOT / "packaging" / "frozen")]

import contents  # noqa: E402
from windows import properties  # noqa: E402

ALL = tuple(Guide(name) for name in (*FRENCH, *ENGLISH))
GUIDES = tuple(one for one in ALL if "/" not in one.name)
# Nobody needs the network to read a guide: no address of the outside, but for examples.
EXAMPLES = re.compile(r"https?://[\w.-]*(?:ac-exemple\.fr|college\.fr|\.invalid)\b")
# What a guide names in capitals and is no property of the installer.
OTHER_CAPITALS = {"MEL_DESKTOP_PROFILE"}
# Pages that the program makes when the help is opened.
MADE = {"keys.md"}


def ids(guide: Guide) -> str:
    return guide.name


each = pytest.mark.parametrize("guide", ALL, ids=ids)
each_guide = pytest.mark.parametrize("guide", GUIDES, ids=ids)


@each
def test_words_in_italics_are_those_of_the_window(guide: Guide) -> None:
    known = set()
    for _, source, forms in guides.translated():
        known |= {guides.plain(one) for one in (forms if guide.name in FRENCH else [source])}
    named = [word for path in guide.window_words() for word in path]
    assert not [word for word in named if word not in known]


@each
def test_links_lead_somewhere(guide: Guide) -> None:
    here = DOCS / guide.name
    for file, anchor in guide.links():
        assert ":" not in file, f"{file}: a guide is read without a network"
        if file in MADE:
            continue
        target = (here.parent / file).resolve() if file else here
        assert target.exists(), file
        if anchor:
            assert anchor in guides.anchors(target.read_text(encoding="utf-8")), (file, anchor)


@each
def test_addresses_are_examples(guide: Guide) -> None:
    found = re.findall(r"https?://[^\s\"'`)]+", guide.text)
    assert not [one for one in found if not EXAMPLES.match(one)]


@each
def test_commands_are_understood(guide: Guide) -> None:
    parser = main.build_parser()
    for words in guide.commands():
        if words[0] != "mel-desktop":
            continue
        if words[1:] == ["--version"]:  # it ends the program
            continue
        asked = parser.parse_args(guides.filled(words[1:]))
        assert asked.self_test or asked.run is not None, words


def developers_commands() -> set[str]:
    told = subprocess.run(
        [sys.executable, "packaging/dev.py", "--help"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return set(re.findall(r"^    (\w+)", told, re.MULTILINE))


def test_commands_for_developers_exist() -> None:
    named = {
        words[2]
        for guide in ALL
        for words in guide.commands()
        if words[:2] == ["python3", "packaging/dev.py"]
    }
    assert named
    assert named <= developers_commands()


def test_paths_for_developers_exist() -> None:
    for name in ("guide-developpeur.md", "guide-developer.md", "guide-dsi.md", "guide-it.md"):
        for piece in Guide(name).code():
            if re.fullmatch(r"(?:tests|resources|packaging)/[\w./-]+", piece):
                assert (ROOT / piece).exists(), piece
            elif re.fullmatch(r"(?:logic|services|store|net|system|ui|formats)/[\w./-]+", piece):
                assert (ROOT / "mel_desktop" / piece).exists(), piece


# -- policies and the installer --------------------------------------------------------------------


def policy_names() -> set[str]:
    groups = {
        f"{group.section}.{number}"
        for group in SCHEMA.groups
        for number in range(1, group.most + 1)
    }
    return groups | {f"{key.section}.{key.name}" for key in SCHEMA.keys}


@each
def test_policies_exist(guide: Guide) -> None:
    sections = {key.section for key in SCHEMA.keys} | {one.section for one in SCHEMA.groups}
    pattern = re.compile(rf"\[?((?:{'|'.join(sorted(sections))})\.[a-z0-9_]+)\]?")
    named = {found[1] for piece in guide.code() if (found := pattern.fullmatch(piece))}
    assert named <= policy_names()


@each_guide
def test_policies_that_are_shown_are_understood(guide: Guide, tmp_path: Path) -> None:
    for block in guide.blocks("toml"):
        file = tmp_path / "policy.toml"
        file.write_text(block, encoding="utf-8")
        policy = read_policy(system_file=file)
        assert policy.ignored == ()
        assert policy.sources


PROPERTIES = {*properties.deployed(), *properties.remembered(), properties.FORGET, properties.SHRED}


@each_guide
def test_properties_of_the_installer_exist(guide: Guide) -> None:
    said = {piece for piece in guide.code() if re.fullmatch(r"[A-Z]+_?[A-Z0-9_]*[A-Z]", piece)}
    assert said - OTHER_CAPITALS <= PROPERTIES


@each_guide
def test_values_for_the_installer_are_understood(guide: Guide) -> None:
    """Of msiexec and of academy.py, and of the example for WAPT."""
    said = [
        (name, value)
        for words in guide.commands()
        if words[0] == "msiexec" or "academy.py" in words[1]
        for name, _, value in (word.partition("=") for word in words if "=" in word)
    ]
    said += re.findall(r"\"([A-Z][A-Z_]+)\": \"([^\"]*)\"", "".join(guide.blocks("python")))
    for name, value in said:
        assert name in PROPERTIES
        assert value in properties.SETUP.get(name, (value,))
    read = {name: value for name, value in said if name in properties.deployed()}
    read.pop(POLICY_FILE, None)  # a path; read before the others
    sections, unknown = from_properties(read)
    assert not unknown
    policy = merge([Source("MSI", sections)], escrow.public_from_text)
    assert policy.ignored == ()


def test_guides_for_it_name_every_property_of_the_installation() -> None:
    wanted = {*properties.deployed()[:2], *properties.SETUP, properties.FORGET, properties.SHRED}
    for name in ("guide-dsi.md", "guide-it.md"):
        assert wanted <= set(Guide(name).code())


# -- form ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FRENCH)
def test_french_has_its_spaces(name: str) -> None:
    """Before : ; ? ! and inside the guillemets a space that does not break."""
    loose = [
        line
        for line in Guide(name).prose.splitlines()
        if re.search(r"\S [:;?!»](?!-)|« |\w[;?!]", line) and not line.startswith("|---")
    ]
    assert not loose


def test_sending_limits_are_those_of_the_program() -> None:
    shipped = (ROOT / "resources" / "sending-limits.toml").read_text(encoding="utf-8")
    national = next(one for one in tomllib.loads(shipped)["provider"] if one["id"] == "national")
    for guide in (Guide(FRENCH[0]), Guide(ENGLISH[0])):
        rows = re.findall(r"^\| \d+ \w+ \| (\d+) \| (\d+) \|$", guide.text, re.MULTILINE)
        assert [(int(warn), int(most)) for warn, most in rows] == [
            (one["warn"], one["most"]) for one in national["windows"]
        ]


def test_frozen_program_has_the_help() -> None:
    """What a page of the help or the guide leads to within the window is carried too."""
    carried = {inside for _, inside in contents.carried()}
    pages = [Guide(FRENCH[0]), Guide(ENGLISH[0]), *(one for one in ALL if "/" in one.name)]
    for page in pages:
        folder = (DOCS / page.name).parent
        files = {(folder / file).resolve() for file, _ in page.links() if file not in MADE}
        for file in {DOCS / page.name, *files} - {folder}:
            inside = file.relative_to(ROOT / "resources").as_posix()
            assert f"mel_desktop/_resources/{inside}" in carried


def test_guides_are_found() -> None:
    """From the README, from publiccode.yml, and the short form names the long one."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    code = (ROOT / "publiccode.yml").read_text(encoding="utf-8")
    for french, english in zip(FRENCH[:3], ENGLISH[:3], strict=True):
        assert "French guide" in Guide(english).text
        for name in (french, english):
            assert f"](resources/docs/{name})" in readme
            assert f"resources/docs/{name}" in code
