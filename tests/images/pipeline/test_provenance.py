import hashlib
import json
from collections.abc import Callable
from functools import partial

import pytest

from imagehub.images.pipeline import child, wire
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.limits import Limits
from imagehub.images.pipeline.marking import mark_of, marked
from imagehub.images.pipeline.marks import Marks, Origin, SourceType
from imagehub.images.pipeline.provenance import declared, with_claims_of
from imagehub.images.pipeline.sanitise import Clean, clean
from tests.corpus import build, generated, hostile, odd

ALL = frozenset(Format)
TRAINED = SourceType.TRAINED_ALGORITHMIC_MEDIA
COMPOSITE = SourceType.COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA


def judged(data: bytes) -> Clean:
    return with_claims_of(data, clean(data, formats=ALL, limits=Limits()))


def stripped(data: bytes) -> bytes:
    return clean(data, formats=ALL, limits=Limits()).data


CLAIMING: dict[str, Callable[[], bytes]] = {
    **{f"packet in {form}": partial(generated.with_packet, form) for form in ("PNG", "JPEG", "WEBP", "GIF", "AVIF")},
    **{f"Automatic1111 in {name}": make for name, make in generated.AUTOMATIC1111.items()},
    **{f"ComfyUI in {name}": make for name, make in generated.COMFYUI.items()},
    "InvokeAI": lambda: generated.png(invokeai_metadata=json.dumps(generated.INVOKEAI)),
    "manifest": lambda: generated.with_manifest("JPEG", "trainedAlgorithmicMedia"),
    "turned": lambda: build.encoded(build.picture(), "JPEG", exif=build.exif(6), xmp=generated.packet()),
    "inks": lambda: build.with_segments(
        odd.inks(), build.segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + generated.packet())
    ),
}


@pytest.mark.parametrize("name", CLAIMING)
def test_of_all_metadata_the_mark_alone_survives_as_a_packet_of_ours(name: str) -> None:
    data = CLAIMING[name]()
    made = judged(data)
    assert made.marks.source_type is TRAINED
    assert made.data == marked(stripped(data), made.format, TRAINED)
    assert made.digest == hashlib.sha256(made.data).hexdigest()
    assert build.CANARY not in made.data
    assert not any(word in made.data for word in (b"lighthouse", b"KSampler", b"parameters", b"c2pa"))


@pytest.mark.parametrize("name", CLAIMING)
def test_what_is_stored_says_the_same_when_it_comes_back(name: str) -> None:
    made = judged(CLAIMING[name]())
    again = judged(made.data)
    assert (again.data, again.digest) == (made.data, made.digest)
    assert again.marks == Marks(TRAINED)


@pytest.mark.parametrize("name", odd.TABLE)
def test_a_file_without_a_mark_is_stored_without_one(name: str) -> None:
    made = judged(odd.TABLE[name]())
    assert made == clean(odd.TABLE[name](), formats=ALL, limits=Limits())
    assert made.marks == Marks()
    assert b"DigitalSourceType" not in made.data


@pytest.mark.parametrize("term", ["digitalCapture", "screenCapture", "madeUp"])
@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_claims_of_no_model_are_told_and_not_repeated(form: str, term: str) -> None:
    data = generated.with_packet(form, generated.packet(term))
    made = judged(data)
    assert made.data == stripped(data) == build.encoded(build.picture(), form)
    assert made.marks.source_type == (term if term != "madeUp" else None)


def test_a_composite_stays_one() -> None:
    made = judged(generated.with_packet("PNG", generated.packet("compositeWithTrainedAlgorithmicMedia")))
    assert mark_of(made.data, Format.PNG) is COMPOSITE


def test_what_is_hidden_behind_a_mark_is_gone() -> None:
    spoiled = generated.with_packet("PNG") + build.CANARY
    tail = build.with_segments(
        hostile.photo(), build.segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + generated.packet())
    )
    for data in (spoiled, tail + build.CANARY):
        made = judged(data)
        assert made.marks.origin is Origin.AI
        assert build.CANARY not in made.data


def test_a_declared_picture_is_marked_and_keeps_what_else_is_known() -> None:
    plain = judged(generated.with_packet("PNG", generated.packet("digitalCapture")))
    made = declared(plain, COMPOSITE)
    assert made.data == marked(plain.data, Format.PNG, COMPOSITE)
    assert made.digest == hashlib.sha256(made.data).hexdigest()
    assert made.marks == Marks(COMPOSITE)
    assert (made.width, made.height, made.colour) == (plain.width, plain.height, plain.colour)


@pytest.mark.parametrize("name", ["packet in JPEG", "ComfyUI in PNG", "manifest"])
def test_claims_cross_the_wire(name: str) -> None:
    data = CLAIMING[name]()
    message = child.answer(wire.cleaning(ALL, Limits()), data)
    start = wire.PREFIX.size
    head, body = wire.lengths(message[:start])
    made = wire.clean_of(json.loads(message[start : start + head]), message[start + head :])
    assert len(made.data) == body
    assert made == judged(data)
