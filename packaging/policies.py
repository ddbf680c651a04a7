"""Files for IT, made of the one schema (mel_desktop/logic/policy_schema.py).

    python3 packaging/dev.py policies [--check]

resources/policies/MelDesktop.admx with fr-FR and en-US beside it (Windows, group policies),
resources/policies/policy.toml (an example for every value, all of it commented out) and
resources/docs/policies.md and policies.fr.md, after the words in policies.*.md here. ``--check``
writes nothing and fails when one is stale. The same schema makes the same octets.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from mel_desktop.logic.policy_keys import (  # noqa: E402
    LISTS,
    MOST_PATH,
    MOST_TEXT,
    Group,
    Kind,
    PolicyKey,
    Side,
    Use,
    plain,
    shown,
)
from mel_desktop.logic.policy_reading import DEFAULTS, msi_property  # noqa: E402
from mel_desktop.logic.policy_schema import SCHEMA  # noqa: E402

ADMX_NAMESPACE = "http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions"
KEY = r"Software\Policies\MelDesktop"
LANGUAGES = ("fr-FR", "en-US")
FOLDER = Path("resources/policies")
HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
GENERATED = "<!-- Made by packaging/dev.py policies from mel_desktop/logic/policy_schema.py. -->\n"
MOST_LENGTHS = {Kind.PATH: MOST_PATH, Kind.KEY: 64, Kind.HOURS: 16}
EXAMPLES = {
    "directory.annuaire_url": '"https://intranet.ac-exemple.fr/annuaire.csv"',
    "directory.annuaire_only": '"35, 22, Rennes"',
    "accounts.allowed_domains": '["ac-exemple.fr"]',
    "accounts.email": '"%USERNAME%@ac-exemple.fr"',
    "accounts.login": '"%EMAIL_NAME%"',
    "accounts.name": '"%FULLNAME%"',
    "accounts.imap_host": '"imap.ac-exemple.fr"',
    "accounts.imap_port": "993",
    "accounts.smtp_host": '"smtp.ac-exemple.fr"',
    "accounts.smtp_port": "465",
    "accounts.provider": '"exemple"',
    "oauth.id": '"rectorat"',
    "oauth.client_id": '"mel-desktop"',
    "oauth.name": '"Rectorat"',
    "oauth.issuer": '"https://identite.ac-exemple.fr"',
    "oauth.scopes": '"openid offline_access email"',
    "oauth.imap_host": '"imap.ac-exemple.fr"',
    "oauth.smtp_host": '"smtp.ac-exemple.fr"',
    "directory.url": '"ldaps://annuaire.ac-exemple.fr"',
    "directory.base": '"ou=personnels,dc=ac-exemple,dc=fr"',
    "network.proxy": '"http://proxy.college.fr:3128"',
    "network.trusted_fingerprints": f'["imap.ac-exemple.fr={"0a" * 32}"]',
    "trust.authserv_ids": '["mx.ac-exemple.fr"]',
    "trust.report_to": '"assistance@ac-exemple.fr"',
    "network.portal_page": '"http://temoin.ac-exemple.fr/"',
    "retention.text_days": "365",
    "retention.attachment_days": "90",
    "links.profile": '"thrifty"',
    "links.day_mb": "50",
    "links.month_mb": "1000",
    "links.hours": '"07:00-20:00"',
    "sending.templates_folder": '"/srv/modeles"',
    "sending.calendar_file": '"/srv/calendrier.toml"',
    "sending.zone": '"C"',
    "updates.update_notice": '"https://intranet.ac-exemple.fr/mel-desktop.melnotice"',
    "vault.escrow_key": '"' + "A" * 43 + '="',
    "vault.escrow_owner": '"Collège Jean Moulin"',
    "vault.max_idle_minutes": "10",
}
PEM = '"/etc/ssl/certs/ac-exemple.pem"'


def camel(name: str) -> str:
    """As the registry has it (mel_desktop.system.policy_registry.camel)."""
    return "".join(part.capitalize() for part in name.split("_"))


# -- ADMX and ADML ---------------------------------------------------------------------------------


@dataclass
class Definitions:
    """What goes into the three files."""

    policies: list[str] = field(default_factory=list)
    strings: dict[str, tuple[str, str]] = field(default_factory=dict)
    presentations: dict[str, tuple[str, str]] = field(default_factory=dict)

    def text(self, name: str, words: tuple[str, str]) -> str:
        """A reference to a string."""
        assert self.strings.setdefault(name, words) == words, name
        return f"$(string.{name})"

    def policy(
        self,
        name: str,
        words: tuple[tuple[str, str], tuple[str, str]],
        *,
        category: str,
        since: str,
        key: str,
        body: str,
        value_name: str = "",
        boxes: tuple[list[str], list[str]] | None = None,
    ) -> None:
        """One policy; ``boxes``: its controls in both languages."""
        attributes = {
            "name": name,
            "class": "Both",
            "displayName": self.text(name, words[0]),
            "explainText": self.text(f"{name}_Explain", words[1]),
        }
        if boxes is not None:
            attributes["presentation"] = f"$(presentation.{name})"
            self.presentations[name] = ("\n".join(boxes[0]), "\n".join(boxes[1]))
        attributes["key"] = key
        if value_name:
            attributes["valueName"] = value_name
        said = " ".join(f"{one}={quoteattr(value)}" for one, value in attributes.items())
        self.policies.append(
            f"    <policy {said}>\n"
            f'      <parentCategory ref="{category}"/>\n'
            f'      <supportedOn ref="{supported(since)}"/>\n'
            f"{body}"
            "    </policy>\n"
        )


def supported(since: str) -> str:
    """Name of a definition of ``supportedOn``."""
    return f"SUPPORTED_{since.replace('.', '_')}"


def versions() -> list[str]:
    """Every version that brought a value."""
    groups = [key for group in SCHEMA.groups for key in group.keys]
    return sorted({key.since for key in (*SCHEMA.keys, *groups)})


def collect() -> Definitions:
    """All policies, in the order of the schema: locked ones, entries, then defaults."""
    made = Definitions()
    made.text("MelDesktop", ("Mel Desktop", "Mel Desktop"))
    for version in versions():
        made.text(
            supported(version),
            (f"Mel Desktop {version} ou plus récent", f"Mel Desktop {version} or later"),
        )
    made.text("Cat_Defaults", ("Valeurs proposées (modifiables)", "Defaults (can be changed)"))
    for area, words in SCHEMA.areas.items():
        made.text(f"Cat_{area}", words)
    for key in SCHEMA.keys:
        add_key(made, key, default=False)
    for group in SCHEMA.groups:
        for number in range(1, group.offered + 1):
            add_entry(made, group, number)
    for key in SCHEMA.keys:
        if key.use is Use.SETTING:
            add_key(made, key, default=True)
    return made


def default_areas() -> list[str]:
    """Areas with values that may be proposed."""
    found = {key.section for key in SCHEMA.keys if key.use is Use.SETTING}
    return [area for area in SCHEMA.areas if area in found]


def add_key(made: Definitions, key: PolicyKey, *, default: bool) -> None:
    """One value as one policy."""
    section = camel(key.section)
    name = f"{section}_{camel(key.name)}"
    where = rf"{KEY}\{section}"
    help_words = explained(key)
    if default:
        name, where = f"Default_{name}", rf"{KEY}\{camel(DEFAULTS)}\{section}"
        help_words = (
            f"{key.help[0]}\n\nVaut tant que l’enseignant n’a pas choisi.",
            f"{key.help[1]}\n\nHolds until the teacher chooses.",
        )
    category = f"Default_{key.section}" if default else f"Area_{key.section}"
    words = (key.title, help_words)
    if key.kind is Kind.FLAG:
        made.policy(
            name, words, category=category, since=key.since, key=where,
            value_name=camel(key.name),
            body=(
                '      <enabledValue><decimal value="1"/></enabledValue>\n'
                '      <disabledValue><decimal value="0"/></disabledValue>\n'
            ),
        )  # fmt: skip
        return
    body, boxes = control(made, key, f"{name}_Value", where, forbid=not default, required=True)
    made.policy(
        name, words, category=category, since=key.since, key=where,
        body=f"      <elements>\n{body}      </elements>\n",
        boxes=([boxes[0]], [boxes[1]]),
    )  # fmt: skip


def add_entry(made: Definitions, group: Group, number: int) -> None:
    """One entry of a group as one policy with a control for each of its values."""
    section = camel(group.section)
    name = f"{section}_{number}"
    where = rf"{KEY}\{section}\{number}"
    body, french, english = "", [], []
    for key in group.keys:
        element, boxes = control(
            made, key, f"{name}_{camel(key.name)}", where, required=key.required
        )
        body += element
        french.append(boxes[0])
        english.append(boxes[1])
    title = (group.title[0].format(n=number), group.title[1].format(n=number))
    colons = ("\N{NO-BREAK SPACE}:", ":")
    details = [
        "\n\n" + "\n".join(f"{key.title[at]}{colons[at]} {key.help[at]}" for key in group.keys)
        for at in (0, 1)
    ]
    made.policy(
        name,
        (title, (group.help[0] + details[0], group.help[1] + details[1])),
        category=f"Area_{group.section}",
        since=group.keys[0].since,
        key=where,
        body=f"      <elements>\n{body}      </elements>\n",
        boxes=(french, english),
    )  # fmt: skip


def explained(key: PolicyKey) -> tuple[str, str]:
    """What a policy is for, its name in files, and its safe side."""
    french, english = f"{key.help[0]}\n\n{key.id}", f"{key.help[1]}\n\n{key.id}"
    if key.safe is not Side.DEFAULT:
        safe = shown(key, key.safe)
        french += f"\nValeur incomprise\N{NO-BREAK SPACE}: {safe[0]}."
        english += f"\nA value that cannot be understood: {safe[1]}."
    return french, english


def control(
    made: Definitions,
    key: PolicyKey,
    name: str,
    where: str,
    *,
    forbid: bool = True,
    required: bool = False,
) -> tuple[str, tuple[str, str]]:
    """The element of a value and its control in both languages."""
    value = camel(key.name)
    need = ' required="true"' if required else ""
    titles = [escape(one) for one in key.title]
    start = plain(key, key.start if key.default is None else key.default)
    if key.kind is Kind.NUMBER:
        first = next(
            (one for one in (key.start, start) if isinstance(one, int) and one >= key.least),
            key.least,
        )
        element = (
            f'<decimal id="{name}" valueName="{value}"{need}'
            f' minValue="{key.least}" maxValue="{key.most}"/>'
        )
        boxes = [
            f'<decimalTextBox refId="{name}" defaultValue="{first}">{one}</decimalTextBox>'
            for one in titles
        ]
    elif key.choices:
        choices = [one for one in key.choices if forbid or one[0] != "forbid"]
        head = "Level" if key.kind is Kind.LEVEL else f"Choice_{key.section}_{key.name}"
        items = "".join(
            f'\n          <item displayName="{made.text(f"{head}_{one}", words)}">'
            f"<value><string>{escape(one)}</string></value></item>"
            for one, words in choices
        )
        element = f'<enum id="{name}" valueName="{value}"{need}>{items}\n        </enum>'
        place = next((at for at, one in enumerate(choices) if one[0] == start), 0)
        boxes = [
            f'<dropdownList refId="{name}" noSort="true" defaultItem="{place}">{one}</dropdownList>'
            for one in titles
        ]
    elif key.kind in LISTS:
        element = rf'<list id="{name}" key="{where}\{value}" valuePrefix=""/>'
        boxes = [f'<listBox refId="{name}">{one}</listBox>' for one in titles]
    else:
        most = MOST_LENGTHS.get(key.kind, MOST_TEXT)
        element = f'<text id="{name}" valueName="{value}"{need} maxLength="{most}"/>'
        boxes = [f'<textBox refId="{name}"><label>{one}</label></textBox>' for one in titles]
    return f"        {element}\n", (f"        {boxes[0]}", f"        {boxes[1]}")


def admx(made: Definitions) -> str:
    """The definitions."""
    supported_on = "".join(
        f'      <definition name="{supported(one)}" displayName="$(string.{supported(one)})"/>\n'
        for one in versions()
    )
    categories = '    <category name="MelDesktop" displayName="$(string.MelDesktop)"/>\n'
    nested = [(f"Area_{one}", f"Cat_{one}", "MelDesktop") for one in SCHEMA.areas]
    nested += [("Defaults", "Cat_Defaults", "MelDesktop")]
    nested += [(f"Default_{one}", f"Cat_{one}", "Defaults") for one in default_areas()]
    for name, title, parent in nested:
        categories += (
            f'    <category name="{name}" displayName="$(string.{title})">'
            f'<parentCategory ref="{parent}"/></category>\n'
        )
    return (
        f"{HEAD}{GENERATED}"
        f'<policyDefinitions xmlns="{ADMX_NAMESPACE}" revision="1.0" schemaVersion="1.0">\n'
        "  <policyNamespaces>\n"
        '    <target prefix="meldesktop" namespace="MelDesktop.Policies"/>\n'
        "  </policyNamespaces>\n"
        '  <resources minRequiredRevision="1.0" fallbackCulture="fr-FR"/>\n'
        f"  <supportedOn>\n    <definitions>\n{supported_on}    </definitions>\n  </supportedOn>\n"
        f"  <categories>\n{categories}  </categories>\n"
        f"  <policies>\n{''.join(made.policies)}  </policies>\n"
        "</policyDefinitions>\n"
    )


def adml(made: Definitions, place: int) -> str:
    """The words of one language."""
    about = (
        "Courrier et annuaire hors ligne, chiffrés, pour les enseignants.",
        "Offline, encrypted mail and directory for teachers.",
    )[place]
    strings = "".join(
        f'      <string id="{name}">{escape(words[place])}</string>\n'
        for name, words in made.strings.items()
    )
    presentations = "".join(
        f'      <presentation id="{name}">\n{boxes[place]}\n      </presentation>\n'
        for name, boxes in made.presentations.items()
    )
    return (
        f"{HEAD}{GENERATED}"
        f'<policyDefinitionResources xmlns="{ADMX_NAMESPACE}" revision="1.0" schemaVersion="1.0">\n'
        "  <displayName>Mel Desktop</displayName>\n"
        f"  <description>{escape(about)}</description>\n"
        "  <resources>\n"
        f"    <stringTable>\n{strings}    </stringTable>\n"
        f"    <presentationTable>\n{presentations}    </presentationTable>\n"
        "  </resources>\n"
        "</policyDefinitionResources>\n"
    )


# -- TOML and documents ----------------------------------------------------------------------------


def example(key: PolicyKey) -> str:
    """A value as TOML has it."""
    if key.name == "ca_file":
        return PEM
    if key.id in EXAMPLES:
        return EXAMPLES[key.id]
    if key.kind is Kind.PATH:
        return '"/srv/mel"'
    value = plain(key, key.start if key.default is None else key.default)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else f'"{value}"'


def toml() -> str:
    """An example for every value."""
    lines = [
        "# /etc/mel-desktop/policy.toml : modèle. Tout est en commentaire ; voir",
        "# resources/docs/policies.fr.md (made by packaging/dev.py policies).",
    ]
    for area, words in SCHEMA.areas.items():
        if SCHEMA.of(area):
            lines += ["", f"# {words[0]}", f"#[{area}]"]
        for key in SCHEMA.of(area):
            lines += [f"# {key.title[0]}", f"#{key.name} = {example(key)}"]
        group = SCHEMA.group(area)
        if group is not None:
            lines += ["", f"# {group.title[0].format(n=1)}", f"#[{area}.1]"]
            lines += [f"#{key.name} = {example(key)}" for key in group.keys]
    for area in default_areas():
        lines += ["", f"# {SCHEMA.areas[area][0]} : valeurs proposées", f"#[{DEFAULTS}.{area}]"]
        lines += [
            f"#{key.name} = {example(key)}" for key in SCHEMA.of(area) if key.use is Use.SETTING
        ]
    return "\n".join(lines) + "\n"


TYPES = {
    Kind.FLAG: ("oui/non", "yes/no"), Kind.NUMBER: ("nombre", "number"),
    Kind.CHOICE: ("choix", "choice"), Kind.LEVEL: ("choix", "choice"),
    Kind.TEXT: ("texte", "text"), Kind.TEMPLATE: ("texte", "text"),
    Kind.HOST: ("serveur", "server"), Kind.URL: ("URL LDAP", "LDAP URL"),
    Kind.WEB: ("adresse https", "https address"),
    Kind.PATH: ("chemin absolu", "absolute path"), Kind.KEY: ("clé X25519", "X25519 key"),
    Kind.HOURS: ("heures", "hours"), Kind.DOMAINS: ("liste", "list"),
    Kind.FINGERPRINTS: ("liste", "list"), Kind.PROXY: ("proxy", "proxy"),
    Kind.PAGE: ("adresse http", "http address"),
}  # fmt: skip
USES = {
    Use.SETTING: ("fixé ou proposé", "locked or default"),
    Use.LIMIT: ("plafond", "ceiling"),
    Use.DECISION: ("décision", "decision"),
}
REGISTRY = {
    Kind.FLAG: "REG_DWORD", Kind.NUMBER: "REG_DWORD", Kind.DOMAINS: "REG_MULTI_SZ",
    Kind.FINGERPRINTS: "REG_MULTI_SZ",
}  # fmt: skip


def document(place: int) -> str:
    """resources/docs/policies.md in one language."""
    say = (lambda fr, en: fr) if place == 0 else (lambda fr, en: en)
    head = Path(__file__).with_name(("policies.fr.md", "policies.en.md")[place])
    parts = [head.read_text(encoding="utf-8")]
    heads = (
        say("Nom", "Name"), say("Ce que c’est", "What it is"), say("Type", "Type"),
        say("Sans règle", "Unset"), say("Usage", "Use"), say("Côté sûr", "Safe side"),
        say("Registre", "Registry"), "MSI",
    )  # fmt: skip
    for area, words in SCHEMA.areas.items():
        parts.append(f"## {words[place]}\n")
        if SCHEMA.of(area):
            rows = [row(key, place, heads) for key in SCHEMA.of(area)]
            parts.append("\n".join([header(heads), *rows]) + "\n")
        group = SCHEMA.group(area)
        if group is not None:
            title = group.title[place].format(n="N")
            heading = f"### {title} (`[{area}.N]`, N = 1 {say('à', 'to')} {group.most})"
            rows = [row(key, place, heads, number=True) for key in group.keys]
            parts.append(f"{heading}\n\n{group.help[place]}\n")
            parts.append("\n".join([header(heads), *rows]) + "\n")
    return "\n".join(parts)


def header(heads: tuple[str, ...]) -> str:
    """The first two lines of a table."""
    return f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}"


def row(key: PolicyKey, place: int, heads: tuple[str, ...], *, number: bool = False) -> str:
    """One value."""
    kind = TYPES[key.kind][place]
    if key.choices:
        kind = ", ".join(f"`{name}`" for name, _ in key.choices)
    elif key.most:
        kind = f"{kind} {key.least}–{key.most}"
    unset = shown(key, key.start if key.default is None else key.default)[place]
    if key.required:
        unset = ("obligatoire", "required")[place]
    section = camel(key.section) + (r"\N" if number else "")
    cells = (
        f"`{key.name}`" if number else f"`{key.id}`",
        f"**{key.title[place]}.** {key.help[place]}",
        kind,
        unset,
        "" if number else USES[key.use][place],
        "" if key.safe is Side.DEFAULT else shown(key, key.safe)[place],
        rf"`{section}\{camel(key.name)}` {REGISTRY.get(key.kind, 'REG_SZ')}",
        "`" + msi_property(key.section, key.name).replace("_", "N_", int(number)) + "`",
    )
    assert len(cells) == len(heads)
    return "| " + " | ".join(one.replace("|", r"\|") for one in cells) + " |"


# -- the command -----------------------------------------------------------------------------------


def files() -> dict[Path, str]:
    """Every file, by its path from the root."""
    made = collect()
    return {
        FOLDER / "MelDesktop.admx": admx(made),
        **{FOLDER / one / "MelDesktop.adml": adml(made, at) for at, one in enumerate(LANGUAGES)},
        FOLDER / "policy.toml": toml(),
        Path("resources/docs/policies.fr.md"): document(0),
        Path("resources/docs/policies.md"): document(1),
    }


def stale(root: Path = ROOT) -> Iterator[Path]:
    """Files that are not as the schema makes them."""
    for path, text in files().items():
        there = root / path
        if not there.is_file() or there.read_text(encoding="utf-8") != text:
            yield path


def main(*, check: bool, root: Path = ROOT) -> int:
    """Write what is stale, or only tell."""
    found = list(stale(root))
    for path in found:
        print(f"{path}: {'stale' if check else 'written'}")
        if not check:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(files()[path], encoding="utf-8", newline="\n")
    return int(check and bool(found))
