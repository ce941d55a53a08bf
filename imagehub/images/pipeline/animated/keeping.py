"""An animation is kept when each of its frames decodes, and none has room for something behind its pixels."""

from collections.abc import Callable

from imagehub.images.pipeline.animated import gif, webp
from imagehub.images.pipeline.animated.kept import Frame, Kept
from imagehub.images.pipeline.decoding import decodes, opened
from imagehub.images.pipeline.facts import Facts
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.refusals import damaged

KEEPERS: dict[Format, Callable[[bytes, Facts, bytes], Kept]] = {Format.GIF: gif.kept, Format.WEBP: webp.kept}
"""What may go on moving; of other formats the first frame is taken."""


def kept(data: bytes, facts: Facts, profile: bytes) -> Kept:
    """Return a judged animation without anything but its frames, each of them decoded by itself.

    A frame's pixels stay byte for byte. Raises `Refusal` and whatever a decoder raises.
    """
    found = KEEPERS[facts.format](data, facts, profile)
    for frame in found.frames:
        _require_sound(frame, facts.format)
    with opened(found.data, facts.format) as whole:
        if getattr(whole, "n_frames", 1) != len(found.delays):
            raise damaged()
    return found


def _require_sound(frame: Frame, form: Format) -> None:
    """Frames that lack their end are damage, as are those which decode without it: it is something else."""
    opened(frame.still, form).load()
    if any(decodes(cut, form) for cut in frame.shortened):
        raise damaged()
