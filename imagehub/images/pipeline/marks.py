"""What a file says about where its picture came from: claims, read and bounded, never proof."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from imagehub.images.pipeline.formats import Format

VOCABULARY = "http://cv.iptc.org/newscodes/digitalsourcetype/"
TEXT = 8_000
"""Characters kept of a prompt."""

ENTRIES = 64
"""Parameters kept."""

NAME = 100
VALUE = 1_000
"""Characters kept of a parameter's name and value."""

ALL_VALUES = 4_000
"""Characters of all parameters together, so that a set of marks stays a small message."""

_SMALLEST, _BEYOND = -(1 << 63), 1 << 64  # what 64 bits hold, with or without a sign
_CONTROLS = {code: None for code in [*range(32), *range(127, 160)] if chr(code) not in "\n\t"}
_LONE = re.compile("[\ud800-\udfff]")

Value = str | int | float | bool


class Origin(StrEnum):
    """Whether a picture, or a part of it, was made by a trained model."""

    AI = "ai"
    NOT_AI = "not-ai"
    UNKNOWN = "unknown"


class SourceType(StrEnum):
    """A term of the IPTC's vocabulary of digital source types, retired ones included."""

    TRAINED_ALGORITHMIC_MEDIA = "trainedAlgorithmicMedia"
    COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA = "compositeWithTrainedAlgorithmicMedia"
    COMPOSITE_SYNTHETIC = "compositeSynthetic"
    ALGORITHMIC_MEDIA = "algorithmicMedia"
    ALGORITHMICALLY_ENHANCED = "algorithmicallyEnhanced"
    COMPOSITE = "composite"
    COMPOSITE_CAPTURE = "compositeCapture"
    COMPUTATIONAL_CAPTURE = "computationalCapture"
    DATA_DRIVEN_MEDIA = "dataDrivenMedia"
    DIGITAL_ART = "digitalArt"
    DIGITAL_CAPTURE = "digitalCapture"
    DIGITAL_CREATION = "digitalCreation"
    HUMAN_EDITS = "humanEdits"
    MINOR_HUMAN_EDITS = "minorHumanEdits"
    NEGATIVE_FILM = "negativeFilm"
    POSITIVE_FILM = "positiveFilm"
    PRINT = "print"
    SCREEN_CAPTURE = "screenCapture"
    SOFTWARE_IMAGE = "softwareImage"
    VIRTUAL_RECORDING = "virtualRecording"

    @property
    def uri(self) -> str:
        """The term as XMP and C2PA write it."""
        return VOCABULARY + self.value

    @property
    def origin(self) -> Origin:
        """What the term says by its definition; those that may or may not involve a model say nothing."""
        if self in _MADE_BY_A_MODEL:
            return Origin.AI
        return Origin.UNKNOWN if self in _UNDECIDED else Origin.NOT_AI

    @property
    def edited(self) -> Self | None:
        """The term for an edit of such a picture; nothing where an edit need not be marked."""
        edit = SourceType.COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA
        return type(self)(edit) if self.origin is Origin.AI else None

    @property
    def schema_org(self) -> str:
        """The schema.org equivalent of a term that says `ai`, for structured data on pages; else empty."""
        word = self.value[0].upper() + self.value[1:]
        return f"https://schema.org/{word}DigitalSource" if self.origin is Origin.AI else ""


_MADE_BY_A_MODEL = {
    SourceType.TRAINED_ALGORITHMIC_MEDIA,
    SourceType.COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA,
    SourceType.COMPOSITE_SYNTHETIC,
}
_UNDECIDED = {
    SourceType.COMPOSITE,
    SourceType.DATA_DRIVEN_MEDIA,
    SourceType.SCREEN_CAPTURE,
    SourceType.VIRTUAL_RECORDING,
}


@dataclass(frozen=True, slots=True)
class Marks:
    """Claims of a file about its picture: text without control characters, sizes within this module's bounds."""

    source_type: SourceType | None = None
    """What it calls itself, or what its generator's data makes of it."""
    generator: str = ""
    """The tool that made it, in our spelling; empty when none was recognised."""
    prompt: str = ""
    negative_prompt: str = ""
    parameters: Mapping[str, Value] = field(default_factory=dict)
    """Common names are ours (`model`, `seed`, `steps`, `cfg_scale`, `width` …), others the tool's."""
    c2pa: bool = False
    """Whether it carries the structure of a C2PA manifest; the signature is not checked."""

    @property
    def origin(self) -> Origin:
        """What the claims amount to."""
        return self.source_type.origin if self.source_type else Origin.UNKNOWN

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Self:
        """Read what `dataclasses.asdict` and JSON have made of marks."""
        term = facts["source_type"]
        return cls(**{**facts, "source_type": None if term is None else SourceType(term)})


UNMARKED = Marks()
WRITABLE = frozenset({Format.PNG, Format.JPEG, Format.WEBP, Format.GIF})
"""Formats that a mark can be written into without encoding anew."""


def strongest(terms: Iterable[SourceType]) -> SourceType | None:
    """Settle contradictions: a model's part outweighs everything, and in company it makes a composite."""
    found = sorted(set(terms))
    models = [term for term in found if term.origin is Origin.AI]
    if models and len(found) > 1:
        return SourceType.COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA
    return next(iter([*models, *found]), None)


def plain(text: object, most: int = TEXT) -> str:
    """Cut to `most` characters, and drop what no text of ours may hold: controls and halves of characters."""
    if not isinstance(text, str):
        return ""
    short = text[: 2 * most].replace("\r\n", "\n").translate(_CONTROLS)
    return _LONE.sub("\ufffd", short).strip()[:most]


def bounded(entries: Iterable[tuple[str, object]]) -> dict[str, Value]:
    """Keep plain values with a name, the first of each name, until the room is used up."""
    kept: dict[str, Value] = {}
    room = ALL_VALUES
    for raw, value in entries:
        name, plainly = plain(raw, NAME), _plain_value(value)
        room -= len(name) + len(str(plainly))
        if len(kept) == ENTRIES or room < 0:
            break
        if name and plainly is not None and plainly != "":
            kept.setdefault(name, plainly)
    return kept


def _plain_value(value: object) -> Value | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value if _SMALLEST <= value < _BEYOND else None  # not a number is neither
    return plain(value, VALUE) if isinstance(value, str) else None
