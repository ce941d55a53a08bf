"""The fixed sizes in which images are shown."""

from dataclasses import dataclass
from typing import Literal

from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.render import Spec

TALLEST = 16_383  # pixels, as many as WebP holds on a side


@dataclass(frozen=True, slots=True)
class Preset:
    """A box in pixels and how an image goes into it; images are never enlarged to fill an `inside` box."""

    width: int
    height: int
    fit: Literal["inside", "cover"]
    only: Format | None = None
    """The format to send to whoever leaves the choice to us; none: the one that suits them."""


AVATAR_SIDES = (32, 64, 128, 256, 512)
WIDTHS = (320, 640, 960, 1280, 1920)
PRESETS = {
    **{f"avatar-{side}": Preset(side, side, "cover") for side in AVATAR_SIDES},
    "thumb": Preset(320, 320, "inside"),
    "view": Preset(1600, 1600, "inside"),
    **{f"w{width}": Preset(width, TALLEST, "inside") for width in WIDTHS},
    # Those who fetch pictures for previews of links name no formats, and not all know WebP.
    "social": Preset(1200, 630, "cover", only=Format.JPEG),
}
FORMATS = {format_.extension: format_ for format_ in (Format.WEBP, Format.JPEG, Format.PNG)}
QUALITY = {Format.WEBP: 80, Format.JPEG: 82, Format.PNG: 100}


def spec(name: str, format_: Format) -> Spec:
    """Return what the pipeline must do for a preset in a format."""
    preset = PRESETS[name]
    return Spec(width=preset.width, height=preset.height, fit=preset.fit, format=format_, quality=QUALITY[format_])


def widths(width: int, height: int) -> dict[str, int]:
    """Return which `w…` presets an image of this size is worth, narrowest first, and how wide each is."""
    scale = min(1.0, TALLEST / height)
    whole = max(1, round(width * scale))
    wide = {f"w{bound}": min(bound, whole) for bound in WIDTHS}
    enough = [name for name, pixels in wide.items() if pixels < whole]
    return {name: wide[name] for name in list(wide)[: len(enough) + 1]}
