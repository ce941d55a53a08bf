import json
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagehub.images.pipeline.marks import (
    ALL_VALUES,
    ENTRIES,
    TEXT,
    Marks,
    Origin,
    SourceType,
    bounded,
    plain,
    strongest,
)

TRAINED = SourceType.TRAINED_ALGORITHMIC_MEDIA
COMPOSITE = SourceType.COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA
CAPTURE = SourceType.DIGITAL_CAPTURE


@pytest.mark.parametrize(
    ("term", "origin"),
    [
        ("trainedAlgorithmicMedia", "ai"),
        ("compositeWithTrainedAlgorithmicMedia", "ai"),
        ("compositeSynthetic", "ai"),
        ("algorithmicMedia", "not-ai"),
        ("digitalCapture", "not-ai"),
        ("humanEdits", "not-ai"),
        ("composite", "unknown"),
        ("screenCapture", "unknown"),
        ("virtualRecording", "unknown"),
    ],
)
def test_a_source_type_says_what_its_definition_says(term: str, origin: str) -> None:
    assert SourceType(term).origin == origin


def test_a_source_type_has_its_full_name_and_its_equivalent_for_pages() -> None:
    assert TRAINED.uri == "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    assert TRAINED.schema_org == "https://schema.org/TrainedAlgorithmicMediaDigitalSource"
    assert COMPOSITE.schema_org == "https://schema.org/CompositeWithTrainedAlgorithmicMediaDigitalSource"
    assert CAPTURE.schema_org == ""


def test_an_edit_of_a_model_s_work_is_a_composite_and_of_others_nothing_is_said() -> None:
    assert [term.edited for term in (TRAINED, COMPOSITE, CAPTURE)] == [COMPOSITE, COMPOSITE, None]


@pytest.mark.parametrize(
    ("claims", "settled"),
    [
        ([], None),
        ([TRAINED], TRAINED),
        ([TRAINED, TRAINED], TRAINED),
        ([SourceType.COMPOSITE_SYNTHETIC], SourceType.COMPOSITE_SYNTHETIC),
        ([CAPTURE, TRAINED], COMPOSITE),
        ([TRAINED, COMPOSITE], COMPOSITE),
        ([CAPTURE], CAPTURE),
        ([SourceType.HUMAN_EDITS, CAPTURE], CAPTURE),
    ],
)
def test_contradictions_are_settled_for_the_model(claims: list[SourceType], settled: SourceType | None) -> None:
    assert strongest(claims) is settled
    assert strongest(reversed(claims)) is settled


def test_marks_survive_being_written_as_json() -> None:
    told = Marks(TRAINED, "ComfyUI", "a", "b", {"seed": 1, "cfg_scale": 1.5}, c2pa=True)
    assert Marks.of(json.loads(json.dumps(asdict(told)))) == told
    assert Marks.of(json.loads(json.dumps(asdict(Marks())))) == Marks()
    assert (told.origin, Marks().origin) == (Origin.AI, Origin.UNKNOWN)


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("  a\r\nb\tc  ", "a\nb\tc"),
        ("a\x00b\x1b[31mc\x85", "ab[31mc"),
        ("\ud83d alone \ude00", "\ufffd alone \ufffd"),
        ("x" * (TEXT + 5), "x" * TEXT),
        (["not", "text"], ""),
        (None, ""),
    ],
)
def test_text_is_kept_plain(raw: object, kept: str) -> None:
    assert plain(raw) == kept


def test_parameters_are_plain_values_with_names() -> None:
    entries: list[tuple[str, object]] = [
        ("seed", 1), ("seed", 2), ("", 3), ("\0", 4), ("list", []), ("none", None), ("nan", float("nan")),
        ("infinite", float("inf")), ("huge", 1 << 70), ("flag", True), ("text", "\0a"), ("empty", ""),
    ]  # fmt: skip
    assert bounded(entries) == {"seed": 1, "flag": True, "text": "a"}


def test_parameters_are_few_and_short() -> None:
    assert len(bounded((str(number), 1) for number in range(500))) == ENTRIES
    long = bounded((str(number), "x" * 9_000) for number in range(500))
    assert sum(len(name) + len(str(value)) for name, value in long.items()) <= ALL_VALUES


@given(st.text(alphabet=st.characters(), max_size=200))
def test_any_text_becomes_text_that_every_database_and_encoder_takes(raw: str) -> None:
    kept = plain(raw, 50)
    assert len(kept) <= 50
    assert kept.encode().decode() == kept
    assert not any(ord(letter) < 32 and letter not in "\n\t" for letter in kept)
