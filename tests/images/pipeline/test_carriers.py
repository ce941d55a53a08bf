import pytest

from imagehub.images.pipeline.carriers import TEXT, carried
from imagehub.images.pipeline.formats import Format, sniff
from tests.corpus import build, generated

FORMS = ["PNG", "JPEG", "WEBP", "GIF", "AVIF"]


@pytest.mark.parametrize("form", FORMS)
def test_a_packet_is_found_in_the_place_of_every_format(form: str) -> None:
    data = generated.with_packet(form)
    assert build.decoded(data).format == form
    assert generated.packet() in carried(data, sniff(data)).xmp


@pytest.mark.parametrize("form", FORMS)
def test_a_manifest_is_found_in_the_place_of_every_format(form: str) -> None:
    data = generated.with_manifest(form)
    assert build.decoded(data).format == form
    assert carried(data, sniff(data)).manifest.endswith(generated.manifest()[8:])


def test_a_manifest_in_several_segments_is_joined() -> None:
    body = generated.manifest("print")
    pieces = [build.segment(0xEB, b"JP\0\1\0\0\0" + bytes([n]) + part) for n, part in ((1, body[:60]), (2, body[60:]))]
    data = build.with_segments(build.encoded(build.picture(), "JPEG"), b"".join(pieces))
    assert carried(data, Format.JPEG).manifest == body


def test_other_boxes_in_its_places_are_no_manifest() -> None:
    data = generated.png_with(b"caBX", build.CANARY)
    assert carried(data, Format.PNG).manifest == b""
    photo = build.with_segments(
        build.encoded(build.picture(), "JPEG"), build.segment(0xEB, b"HDR_RI ver=11" + bytes(90))
    )
    assert carried(photo, Format.JPEG).manifest == b""


def test_of_texts_only_known_names_are_taken_and_of_each_the_first() -> None:
    first, second = (build.chunk(b"tEXt", b"parameters\0" + text) for text in (b"one", b"two"))
    unknown = build.chunk(b"tEXt", b"Comment\0" + build.CANARY) + build.chunk(b"tEXt", b"no end of a name" * 9)
    data = build.with_chunks(generated.png(prompt="p"), unknown + first + second)
    assert carried(data, Format.PNG).texts == {"parameters": "one", "prompt": "p"}


@pytest.mark.parametrize(
    ("body", "text"),
    [(b"caf\xc3\xa9", "café"), (b"caf\xe9", "café"), (b"x" * (TEXT + 9), "x" * TEXT), (b"", "")],
)
def test_text_is_read_as_its_writers_write_it(body: bytes, text: str) -> None:
    data = generated.png_with(b"tEXt", b"parameters\0" + body)
    assert carried(data, Format.PNG).texts == {"parameters": text}


def test_compressed_text_is_inflated_no_further_than_its_bound() -> None:
    data = generated.png_with(b"zTXt", b"parameters\0\0" + build.zeros(50_000_000))
    assert carried(data, Format.PNG).texts == {"parameters": "\0" * TEXT}


def test_nonsense_in_place_of_compressed_text_is_no_text() -> None:
    for kind, body in ((b"zTXt", b"parameters\0\0nonsense"), (b"iTXt", b"parameters\0\1\0\0\0nonsense")):
        assert carried(generated.png_with(kind, body), Format.PNG).texts == {"parameters": ""}
    assert carried(generated.png_with(b"iTXt", b"parameters\0\1"), Format.PNG).texts == {"parameters": ""}


def test_where_the_structure_breaks_the_rest_is_not_looked_at() -> None:
    data = generated.png(parameters="kept")
    cut = data[: data.index(b"kept") + 8] + build.chunk(b"tEXt", b"prompt\0behind")[:-6]
    assert carried(cut, Format.PNG).texts == {"parameters": "kept"}


def test_a_third_block_of_exif_is_not_believed() -> None:
    blocks = [build.segment(0xE1, generated.comment(f"text {number} long enough")) for number in range(9)]
    data = build.with_segments(build.encoded(build.picture(), "JPEG"), b"".join(blocks))
    assert list(carried(data, Format.JPEG).texts.values()) == ["text 0 long enough", "text 1 long enough"]
