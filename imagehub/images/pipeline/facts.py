"""What a header says about a picture."""

from dataclasses import dataclass

from imagehub.images.pipeline.formats import Format


@dataclass(frozen=True, slots=True)
class Facts:
    """A judged header: nothing was decoded, everything is within the limits it was judged by."""

    format: Format
    width: int
    """Pixels as stored, before any turning."""
    height: int
    frames: int = 1
    orientation: int = 1
    """1-8 as EXIF counts them; 1 is upright."""
    scans: int = 1
    components: int = 3
    """Channels of a JPEG: 1 grey, 3 colour, 4 ink; 3 for every other format."""
