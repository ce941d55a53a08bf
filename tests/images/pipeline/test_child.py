import json
import signal

import pytest

from imagehub.images.pipeline import child, wire
from imagehub.images.pipeline.editing.engine import Output, edited
from imagehub.images.pipeline.editing.grammar import read
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.limits import Limits
from imagehub.images.pipeline.refusals import Reason, Refusal
from imagehub.images.pipeline.render import Spec, render
from imagehub.images.pipeline.sanitise import Reading, clean
from imagehub.images.pipeline.shrink import shrunk
from tests.corpus import build, hostile

JPEGS = frozenset({Format.JPEG})
SPEC = Spec(32, 32, "cover", Format.WEBP, quality=70)


def unpacked(message: bytes) -> tuple[wire.Head, bytes]:
    head, body = wire.lengths(message[: wire.PREFIX.size])
    start = wire.PREFIX.size + head
    assert len(message) == start + body
    return json.loads(message[wire.PREFIX.size : start]), message[start:]


def through_the_wire(head: wire.Head) -> wire.Head:
    return unpacked(wire.packed(head))[0]


def test_a_cleaning_crosses_the_wire_and_back() -> None:
    photo, asked = hostile.photo(), through_the_wire(wire.cleaning(JPEGS, Limits()))
    assert wire.clean_of(*unpacked(child.answer(asked, photo))) == clean(photo, formats=JPEGS, limits=Limits())


@pytest.mark.parametrize("reading", Reading)
def test_how_closely_to_read_crosses_the_wire(reading: Reading) -> None:
    photo, asked = hostile.photo(), through_the_wire(wire.cleaning(JPEGS, Limits(), reading))
    made = wire.clean_of(*unpacked(child.answer(asked, photo)))
    assert made == clean(photo, formats=JPEGS, limits=Limits(), reading=reading)
    assert bool(made.content) is (reading is Reading.PIXELS)


def test_a_rendering_crosses_the_wire_and_back() -> None:
    photo, asked = hostile.photo(), through_the_wire(wire.rendering(SPEC, 1.0))
    assert wire.rendered_of(*unpacked(child.answer(asked, photo))) == render(photo, SPEC)


@pytest.mark.parametrize("names", [(), ("a",), ("b", "a", "c-_9")])
def test_an_editing_crosses_the_wire_and_back(names: tuple[str, ...]) -> None:
    photo, output = hostile.photo(), Output(Format.PNG, 70, 40)
    marks = [{"op": "watermark", "image": name, "x": 0.1, "y": 0.1, "width": 0.2} for name in names]
    recipe = read([{"op": "text", "text": "é\n<b>", "x": 0, "y": 0}, {"op": "exposure", "stops": 1 / 3}, *marks])
    overlays = {name: build.encoded(build.picture(size=(9 * len(name), 9)), "PNG") for name in names}
    asked = through_the_wire(wire.editing(recipe, output, overlays, 1.0))
    answer = child.answer(asked, wire.joined(photo, overlays))
    assert wire.rendered_of(*unpacked(answer)) == edited(photo, recipe, output, overlays)


@pytest.mark.parametrize("letter", ["\U0001f600", '"', "\n", "\\"])
def test_the_longest_recipe_fits_into_a_message(letter: str) -> None:
    recipe = read([{"op": "text", "text": letter * 200, "x": 1 / 3, "y": 1 / 3, "colour": "#12345678"}] * 50)
    head = through_the_wire(wire.editing(recipe, Output(Format.PNG), {}, 1.0))
    assert wire.recipe_of(head) == recipe


def test_a_shrinking_crosses_the_wire_and_back() -> None:
    drawn, asked = build.encoded(build.picture(), "PNG", compress_level=0), through_the_wire(wire.shrinking(1.0))
    small = wire.fewer_of(*unpacked(child.answer(asked, drawn)))
    assert small == shrunk(drawn)
    assert 0 < len(small) < len(drawn)


@pytest.mark.parametrize("reason", [Reason.UNSUPPORTED, Reason.TOO_MANY_BYTES])
def test_a_refusal_crosses_the_wire(reason: Reason) -> None:
    limits = Limits(bytes=10) if reason is Reason.TOO_MANY_BYTES else Limits()
    message = child.answer(wire.cleaning(frozenset({Format.PNG}), limits), hostile.photo())
    with pytest.raises(Refusal) as refusal:
        wire.clean_of(*unpacked(message))
    assert refusal.value.reason is reason


def test_a_job_nobody_knows_is_refused_like_any_failure() -> None:
    assert unpacked(child.answer({"seconds": 1.0, "job": "clean"}, b"")) == ({"refused": "damaged"}, b"")


def test_the_clock_is_stopped_after_a_job() -> None:
    child.answer(wire.cleaning(JPEGS, Limits()), hostile.photo())
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)


@pytest.mark.parametrize("prefix", [(1 << 20, 0), (0, 1 << 29)])
def test_a_message_longer_than_any_we_send_is_nonsense(prefix: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="longer"):
        wire.lengths(wire.PREFIX.pack(*prefix))
