"""The same source for WiX 4 and later, as it is built on Windows.

    python packaging/windows/to_wix4.py FOLDER ICON OUT.wxs

FOLDER: what PyInstaller made. WiX 4 writes conditions, 8.3 names, code page and secure properties
itself, so that nothing is put right afterwards. Run ``wix build`` where this was run: files are
named relative to there.
"""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path
from typing import Final

sys.path[:0] = [str(Path(__file__).resolve().parents[number]) for number in (1, 2)]

from mel_desktop import __version__  # noqa: E402
from windows import wxs  # noqa: E402

NEW: Final = "http://wixtoolset.org/schemas/v4/wxs"


def converted(octets: bytes) -> bytes:
    """A source of WiX 3, with conditions in its components, as one of WiX 4."""
    root = ET.fromstring(octets)
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    (product,) = root.findall("Product")
    _package(product)
    _conditions(product)
    for element in product.iter():
        if element.attrib.pop("Win64", None):
            element.set("Bitness", "always64")
    for action in product.findall("CustomAction"):
        if file := action.attrib.pop("FileKey", None):
            action.set("FileRef", file)
    for sequence in ("InstallUISequence", "InstallExecuteSequence"):
        for custom in product.findall(f"{sequence}/Custom"):
            custom.set("Condition", custom.text or "")
            custom.text = None
    _standard_directories(product)
    secure = set(wxs.secure())
    for element in product.findall("Property"):
        if element.get("Id") in secure:
            element.set("Secure", "yes")
    there = {element.get("Id") for element in product.findall("Property")}
    for name in sorted(secure - there):
        ET.SubElement(product, "Property", Id=name, Secure="yes")
    root.set("xmlns", NEW)
    ET.indent(root)
    made: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return made + b"\n"


def _package(product: ET.Element) -> None:
    """Product and Package are one, the summary is of its own."""
    (old,) = product.findall("Package")
    product.tag = "Package"
    product.set("ProductCode", product.attrib.pop("Id"))
    product.set("Scope", "perMachine")
    product.set("InstallerVersion", old.get("InstallerVersion", "500"))
    product.set("Compressed", "yes")
    at = list(product).index(old)
    product.remove(old)
    product.insert(
        at,
        ET.Element(
            "SummaryInformation",
            Manufacturer=old.get("Manufacturer", ""),
            Description=old.get("Description", ""),
            Codepage="1252",
        ),
    )
    (media,) = product.findall("Media")
    at = list(product).index(media)
    product.remove(media)
    product.insert(at, ET.Element("MediaTemplate", EmbedCab="yes", CompressionLevel="high"))


def _conditions(product: ET.Element) -> None:
    for condition in product.findall("Condition"):
        condition.tag = "Launch"
        condition.set("Condition", (condition.text or "").strip())
        condition.text = None
    for component in product.iter("Component"):
        for condition in component.findall("Condition"):
            component.set("Condition", (condition.text or "").strip())
            component.set("Transitive", "yes")
            component.remove(condition)


def _standard_directories(product: ET.Element) -> None:
    """Those of Windows stand at the top; there is no TARGETDIR any more."""
    (target,) = [one for one in product.findall("Directory") if one.get("Id") == "TARGETDIR"]
    at = list(product).index(target)
    product.remove(target)
    for number, folder in enumerate(list(target)):
        folder.tag = "StandardDirectory"
        product.insert(at + number, folder)


def main(arguments: Sequence[str]) -> int:
    """Write the source."""
    if len(arguments) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    folder, icon, out = (Path(one).resolve() for one in arguments)
    source = wxs.Source(folder, icon, Path.cwd(), __version__)
    out.write_bytes(converted(wxs.document(source, conditions=True)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
