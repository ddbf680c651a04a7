"""Data that ships with the program and may be renewed by a signed file: what is in force."""

from __future__ import annotations

from enum import Enum

from mel_desktop.model.values import dataclass


class DataKind(Enum):
    """What a signed file may bring."""

    PROVIDERS = "providers"
    HOLIDAYS = "school-holidays"
    LIMITS = "sending-limits"
    SERVICES = "services"


class DataPlace(Enum):
    """Where the data in force came from, the strongest first."""

    POLICY = "policy"
    UPDATE = "update"
    SHIPPED = "shipped"


@dataclass(frozen=True, slots=True)
class DataPolicy:
    """``place``: a file (providers) or a folder (of any kind) that stands above what the teacher
    has, "" for none. Absolute; read only.
    """

    place: str = ""


@dataclass(frozen=True, slots=True)
class DataFacts:
    """``version``: YYYYMMDDnn. ``trouble``: a stronger place that could not be read, as a code."""

    kind: DataKind
    version: int
    place: DataPlace
    trouble: str = ""
