"""The bill of materials of what ships: CycloneDX 1.6, the same octets for the same commit.

    python3 packaging/dev.py sbom [--for wheel|deb|msi]... [--python VERSION] [--out DIR]
    python3 packaging/dev.py sbom --for deb|msi --bundle DIR [--out DIR]

One file for each package in build/sbom. The parts are read from the wheels themselves
(trust.shipped); of a frozen program also its binaries, each below the part that it comes from, and
the exact version of the interpreter in it (trust.bundle). Serial number and time come from the
content and from SOURCE_DATE_EPOCH; each file is valid for the schema or is not written.
"""

from __future__ import annotations

import argparse
import sys
import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cyclonedx.factory.license import LicenseFactory
from cyclonedx.model import (
    ExternalReference,
    ExternalReferenceType,
    HashAlgorithm,
    HashType,
    Property,
    XsUri,
)
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from trust import bundle, shipped
from trust.licences import accepted
from trust.release import ROOT, ReleaseTrouble, source_date_epoch, version
from trust.shipped import Part

NAME: Final = "mel-desktop"
# Package -> system whose wheels are in it, the Python in it ("": none, what runs this counts).
PACKAGES: Final = {"wheel": ("linux", ""), "deb": ("linux", "3.13"), "msi": ("windows", "3.12.9")}
_SPACE: Final = uuid.uuid5(uuid.NAMESPACE_DNS, "mel-desktop.invalid")
_KINDS: Final = {"library": ComponentType.LIBRARY, "data": ComponentType.DATA}


def main(arguments: Sequence[str]) -> int:
    """``dev.py sbom``; its exit code."""
    parser = argparse.ArgumentParser(prog="packaging/dev.py sbom", description="CycloneDX 1.6")
    parser.add_argument("--for", dest="packages", action="append", choices=sorted(PACKAGES))
    parser.add_argument("--python", metavar="VERSION", help="the interpreter in the package")
    parser.add_argument("--bundle", type=Path, metavar="DIR", help="the frozen program in it")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "sbom", metavar="DIR")
    chosen = parser.parse_args(arguments)
    if chosen.bundle is not None and (chosen.python or chosen.packages not in (["deb"], ["msi"])):
        parser.error("--bundle goes with --for deb or --for msi, and tells the Python itself")
    try:
        for package in chosen.packages or PACKAGES:
            made = of_package(package, chosen.python, chosen.bundle)
            chosen.out.mkdir(parents=True, exist_ok=True)
            file = chosen.out / f"{NAME}-{version()}-{package}.cdx.json"
            file.write_bytes(made)
            print(f"{file} ({len(made):,} octets, valid)")
    except ReleaseTrouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    return 0


def of_package(package: str, python: str | None = None, folder: Path | None = None) -> bytes:
    """The bill of one package; ``folder``: of the frozen program in it. ReleaseTrouble."""
    system, usual = PACKAGES[package]
    python = bundle.python_inside(folder) if folder else python or usual
    target = shipped.targets({system: python} if python else None)[system]
    if folder:
        parts = bundle.parts(folder, target)
    else:
        parts = shipped.parts_of(target)
        if usual:
            parts += [shipped.interpreter(target), bundle.part_of_freezing()]
    return bill(package, [*parts, *shipped.data()], version(), source_date_epoch())


def bill(package: str, parts: Iterable[Part], of_version: str, epoch: int) -> bytes:
    """The document, checked against the schema. ReleaseTrouble."""
    allowed = shipped.book()["allowed"]
    root = Component(
        name=NAME,
        version=of_version,
        type=ComponentType.APPLICATION,
        bom_ref=NAME,
        licenses=[LicenseFactory().make_from_string("EUPL-1.2")],
        purl=PackageURL("generic", None, NAME, of_version),
        properties=[Property(name="mel:package", value=package)],
    )
    parts = list(parts)
    components = [component(part, NAME, allowed) for part in parts]
    listed = "\n".join(
        (*(str(one.bom_ref) for one in components), *(of for part in parts for _, of in part.files))
    )
    bom = Bom(
        serial_number=uuid.uuid5(_SPACE, f"{package} {of_version} {epoch}\n{listed}"),
        version=1,
        metadata=BomMetaData(component=root, timestamp=datetime.fromtimestamp(epoch, UTC)),
        components=components,
    )
    bom.register_dependency(root, components)
    text = JsonV1Dot6(bom).output_as_string(indent=1)
    check(text)
    return f"{text}\n".encode()


def check(text: str) -> None:
    """ReleaseTrouble unless it is valid CycloneDX 1.6, without anything that the schema lacks."""
    wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if wrong is not None:
        raise ReleaseTrouble(f"the bill of materials is not valid: {str(wrong.data)[:500]}")


def component(part: Part, of: str, allowed: dict[str, str]) -> Component:
    """A part with what is in it; the licence is the one it is used under."""
    ref = f"{of}/{part.name}@{part.version}"
    references = [
        ExternalReference(
            type=ExternalReferenceType.SOURCE_DISTRIBUTION, url=XsUri(part.source)
        )
    ]  # fmt: skip
    made = Component(
        name=part.name,
        version=None if " " in part.version else part.version,
        description=part.version if " " in part.version else None,
        type=_KINDS[part.kind],
        bom_ref=ref,
        licenses=[LicenseFactory().make_from_string(" AND ".join(accepted(part, allowed)))],
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=part.sha256)] if part.sha256 else [],
        external_references=references if part.source else [],
        components=[
            *(component(one, ref, allowed) for one in part.inner),
            *(
                Component(
                    name=name,
                    type=ComponentType.FILE,
                    bom_ref=f"{ref}/{name}",
                    hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest)],
                )
                for name, digest in part.files
            ),
        ],
    )
    if part.purl:
        made.purl = PackageURL.from_string(part.purl)
    return made
