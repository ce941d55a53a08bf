import gc
import json
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imagehub.images.pipeline import wire
from imagehub.images.pipeline.formats import sniff
from imagehub.images.pipeline.marks import Marks, Origin, SourceType
from imagehub.images.pipeline.reading import marks
from tests.corpus import build, generated, odd

TRAINED = SourceType.TRAINED_ALGORITHMIC_MEDIA
COMPOSITE = SourceType.COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA
FORMS = ["PNG", "JPEG", "WEBP", "GIF", "AVIF"]
PARTS = (generated.PROMPT, generated.NEGATIVE)


def told(data: bytes) -> Marks:
    return marks(data, sniff(data))


@pytest.mark.parametrize("name", generated.AUTOMATIC1111)
def test_automatic1111_is_read_wherever_it_writes(name: str) -> None:
    read = told(generated.AUTOMATIC1111[name]())
    assert read == Marks(TRAINED, "Automatic1111", *PARTS, generated.A1111_PARAMETERS)


@pytest.mark.parametrize("name", generated.COMFYUI)
def test_comfyui_is_read_wherever_it_writes(name: str) -> None:
    assert told(generated.COMFYUI[name]()) == Marks(TRAINED, "ComfyUI", *PARTS, generated.GRAPH_PARAMETERS)


def test_invokeai_is_read() -> None:
    data = generated.png(invokeai_metadata=json.dumps(generated.INVOKEAI))
    assert told(data) == Marks(TRAINED, "InvokeAI", *PARTS, generated.INVOKEAI_PARAMETERS)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("term", "origin"),
    [("trainedAlgorithmicMedia", "ai"), ("digitalCapture", "not-ai"), ("screenCapture", "unknown")],
)
def test_a_source_type_is_read_in_every_format(form: str, term: str, origin: str) -> None:
    read = told(generated.with_packet(form, generated.packet(term)))
    assert read == Marks(SourceType(term))
    assert read.origin == origin


@pytest.mark.parametrize("form", FORMS)
def test_a_manifest_is_seen_and_its_source_types_count(form: str) -> None:
    assert told(generated.with_manifest(form)) == Marks(c2pa=True)
    assert told(generated.with_manifest(form, "trainedAlgorithmicMedia")) == Marks(TRAINED, c2pa=True)
    assert told(generated.with_manifest(form, "digitalCapture", "trainedAlgorithmicMedia")) == Marks(
        COMPOSITE, c2pa=True
    )


@pytest.mark.parametrize("form", FORMS)
def test_a_plain_picture_claims_nothing(form: str) -> None:
    assert told(build.encoded(build.picture(), form)) == Marks()


@pytest.mark.parametrize("name", odd.TABLE)
def test_an_odd_picture_claims_nothing(name: str) -> None:
    assert told(odd.TABLE[name]()) == Marks()


@pytest.mark.parametrize(
    ("term", "settled"),
    [
        ("digitalCapture", COMPOSITE),
        ("compositeSynthetic", SourceType.COMPOSITE_SYNTHETIC),
        ("trainedAlgorithmicMedia", TRAINED),
    ],
)
def test_a_generator_s_data_outweigh_a_contradicting_claim(term: str, settled: SourceType) -> None:
    texts = build.chunk(b"tEXt", b"parameters\0Steps: 1")
    data = build.with_chunks(generated.with_packet("PNG", generated.packet(term)), texts)
    assert told(data).source_type is settled


BLOCK = generated.comment(generated.A1111)


@pytest.mark.parametrize("length", range(0, len(BLOCK), 7))
def test_exif_that_ends_too_early_is_no_error(length: int) -> None:
    photo = build.encoded(build.picture(), "JPEG")
    assert told(build.with_segments(photo, build.segment(0xE1, BLOCK[:length]))).origin in Origin


@pytest.mark.parametrize("seed", range(20))
def test_mutated_exif_is_no_error(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # repeatable on purpose
    photo = build.encoded(build.picture(), "JPEG")
    for _ in range(20):
        block = bytearray(BLOCK)
        for _ in range(chance.choice([1, 3, 9])):
            block[chance.randrange(6, 60)] = chance.choice([0, 1, 255, chance.randrange(256)])
        assert told(build.with_segments(photo, build.segment(0xE1, bytes(block)))).origin in Origin


def _json(entries: int) -> str:
    return json.dumps({str(number): number for number in range(entries)})


def _directories() -> bytes:
    entry = b"\x87\x69\0\4\0\0\0\1\0\0\0\x08"
    return b"MM\0*\0\0\0\x08" + (500).to_bytes(2, "big") + entry * 500


PLAIN = build.encoded(build.picture(), "PNG")
PHOTO = build.encoded(build.picture(), "JPEG")
EXPENSIVE: dict[str, Callable[[], bytes]] = {
    "200,000 texts": lambda: build.with_chunks(PLAIN, build.chunk(b"tEXt", b"parameters\0x") * 200_000),
    "9,000 texts": lambda: build.with_chunks(PLAIN, build.chunk(b"tEXt", b"parameters\0x") * 9_000),
    "texts that inflate": lambda: build.with_chunks(
        PLAIN,
        b"".join(
            build.chunk(b"zTXt", name + b"\0\0" + build.zeros(100_000_000))
            for name in (b"parameters", b"prompt", b"workflow", b"invokeai_graph")
        ),
    ),
    "packets that inflate": lambda: build.with_chunks(
        PLAIN, build.chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + build.zeros(5_000_000)) * 200
    ),
    "1 MB of parameters": lambda: generated.png(parameters="Steps: 1, " + "a" * 1_000_000),
    "a comment of 1 MB": lambda: generated.png(Comment="a" * 1_000_000),
    "many last lines": lambda: generated.png(parameters="Steps: 1\n" * 100_000),
    "many pairs": lambda: generated.png(parameters="Steps: 1, " + "a:b," * 200_000),
    "quotes without an end": lambda: generated.png(parameters="Steps: 1, " + 'a:"' * 200_000),
    "deep JSON": lambda: generated.png(prompt="[" * 260_000, workflow='{"a":' * 50_000),
    "wide JSON": lambda: generated.png(prompt=_json(19_000), parameters="Steps: 1\n" * 28_000),
    "lists in JSON": lambda: generated.png(prompt='{"a":[' + "[]," * 80_000 + "[]]}"),
    "entities": lambda: generated.with_packet(
        "PNG", b"<!DOCTYPE l [<!ENTITY a 'ha'>" + b"<!ENTITY b '&a;&a;&a;&a;'>" * 9_000 + b"]><l>&b;</l>"
    ),
    "many mentions": lambda: generated.with_packet("PNG", (b":DigitalSourceType" + b" " * 280) * 3_000),
    "directories in PNG": lambda: build.with_chunks(PLAIN, build.chunk(b"eXIf", _directories()) * 1_500),
    "directories in JPEG": lambda: build.with_segments(
        PHOTO, build.segment(0xE1, b"Exif\0\0" + _directories()) * 1_500
    ),
    "9,900 segments": lambda: build.with_segments(
        PHOTO, build.segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + generated.packet("print")) * 9_900
    ),
    "a long manifest": lambda: build.with_segments(
        PHOTO, build.segment(0xEB, b"JP\0\1\0\0\0\1" + generated.manifest("print") * 100) * 200
    ),
    "blocks of one byte": lambda: generated.with_packet("GIF", b"\1a" * 4_000_000),
    "9,900 chunks": lambda: build.riff(
        build.encoded(build.picture(), "WEBP")[12:], build.riff_chunk(b"XMP ", b"ab") * 9_900
    ),
}


@pytest.mark.parametrize("name", EXPENSIVE)
def test_reading_costs_little_whatever_the_file(name: str) -> None:
    data = EXPENSIVE[name]()
    with _a_small_heap():
        assert any(_seconds(data) < 0.1 for _ in range(3))  # a busy machine doubles what 0.05 are enough for


@contextmanager
def _a_small_heap() -> Iterator[None]:
    """Let the collector see what is new only, as in a decoder's process, which holds little else."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def _seconds(data: bytes) -> float:
    started = time.process_time()
    told(data)
    return time.process_time() - started


def test_the_longest_marks_fit_into_a_message() -> None:
    smiles = "\U0001f600" * 9_000
    pairs = ",".join(f"\U0001f600{number}: {smiles[:60]}" for number in range(70))
    read = told(generated.png(parameters=f"{smiles}\nNegative prompt: {smiles}\nSteps: 1, {pairs}"))
    assert (len(read.prompt), len(read.negative_prompt)) == (8_000, 8_000)
    assert len(json.dumps(asdict(read))) < wire.MOST_HEAD


TEXTS = st.dictionaries(
    st.sampled_from(["parameters", "prompt", "workflow", "invokeai_metadata", "invokeai_graph"]),
    st.one_of(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=80),
        st.lists(
            st.sampled_from(
                [
                    "Steps: 1",
                    ", ",
                    '"',
                    "\n",
                    "Negative prompt:",
                    "Seed: ",
                    "9" * 30,
                    "{",
                    "}",
                    "[",
                    "]",
                    ":",
                    '"class_type"',
                ]
            )
        ).map("".join),
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.integers() | st.sampled_from(["1", "text", "\0", "positive"]),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(
                        ["1", "2", "class_type", "inputs", "text", "positive", "negative", "model", "seed"]
                    ),
                    inner,
                    max_size=5,
                )
            ),
            max_leaves=12,
        ).map(json.dumps),
    ),
)


@settings(deadline=None)
@given(TEXTS)
def test_no_text_is_an_error_and_what_is_read_can_be_sent(texts: dict[str, str]) -> None:
    read = told(generated.png(**texts))
    assert Marks.of(json.loads(json.dumps(asdict(read), allow_nan=False))) == read
    read.prompt.encode()


@settings(deadline=None)
@given(st.binary(max_size=120), st.sampled_from([b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"caBX"]))
def test_no_chunk_is_an_error(body: bytes, kind: bytes) -> None:
    for head in (b"", b"parameters\0", b"XML:com.adobe.xmp\0\1\0", b"II*\0\x08\0\0\0"):
        assert told(generated.png_with(kind, head + body)).origin in Origin


@pytest.mark.parametrize("form", FORMS)
def test_a_mutated_file_is_no_error(form: str) -> None:
    original = bytearray(generated.with_manifest(form, "trainedAlgorithmicMedia"))
    chance = random.Random(form)  # noqa: S311  # repeatable on purpose
    for _ in range(200):
        mutated = original.copy()
        for _ in range(chance.choice([1, 2, 8])):
            mutated[chance.randrange(12, len(mutated))] = chance.randrange(256)
        assert told(bytes(mutated)).origin in Origin
