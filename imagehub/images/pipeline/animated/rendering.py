"""Renditions that move: every frame made smaller, one after the other."""

import io

from PIL import Image

from imagehub.images.pipeline import colour
from imagehub.images.pipeline.animated.composing import composed
from imagehub.images.pipeline.animated.kept import MOST_DELAY, shown_for
from imagehub.images.pipeline.decoding import decoder_boundary, opened
from imagehub.images.pipeline.formats import Format, sniff
from imagehub.images.pipeline.marking import mark_of, marked
from imagehub.images.pipeline.render import Rendered, Spec, resized, settled

BUDGET = 400.0
"""What one rendition may cost, in the unit of `editing.cost`: four seconds."""

ENCODING = {Format.WEBP: 10.0, Format.GIF: 10.0}
"""The formats that can move, and what a million pixels take to write."""

MOST_BYTES = 8 * 1024 * 1024
"""What a rendition that moves may take up: of a longer one every second frame is left out, or every third …"""

_DECODING, _RESIZING = 3.0, 1.5
_EACH = {Format.WEBP: 0.1, Format.GIF: 0.3}
"""What a frame takes however small it is: mostly its table, or the encoder's beginning and end."""

_MOST_PLAYS = 65_535
_CLEARED = 2
_HARD = [0] * 128 + [255] * 128
_COLOURS = 256
_SAMPLE = 40
"""Pixels along each side of a frame that its table is made for: finding one for all takes ten times the rest."""

Size = tuple[int, int]


def cost(frames: int, size: Size, made: Size, form: Format) -> float:
    """Reckon what it takes to bring so many frames from one size to another; all are held together once made."""
    each = size[0] * size[1] * (_DECODING + _RESIZING) + made[0] * made[1] * ENCODING[form]
    return frames * (_EACH[form] + each / 10**6)


def rendered(data: bytes, spec: Spec) -> Rendered:
    """Decode all frames of a cleaned animation, resize them alike, and encode them as WebP or GIF in sRGB.

    Where a cut is to be found, the first frame decides for all. How often it is played stays, and so does how long
    each frame is shown, as browsers do it; the mark is carried over. What would take more than `MOST_BYTES` has fewer
    frames, each shown for longer. Raises `Refusal` when the bytes do not decode.
    """
    form = sniff(data)
    mark = mark_of(data, form)
    with decoder_boundary():
        image = opened(data, form)
        spec = settled(image, spec)
        profile = image.info.get("icc_profile") or b""
        shown = [(_made(frame, spec, profile), shown_for(delay)) for frame, delay in composed(image, data)]
        frames, delays = [frame for frame, _ in shown], [delay for _, delay in shown]
        made = _bounded(frames, delays, _plays(image, form), spec)
        finished = marked(made, spec.format, mark) if mark else made
        return Rendered(finished, spec.format, *frames[0].size)


def _made(frame: Image.Image, spec: Spec, profile: bytes) -> Image.Image:
    made = colour.as_srgb(resized(frame, spec), profile)
    made.info = {}
    return made


def _plays(image: Image.Image, form: Format) -> int:
    """Return how often it is played, 0 for ever; GIF counts the times after the first."""
    loop = image.info.get("loop")
    if form is Format.WEBP:
        return int(loop or 0)
    return 1 if loop is None else min(loop + 1, _MOST_PLAYS) if loop else 0


def _bounded(frames: list[Image.Image], delays: list[int], plays: int, spec: Spec) -> bytes:
    """Write frames, then fewer of them until the result is short enough; one alone is as long as it is."""
    while len(made := _WRITERS[spec.format](frames, delays, plays, spec)) > MOST_BYTES and len(frames) > 1:
        step = -(-len(made) // MOST_BYTES)
        frames = frames[::step]
        delays = [min(sum(delays[at : at + step]), MOST_DELAY) for at in range(0, len(delays), step)]
    return made


def _webp(frames: list[Image.Image], delays: list[int], plays: int, spec: Spec) -> bytes:
    said = {"quality": spec.quality, "duration": delays, "loop": plays, "background": (0, 0, 0, 0)}
    return _saved(frames, Format.WEBP, said)


def _gif(frames: list[Image.Image], delays: list[int], plays: int, _spec: Spec) -> bytes:
    """Write GIF; frames that one can see through are cleared, or the one before would show."""
    frames, delays = _joined([_few_coloured(frame) for frame in frames], delays)
    cleared = {"disposal": _CLEARED} if any(frame.mode == "RGBA" for frame in frames) else {}
    repeated = {"loop": max(plays - 1, 0)} if plays != 1 else {}
    return _saved(frames, Format.GIF, {"duration": delays, **cleared, **repeated})


def _joined(frames: list[Image.Image], delays: list[int]) -> tuple[list[Image.Image], list[int]]:
    """Take neighbours that are the same for one, for no longer than GIF can say: Pillow would fail over more."""
    found, lasting = frames[:1], delays[:1]
    for frame, delay in zip(frames[1:], delays[1:], strict=True):
        if frame == found[-1]:
            lasting[-1] = min(lasting[-1] + delay, MOST_DELAY)
        else:
            found.append(frame)
            lasting.append(delay)
    return found, lasting


def _few_coloured(frame: Image.Image) -> Image.Image:
    """Let every pixel be there or not, and give an opaque frame its table: GIF can say no more."""
    if frame.mode == "RGBA":
        frame.putalpha(frame.getchannel("A").point(_HARD))
    if frame.mode != "RGB":
        return frame
    return frame.quantize(palette=_table(frame), dither=Image.Dither.NONE)


def _table(frame: Image.Image) -> Image.Image:
    """Return a picture with the colours of a frame, or those that stand for them."""
    own = frame.getcolors(_COLOURS)
    if own:
        table = Image.new("P", (1, 1))
        table.putpalette(b"".join(bytes(colour) for _count, colour in own if isinstance(colour, tuple)))
        return table
    sample = frame.resize((min(frame.width, _SAMPLE), min(frame.height, _SAMPLE)), Image.Resampling.NEAREST)
    return sample.quantize(_COLOURS, Image.Quantize.FASTOCTREE)


def _saved(frames: list[Image.Image], form: Format, said: dict[str, object]) -> bytes:
    target = io.BytesIO()
    frames[0].save(target, form.codec, save_all=True, append_images=frames[1:], **said)
    return target.getvalue()


_WRITERS = {Format.WEBP: _webp, Format.GIF: _gif}
