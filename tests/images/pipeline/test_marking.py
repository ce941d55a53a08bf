import io
import random
import struct
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from imagehub.images.pipeline import jpeg, png, webp
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.limits import Limits
from imagehub.images.pipeline.marking import mark_of, marked
from imagehub.images.pipeline.marks import SourceType
from imagehub.images.pipeline.probe import probe
from imagehub.images.pipeline.refusals import Refusal
from imagehub.images.pipeline.sanitise import clean
from tests.corpus import build, generated, odd

TRAINED = SourceType.TRAINED_ALGORITHMIC_MEDIA
COMPOSITE = SourceType.COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA
PICTURES = frozenset({Format.JPEG, Format.PNG, Format.WEBP})
CLEANED = sorted(odd.TABLE)


def cleaned(name: str) -> tuple[bytes, Format]:
    made = clean(odd.TABLE[name](), formats=PICTURES, limits=Limits())
    return made.data, made.format


def streams(data: bytes, form: Format) -> list[bytes]:
    """Everything of a file that decodes to pixels, compressed as it is."""
    if form is Format.PNG:
        return [data[chunk.start : chunk.end] for chunk in png.chunks(data) if chunk.kind != b"iTXt"]
    if form is Format.JPEG:
        return [data[part.start : part.end] for part in jpeg.segments(data) if part.marker != jpeg.APP1]
    found = (chunk for chunk in webp.chunks(data) if chunk.kind not in {b"XMP ", b"VP8X"})
    return [data[chunk.start : chunk.end] for chunk in found]


@pytest.mark.parametrize("name", CLEANED)
def test_a_mark_leaves_pixels_and_compressed_data_as_they_are(name: str) -> None:
    data, form = cleaned(name)
    made = marked(data, form, TRAINED)
    assert streams(made, form) == streams(data, form)
    before, after = build.decoded(data), build.decoded(made)
    assert (after.mode, after.size, after.tobytes()) == (before.mode, before.size, before.tobytes())
    assert after.info.get("icc_profile") == before.info.get("icc_profile")
    assert mark_of(made, form) is TRAINED


@pytest.mark.parametrize("name", CLEANED)
def test_a_marked_file_is_sound_and_cleans_to_what_it_was(name: str) -> None:
    data, form = cleaned(name)
    made = marked(data, form, TRAINED)
    facts = probe(made, formats=PICTURES, limits=Limits())
    assert (facts.format, facts.width, facts.height) == (form, *build.decoded(data).size)
    assert clean(made, formats=PICTURES, limits=Limits()).data == data


@pytest.mark.parametrize("name", CLEANED)
def test_a_new_mark_takes_the_place_of_the_former(name: str) -> None:
    data, form = cleaned(name)
    once = marked(data, form, COMPOSITE)
    again = marked(marked(data, form, TRAINED), form, COMPOSITE)
    assert again == once
    assert again.count(b"digitalsourcetype") == 1
    assert mark_of(again, form) is COMPOSITE


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_other_readers_find_the_packet(form: str) -> None:
    made = marked(build.encoded(build.picture(), form), Format(form.lower()), TRAINED)
    with Image.open(io.BytesIO(made)) as image:
        packet = ET.fromstring(image.info["xmp"])  # noqa: S314  # our own packet
    (description,) = packet.iter("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}Description")
    assert description.get("{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}DigitalSourceType") == TRAINED.uri


def test_the_packet_lies_where_each_format_wants_it() -> None:
    made = marked(build.encoded(build.picture(), "PNG"), Format.PNG, TRAINED)
    assert [kind for kind, _ in build.png_chunks(made)][:3] == [b"IHDR", b"iTXt", b"IDAT"]
    made = marked(build.encoded(build.picture(), "JPEG"), Format.JPEG, TRAINED)
    assert [part.marker for part in jpeg.segments(made)][:2] == [jpeg.APP0, jpeg.APP1]
    made = marked(build.encoded(build.picture("RGBA"), "WEBP"), Format.WEBP, TRAINED)
    assert [chunk.kind for chunk in webp.chunks(made)] == [b"VP8X", b"ALPH", b"VP8 ", b"XMP "]
    assert made[20] == 0x14
    assert struct.unpack("<I", made[4:8])[0] == len(made) - 8


def test_a_jpeg_without_jfif_has_it_first() -> None:
    data = build.encoded(build.picture(), "JPEG")
    bare = data[:2] + data[20:]
    made = marked(bare, Format.JPEG, TRAINED)
    assert [part.marker for part in jpeg.segments(made)][:1] == [jpeg.APP1]
    assert build.decoded(made).tobytes() == build.decoded(data).tobytes()


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "AVIF"])
def test_claims_without_a_model_are_no_mark(form: str) -> None:
    for data in (generated.with_packet(form, generated.packet("digitalCapture")), build.encoded(build.picture(), form)):
        assert mark_of(data, Format(form.lower())) is None


def test_other_formats_are_not_written() -> None:
    with pytest.raises(KeyError):
        marked(b"", Format.AVIF, TRAINED)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_what_is_no_picture_is_refused(form: str) -> None:
    head, chance = build.encoded(build.picture(), form)[:12], random.Random(form)  # noqa: S311  # repeatable on purpose
    with pytest.raises(Refusal):
        marked(head + chance.randbytes(500), Format(form.lower()), TRAINED)


def test_a_jpeg_that_begins_with_its_scan_is_refused() -> None:
    with pytest.raises(Refusal):
        marked(jpeg.START + build.segment(jpeg.SOS, b"") + jpeg.END, Format.JPEG, TRAINED)
