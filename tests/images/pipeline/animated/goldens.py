"""Animations that were looked at and found right: `python -m tests.images.pipeline.animated.goldens`.

The command draws them anew into `goldens/`, to be looked at again before they are kept: the frames of each as a strip.
"""

import io
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageSequence

from imagehub.images.pipeline.animated.rendering import rendered
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.render import Spec, Use
from tests.corpus import animations, build

FOLDER = Path(__file__).with_name("goldens")
TOLERANCE = 1.0
"""Mean difference of any channel, of 255: room for another version of a library, for no other picture."""


def _spec(form: Format, width: int = 48, height: int = 36) -> Spec:
    return Spec(width, height, "cover", form, use=Use.MOVING)


def see_through() -> bytes:
    """Encode dots that move over nothing, each in the place of the one before."""
    first, *others = (Image.new("RGBA", (64, 48)) for _ in range(3))
    for place, frame in enumerate([first, *others]):
        frame.paste("orange", (6 + 18 * place, 14, 22 + 18 * place, 34))
    return build.encoded(first, "GIF", save_all=True, append_images=others, disposal=2, duration=50)


CASES: dict[str, tuple[Callable[[], bytes], Spec]] = {
    "gif_as_webp": (lambda: animations.moving("GIF"), _spec(Format.WEBP)),
    "gif_as_gif": (lambda: animations.moving("GIF"), _spec(Format.GIF)),
    "webp_as_webp": (lambda: animations.moving("WEBP", lossless=True), _spec(Format.WEBP)),
    "webp_cut": (lambda: animations.moving("WEBP", lossless=True), _spec(Format.WEBP, 20, 36)),
    "see_through_as_webp": (see_through, _spec(Format.WEBP)),
    "see_through_as_gif": (see_through, _spec(Format.GIF)),
}


def drawn(name: str) -> Image.Image:
    """Return the frames of a rendition, one beside the other."""
    make, spec = CASES[name]
    with Image.open(io.BytesIO(rendered(make(), spec).data)) as image:
        frames = [frame.convert("RGBA") for frame in ImageSequence.Iterator(image)]
    strip = Image.new("RGBA", (spec.width * len(frames), spec.height))
    for place, frame in enumerate(frames):
        strip.paste(frame, (place * spec.width, 0))
    return strip


def kept(name: str) -> Image.Image:
    """Open the strip that was found right."""
    return Image.open(FOLDER / f"{name}.png")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name in CASES:
        (FOLDER / f"{name}.png").write_bytes(build.encoded(drawn(name), "PNG"))
