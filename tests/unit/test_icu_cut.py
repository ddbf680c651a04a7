"""packaging/frozen/icu.py: Qt answers with the cut data as with all; the library stays whole."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

FROZEN = Path(__file__).resolve().parents[2] / "packaging" / "frozen"
LIBRARIES = Path(str((find_spec("PySide6") or pytest.fail("no PySide6")).origin)).parent / "Qt/lib"
pytestmark = pytest.mark.skipif(
    not list(LIBRARIES.glob("libicudata.so.*")), reason="Qt's wheel carries ICU on Linux alone"
)

# Run twice, with the library before and after: all that Qt can ask of ICU, as one JSON text.
ASKED = r"""
import ctypes, json, pathlib, sys
from PySide6.QtCore import QCollator, QDateTime, QLocale, QStringDecoder, QTimeZone, Qt
folder, number = pathlib.Path(sys.argv[1]), sys.argv[2]
told = {}
words = ["f", "é", "e", "è", "eau", "zéro", "œuvre", "ovale", "oz", "c10", "c9", "Élan", "elan",
         "cote", "coté", "côte", "côté", "île", "Ile", "ça",
         "-a", "a b", "ab", "Ångström", "ß", "日本"]
for locale in ("fr_FR", "fr_CA", "fr_BE", "en_US", "en_GB", "C"):
    for numeric in (False, True):
        order = QCollator(QLocale(locale))
        order.setNumericMode(numeric)
        told[f"order {locale} {numeric}"] = sorted(words, key=order.sortKey)
        told[f"compare {locale} {numeric}"] = [order.compare(a, b) for a in words for b in words]
    order.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    told[f"case {locale}"] = [order.compare("Été", one) for one in ("été", "ete", "étés")]
moments = [QDateTime.fromSecsSinceEpoch(at) for at in (0, 1_700_000_000, 1_784_000_000)]
for locale in map(QLocale, ("fr_FR", "fr_CA", "en_US", "en_GB")):
    name = locale.name()
    told[f"formats {name}"] = [
        locale.toString(one.toTimeZone(QTimeZone(b"Europe/Paris")), kind)
        for one in moments
        for kind in (QLocale.FormatType.LongFormat, QLocale.FormatType.ShortFormat)
    ]
    told[f"texts {name}"] = [locale.toString(1234567.891, "f", 2), locale.toCurrencyString(12.5),
                             locale.toUpper("été œuf ß ı"), locale.toLower("ÉTÉ ŒUF İ")]
    for zone in sorted(bytes(one.data()) for one in QTimeZone.availableTimeZoneIds()):
        there = QTimeZone(zone)
        told[f"zone {name} {zone.decode()}"] = [there.offsetFromUtc(moments[1])] + [
            there.displayName(time, kind, locale)
            for time in (QTimeZone.TimeType.StandardTime, QTimeZone.TimeType.DaylightTime)
            for kind in (QTimeZone.NameType.LongName, QTimeZone.NameType.ShortName)
        ] if name in ("fr_FR", "en_US") or zone.startswith(b"Europe/") else []
told["codecs"] = sorted(QStringDecoder.availableCodecs())
told["valid"] = [one for one in told["codecs"] if QStringDecoder(one).isValid()]
uc = ctypes.CDLL(str(folder / f"libicuuc.so.{number}"))
call = lambda name: getattr(uc, f"{name}_{number}")
call("ucnv_open").restype = ctypes.c_void_p
call("ucnv_getAvailableName").restype = ctypes.c_char_p
octets = [bytes(range(32, 256)), b"\x1b$B$3$s\x1b(B", b"\x82\xa0\x83e\x95\x5c",
          b"\xd6\xd0\xce\xc4", b"\x81\x30\x81\x30\x84\x31\xa4\x37", b"\xf0\xd2\xc9",
          b"\xe9t\xe9 \x80 \x9c\x93", b"~{VPND~}"]
for row in range(call("ucnv_countAvailable")()):
    name = call("ucnv_getAvailableName")(row)
    answers = []
    for text in octets:
        error, room = ctypes.c_int(0), ctypes.create_string_buffer(4096)
        open_one = ctypes.c_void_p(call("ucnv_open")(name, ctypes.byref(error)))
        length = call("ucnv_toUChars")(open_one, room, 2048, text, len(text), ctypes.byref(error))
        call("ucnv_close")(open_one)
        answers.append([error.value, room.raw[:2 * max(length, 0)].hex()])
    told["converter " + name.decode()] = answers
"""
# What a language that was cut gets, with that language set in the system as well.
OTHER = r"""
import json, pathlib, sys
from PySide6.QtCore import QCollator, QLocale, QTimeZone
told = {}
for locale in ("", "sv_SE", "de_DE", "zh_CN", "fr_FR"):
    order = QCollator(QLocale(locale)) if locale else QCollator()
    told[locale] = sorted(["z", "ö", "o", "å", "a"], key=order.sortKey)
    told["zone " + locale] = QTimeZone(b"Europe/Paris").displayName(
        QTimeZone.TimeType.StandardTime, QTimeZone.NameType.LongName, QLocale(locale))
"""
# After either: which of ICU's data was loaded, and the answers.
TOLD = r"""
maps = pathlib.Path("/proc/self/maps").read_text().splitlines()
print(json.dumps([sorted({line.split()[-1] for line in maps if "libicudata" in line}), told]))
"""


@pytest.fixture
def icu(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The module; its folder comes and goes with the test."""
    monkeypatch.syspath_prepend(str(FROZEN))
    yield __import__("icu")
    sys.modules.pop("icu", None)


@pytest.fixture
def whole() -> Path:
    """ICU's data as the wheel brings it."""
    return next(LIBRARIES.glob("libicudata.so.*"))


def answers(library: Path, asked: str = ASKED, language: str = "C.UTF-8") -> dict[str, Any]:
    """What Qt says with this library, which its loader takes for the name's sake."""
    env = {**os.environ, "LD_PRELOAD": str(library), "TZ": "Europe/Paris", "LC_ALL": language}
    words = [sys.executable, "-c", asked + TOLD, str(LIBRARIES), library.name.rpartition(".")[2]]
    done = subprocess.run(words, env=env, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    loaded, told = json.loads(done.stdout)
    assert loaded == [str(library.resolve())]
    return dict(told)


def test_qt_answers_with_the_cut_data_as_with_all(icu: Any, whole: Path, tmp_path: Path) -> None:
    less = tmp_path / whole.name
    less.write_bytes(icu.cut_library(whole.read_bytes()))
    before, after = answers(whole), answers(less)
    assert [key for key in before if before[key] != after.get(key)] == []
    assert before.keys() == after.keys()
    order = after["order fr_FR False"]
    assert order.index("e") < order.index("é") < order.index("eau") < order.index("f")
    assert "heure d’été d’Europe centrale" in after["zone fr_FR Europe/Paris"]
    valid = {name.lower() for name in after["valid"]}
    assert {"windows-1252", "iso-2022-jp", "gb18030", "shift_jis", "koi8-r"} <= valid
    assert len([key for key in after if key.startswith("converter ")]) > 200


def test_another_language_gets_the_order_of_all(icu: Any, whole: Path, tmp_path: Path) -> None:
    less = tmp_path / whole.name
    less.write_bytes(icu.cut_library(whole.read_bytes()))
    told = answers(less, OTHER, "sv_SE.UTF-8")
    common = ["a", "å", "o", "ö", "z"]
    assert [told[one] for one in ("", "sv_SE", "de_DE", "zh_CN", "fr_FR")] == [common] * 5
    assert answers(whole, OTHER, "sv_SE.UTF-8")["sv_SE"] == ["a", "o", "z", "å", "ö"]
    assert told["zone fr_FR"] == "heure normale d’Europe centrale"
    assert all(told[name] for name in told if name.startswith("zone "))


def dynamic(octets: bytes) -> list[tuple[int, int]]:
    """Offset and address of the dynamic section: by the segments, then by the sections."""
    segments, sections = struct.unpack_from("<QQ", octets, 32)
    rows = range(segments, segments + 56 * octets[56], 56)
    found = [struct.unpack_from("<QQ", octets, row + 8) for row in rows if octets[row] == 2]
    rows = range(sections, sections + 64 * octets[60], 64)
    found += [struct.unpack_from("<QQ", octets, row + 16) for row in rows if octets[row + 4] == 6]
    (offset, address), (address_again, offset_again) = found
    return [(offset, address), (offset_again, address_again)]


def test_the_library_keeps_its_names_and_loses_three_quarters(icu: Any, whole: Path) -> None:
    before = whole.read_bytes()
    after = icu.cut_library(before)
    assert len(after) < len(before) * 0.3
    assert icu.cut_library(before) == after
    assert icu.cut_library(after) == after
    for word in (whole.name.encode() + b"\0", b"icudt", b"$ORIGIN\0"):
        assert word in after[:4096]
    assert len(set(dynamic(after))) == 1
    gone = {old - new for old, new in zip(dynamic(before)[0], dynamic(after)[0], strict=True)}
    assert gone == {len(before) - len(after)}
    assert gone.pop() % 4096 == 0


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("root.res", True), ("fr.res", True), ("fr_CA.res", True), ("en_150.res", True),
        ("de.res", False), ("ff_Adlm.res", False), ("coll/fr.res", True), ("coll/zh.res", False),
        ("frr.res", False), ("zone/pool.res", True), ("ibm-943_P15A-2003.cnv", True),
        ("zoneinfo64.res", True), ("supplementalData.res", True), ("brkitr/word.brk", True),
        ("brkitr/line_loose.brk", True), ("brkitr/line_cj.brk", False),
        ("brkitr/thaidict.dict", False), ("translit/root.res", False), ("rbnf/fr.res", False),
        ("zh_Hant_TW.res", False), ("sr_Latn_RS.res", False), ("something.new", True),
    ],
)  # fmt: skip
def test_what_stays(icu: Any, name: str, kept: bool) -> None:
    assert icu.keep(name) is kept


def bundle(folder: Path, whole: Path, *calls: bytes) -> Path:
    """A folder with the data and one library that asks ICU."""
    (folder / "Qt/lib").mkdir(parents=True)
    asking = b"\0libicuuc.so.73\0" + b"".join(call + b"\0" for call in calls)
    (folder / "Qt/lib/libQt6Core.so.6").write_bytes(asking)
    (folder / "Qt/lib" / whole.name).write_bytes(whole.read_bytes())
    (folder / whole.name).symlink_to(Path("Qt/lib") / whole.name)
    return folder / "Qt/lib" / whole.name


def test_a_bundle_is_cut_in_its_place(icu: Any, whole: Path, tmp_path: Path) -> None:
    data = bundle(tmp_path, whole, b"ucol_open_73", b"ucnv_open_73")
    data.chmod(0o640)
    assert icu.in_bundle(tmp_path) == whole.stat().st_size - data.stat().st_size > 20_000_000
    assert data.stat().st_mode & 0o777 == 0o640
    assert sorted(one.name for one in data.parent.iterdir()) == ["libQt6Core.so.6", whole.name]


def test_another_call_leaves_all_as_it_is(icu: Any, whole: Path, tmp_path: Path) -> None:
    data = bundle(tmp_path, whole, b"ucol_open_73", b"ubrk_open_73")
    with pytest.raises(icu.CannotCut, match="ubrk"):
        icu.in_bundle(tmp_path)
    assert data.stat().st_size == whole.stat().st_size
    data.unlink()
    with pytest.raises(icu.CannotCut, match="0 libraries"):
        icu.in_bundle(tmp_path)


@pytest.mark.parametrize("share", [0.0001, 0.5, 0.9])
def test_a_torn_library_is_refused_and_left(
    icu: Any, whole: Path, tmp_path: Path, share: float
) -> None:
    data = bundle(tmp_path, whole, b"ucol_open_73")
    torn = whole.read_bytes()[: int(whole.stat().st_size * share)]
    data.write_bytes(torn)
    with pytest.raises(icu.CannotCut, match="torn"):
        icu.in_bundle(tmp_path)
    assert data.read_bytes() == torn
    assert sorted(one.name for one in data.parent.iterdir()) == ["libQt6Core.so.6", whole.name]


def test_another_file_is_refused(icu: Any, whole: Path) -> None:
    good = whole.read_bytes()
    with pytest.raises(icu.CannotCut, match="64 bits"):
        icu.cut_library(b"MZ" + good[2:4096])
    with pytest.raises(icu.CannotCut, match="one symbol"):
        icu.cut_library(good.replace(b"icudt", b"other", 1))
    at = good.index(b"CmnD")
    with pytest.raises(icu.CannotCut, match="no package"):
        icu.cut_library(good[:at] + b"ResB" + good[at + 4 :])
