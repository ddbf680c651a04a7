"""The source of the installer, in WiX's language, of a folder that PyInstaller made.

wixl 0.101 (Debian 12) and WiX 3 read it; to_wix4.py makes the form of WiX 4 and later of it. What
wixl leaves out is put right by post.py.

Rule 1: a component's GUID follows from the path of its file, so that it stays from version to
version; the same folder and version make the same octets.
Rule 2: what a version was told is found again by the next one (AppSearch), and what the command
line says goes before it: found values come under another name (KEPT_...), since AppSearch would
replace what was said.
Rule 3: Windows 10 calls itself 8.1 where an MSI asks (VersionNT 603, WindowsBuild 9600), so its
build is read in the registry.
"""

from __future__ import annotations

import hashlib
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from windows import properties

NAMESPACE: Final = "http://schemas.microsoft.com/wix/2006/wi"
OURS: Final = uuid.UUID("3d0b6a52-61a5-4d43-9d6e-0c9b6f1a7e20")
NAME: Final = "Mel Desktop"
MAKER: Final = "Mel Desktop"
WINDOWED: Final = "mel-desktop.exe"
CONSOLE: Final = "mel-desktop-cli.exe"
CABINET: Final = "mel.cab"
KEPT: Final = "KEPT_"
LEAST_BUILD: Final = 17763  # Windows 10 1809, the first that Qt 6.12 runs on
BUILD: Final = "WINDOWSBUILD"
FIRST_KEEPING: Final = 101  # after AppSearch (50) and LaunchConditions (100), before costing (800)
SHREDDING: Final = 1510  # after InstallInitialize, before anything is removed
SHRED_COMMAND: Final = "--json vault erase --everyone --yes"
CURRENT_VERSION: Final = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion"
CLIENT: Final = rf"Software\Clients\Mail\{NAME}"
EVENT_SOURCE: Final = rf"SYSTEM\CurrentControlSet\Services\EventLog\Application\{NAME}"
# Part of Windows: shows the text of an event as it is.
EVENT_MESSAGES: Final = r"%SystemRoot%\Microsoft.NET\Framework64\v4.0.30319\EventLogMessages.dll"

DOWNGRADE: Final = "Une version plus récente de Mel Desktop est déjà installée."
TOO_OLD: Final = "Mel Desktop demande Windows 10 version 1809 ou plus récent, en 64 bits."

# Component -> the condition under which it is installed; wixl knows none (post.py).
CONDITIONS: Final = {
    "MenuShortcut": 'SHORTCUTS<>"none"',
    "DesktopShortcut": 'SHORTCUTS="desktop"',
    "MailClient": 'MAILTO<>"0"',
    "Autostart": 'AUTOSTART="1"',
    "MachineFolder": 'VAULT_PLACE="machine"',
    "MachineVaults": 'VAULT_PLACE="machine"',
}


@dataclass(frozen=True, slots=True)
class Source:
    """``folder``: what PyInstaller made; ``icon``: an .ico file. Both are named relative to
    ``base``, where the compiler is started: wixl knows no other paths.
    """

    folder: Path
    icon: Path
    base: Path
    version: str


def guid(name: str) -> str:
    """As MSI writes them, the same for ever for one name."""
    return str(uuid.uuid5(OURS, name)).upper()


def product_code(version: str) -> str:
    """One for each version."""
    return guid(f"product {version}")


UPGRADE_CODE: Final = guid("upgrade")


def document(source: Source, *, conditions: bool = False) -> bytes:
    """The source as UTF-8. ``conditions``: within the components, which wixl cannot read."""
    if not (source.folder / WINDOWED).is_file() or not (source.folder / CONSOLE).is_file():
        raise FileNotFoundError(f"{source.folder}: {WINDOWED} and {CONSOLE} expected")
    root = ET.Element("Wix", xmlns=NAMESPACE)
    product = _product(root, source)
    _searches(product)
    _launch_conditions(product)
    components = _directories(product, source)
    _actions(product)
    feature = ET.SubElement(product, "Feature", Id="Main", Title=NAME, Level="1")
    for name in components:
        ET.SubElement(feature, "ComponentRef", Id=name)
    if conditions:
        for component in root.iter("Component"):
            if text := CONDITIONS.get(component.get("Id", "")):
                ET.SubElement(component, "Condition").text = text
    ET.indent(root)
    octets: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return octets + b"\n"


def _product(root: ET.Element, source: Source) -> ET.Element:
    product = ET.SubElement(
        root, "Product", Id=product_code(source.version), Name=NAME, Manufacturer=MAKER,
        Version=source.version, Language="1036", Codepage="1252", UpgradeCode=UPGRADE_CODE,
    )  # fmt: skip
    ET.SubElement(
        product, "Package", InstallerVersion="500", Compressed="yes", InstallScope="perMachine",
        Manufacturer=MAKER, Description=f"{NAME} {source.version}", Languages="1036",
        SummaryCodepage="1252",
    )  # fmt: skip
    ET.SubElement(product, "MajorUpgrade", DowngradeErrorMessage=DOWNGRADE)
    ET.SubElement(product, "Media", Id="1", Cabinet=CABINET, EmbedCab="yes")
    icon = source.icon.relative_to(source.base).as_posix()
    ET.SubElement(product, "Icon", Id="mel.ico", SourceFile=icon)
    for name, value in (
        ("ARPPRODUCTICON", "mel.ico"),
        ("ARPNOMODIFY", "1"),
        ("ARPCOMMENTS", "Le courrier et l’annuaire de l’établissement, hors ligne d’abord."),
        ("MsiHiddenProperties", ";".join(hidden())),
        ("MSIFASTINSTALL", "1"),  # no restore point: IT installs hundreds
    ):
        ET.SubElement(product, "Property", Id=name, Value=value)
    return product


def hidden() -> list[str]:
    """Properties whose values no log may hold."""
    return [name for one in properties.secret() for name in (one, KEPT + one)]


def secure() -> list[str]:
    """Properties that an installation carries over to its privileged half."""
    names = [name for one in properties.remembered() for name in (one, KEPT + one)]
    return [*names, properties.FORGET, properties.SHRED, BUILD]


def _searches(product: ET.Element) -> None:
    _search(product, BUILD, CURRENT_VERSION, "CurrentBuildNumber")
    for name, key in properties.remembered().items():
        _search(product, KEPT + name, key, name)


def _search(product: ET.Element, name: str, key: str, value: str) -> None:
    found = ET.SubElement(product, "Property", Id=name)
    ET.SubElement(
        found, "RegistrySearch", Id=_id("s", name), Root="HKLM", Key=key, Name=value, Type="raw",
        Win64="yes",
    )  # fmt: skip


def _launch_conditions(product: ET.Element) -> None:
    _condition(product, TOO_OLD, f"Installed OR (VersionNT64 AND {BUILD} >= {LEAST_BUILD})")
    for name, values in properties.SETUP.items():
        said = " OR ".join(f'{name}="{value}"' for value in values)
        message = f"{name} : {', '.join(values[:-1])} ou {values[-1]}."
        _condition(product, message, f"NOT {name} OR {said}")


def _condition(product: ET.Element, message: str, text: str) -> None:
    ET.SubElement(product, "Condition", Message=message).text = text


# -- Files, keys, shortcuts ------------------------------------------------------------------------


def _directories(product: ET.Element, source: Source) -> list[str]:
    """The tree below TARGETDIR; the ids of its components."""
    target = ET.SubElement(product, "Directory", Id="TARGETDIR", Name="SourceDir")
    programs = ET.SubElement(target, "Directory", Id="ProgramFiles64Folder")
    folder = ET.SubElement(programs, "Directory", Id=properties.FOLDER, Name=NAME)
    _files(folder, source, PurePosixPath())
    _said(folder)
    _mail_client(folder)
    _start(folder)
    menu = ET.SubElement(target, "Directory", Id="ProgramMenuFolder")
    _shortcut(menu, "MenuShortcut")
    desktop = ET.SubElement(target, "Directory", Id="DesktopFolder")
    _shortcut(desktop, "DesktopShortcut")
    common = ET.SubElement(target, "Directory", Id="CommonAppDataFolder")
    ours = ET.SubElement(common, "Directory", Id="MachineData", Name=NAME)
    vaults = ET.SubElement(ours, "Directory", Id="VaultsFolder", Name="Vaults")
    for parent, name in ((ours, "MachineFolder"), (vaults, "MachineVaults")):
        component = _component(parent, name)
        ET.SubElement(component, "CreateFolder")
        ET.SubElement(component, "RemoveFolder", Id=f"Remove{name}", On="uninstall")  # when empty
        _value(component, properties.SETUP_KEY, name, "1", key_path=True)
    return [one.get("Id", "") for one in product.iter("Component")]


def _files(parent: ET.Element, source: Source, below: PurePosixPath) -> None:
    """Each file a component of its own, as the installer wants them for repairs."""
    for path in sorted((source.folder / below).iterdir()):
        relative = below / path.name
        if path.is_dir():
            folder = ET.SubElement(
                parent, "Directory", Id=_id("d", str(relative)), Name=relative.name
            )
            _files(folder, source, relative)
            continue
        component = _component(parent, _id("c", str(relative)), f"file {relative}")
        ET.SubElement(
            component, "File", Id=_file_id(str(relative)), Name=relative.name, KeyPath="yes",
            Source=path.relative_to(source.base).as_posix(),
        )  # fmt: skip


def _file_id(relative: str) -> str:
    return {WINDOWED: "WindowedExe", CONSOLE: "ConsoleExe"}.get(relative) or _id("f", relative)


def _id(kind: str, name: str) -> str:
    return kind + hashlib.sha256(name.encode()).hexdigest()[:20]


def _component(parent: ET.Element, name: str, stable: str = "") -> ET.Element:
    return ET.SubElement(
        parent, "Component", Id=name, Guid=guid(stable or f"component {name}"), Win64="yes"
    )


def _value(
    component: ET.Element,
    key: str,
    name: str,
    value: str,
    *,
    kind: str = "string",
    key_path: bool = False,
) -> None:
    """One in HKLM; ``name`` "": the value of the key itself."""
    attributes = {"Root": "HKLM", "Key": key, "Type": kind, "Value": value}
    attributes |= {"Name": name} if name else {}
    attributes |= {"KeyPath": "yes"} if key_path else {}
    ET.SubElement(component, "RegistryValue", attributes)


def _said(folder: ET.Element) -> None:
    """What the command line said, for the program and for the next version."""
    component = _component(folder, "Said")
    _value(component, properties.SETUP_KEY, "Version", "[ProductVersion]", key_path=True)
    for name, key in properties.remembered().items():
        _value(component, key, name, f"[{name}]")


def _mail_client(folder: ET.Element) -> None:
    """mailto: and .eml can be given to us; Windows asks the person (RegisteredApplications)."""
    program = f"[{properties.FOLDER}]{WINDOWED}"
    component = _component(folder, "MailClient")
    mailto, eml = "MelDesktop.Url.mailto", "MelDesktop.eml"
    _value(component, rf"Software\Classes\{mailto}", "", "URL:mailto", key_path=True)
    _value(component, rf"Software\Classes\{mailto}", "URL Protocol", "")
    _value(component, rf"Software\Classes\{eml}", "", "Message électronique")
    for kind in (mailto, eml):
        _value(component, rf"Software\Classes\{kind}\DefaultIcon", "", f"{program},0")
        command = f'"{program}" -- "%1"'
        _value(component, rf"Software\Classes\{kind}\shell\open\command", "", command)
    _value(component, r"Software\Classes\.eml\OpenWithProgids", eml, "")
    _value(component, CLIENT, "", NAME)
    _value(component, rf"{CLIENT}\DefaultIcon", "", f"{program},0")
    _value(component, rf"{CLIENT}\shell\open\command", "", f'"{program}"')
    able = rf"{CLIENT}\Capabilities"
    _value(component, able, "ApplicationName", NAME)
    _value(component, able, "ApplicationDescription", "Courrier et annuaire de l’établissement")
    _value(component, able, "ApplicationIcon", f"{program},0")
    _value(component, rf"{able}\URLAssociations", "mailto", mailto)
    _value(component, rf"{able}\FileAssociations", ".eml", eml)
    _value(component, rf"{able}\StartMenu", "Mail", NAME)
    _value(component, r"Software\RegisteredApplications", NAME, able)


def _start(folder: ET.Element) -> None:
    """Started by its name, at sign-in by wish; and its name in the event log."""
    program = f"[{properties.FOLDER}]{WINDOWED}"
    named = _component(folder, "AppPath")
    paths = rf"Software\Microsoft\Windows\CurrentVersion\App Paths\{WINDOWED}"
    _value(named, paths, "", program, key_path=True)
    events = _component(folder, "EventSource")
    _value(
        events, EVENT_SOURCE, "EventMessageFile", EVENT_MESSAGES, kind="expandable", key_path=True
    )
    _value(events, EVENT_SOURCE, "TypesSupported", "7", kind="integer")
    run = _component(folder, "Autostart")
    key = r"Software\Microsoft\Windows\CurrentVersion\Run"
    _value(run, key, NAME, f'"{program}"', key_path=True)


def _shortcut(parent: ET.Element, name: str) -> None:
    component = _component(parent, name)
    ET.SubElement(
        component, "Shortcut", Id=f"{name}Link", Name=NAME, Icon="mel.ico",
        Description="Courrier et annuaire de l’établissement",
        Target=f"[{properties.FOLDER}]{WINDOWED}", WorkingDirectory=properties.FOLDER,
    )  # fmt: skip
    _value(component, properties.SETUP_KEY, name, "1", kind="integer", key_path=True)


# -- Actions ---------------------------------------------------------------------------------------


def _actions(product: ET.Element) -> None:
    keeping = dict(_keeping())
    for name in keeping:
        ET.SubElement(
            product, "CustomAction", Id=f"Keep_{name}", Property=name, Value=f"[{KEPT}{name}]"
        )
    ET.SubElement(
        product, "CustomAction", Id="ShredVaults", FileKey="ConsoleExe", ExeCommand=SHRED_COMMAND,
        Execute="deferred", Impersonate="no", Return="check",
    )  # fmt: skip
    for table in ("InstallUISequence", "InstallExecuteSequence"):
        sequence = ET.SubElement(product, table)
        _scheduled(sequence, keeping)
        if table == "InstallExecuteSequence":
            custom = ET.SubElement(
                sequence, "Custom", Action="ShredVaults", Sequence=str(SHREDDING)
            )
            custom.text = f'REMOVE="ALL" AND {properties.SHRED}="1" AND NOT UPGRADINGPRODUCTCODE'


def _keeping() -> Iterator[tuple[str, str]]:
    """Property -> when the value of before is taken over."""
    for name in properties.remembered():
        yield name, f'NOT {name} AND {KEPT}{name} AND {properties.FORGET}<>"1"'


def _scheduled(sequence: ET.Element, keeping: Mapping[str, str]) -> None:
    for number, (name, condition) in enumerate(keeping.items(), FIRST_KEEPING):
        custom = ET.SubElement(sequence, "Custom", Action=f"Keep_{name}", Sequence=str(number))
        custom.text = condition
