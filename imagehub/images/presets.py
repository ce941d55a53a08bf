"""The fixed sizes in which images are shown."""

from dataclasses import dataclass
from typing import Literal

from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.render import Spec


@dataclass(frozen=True, slots=True)
class Preset:
    """A box in pixels and how an image goes into it; images are never enlarged to fill an `inside` box."""

    width: int
    height: int
    fit: Literal["inside", "cover"]


AVATAR_SIDES = (32, 64, 128, 256, 512)
PRESETS = {
    **{f"avatar-{side}": Preset(side, side, "cover") for side in AVATAR_SIDES},
    "thumb": Preset(320, 320, "inside"),
    "view": Preset(1600, 1600, "inside"),
}
FORMATS = {format_.extension: format_ for format_ in (Format.WEBP, Format.JPEG, Format.PNG)}
QUALITY = {Format.WEBP: 80, Format.JPEG: 82, Format.PNG: 100}


def spec(name: str, format_: Format) -> Spec:
    """Return what the pipeline must do for a preset in a format."""
    preset = PRESETS[name]
    return Spec(width=preset.width, height=preset.height, fit=preset.fit, format=format_, quality=QUALITY[format_])
