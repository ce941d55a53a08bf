"""What a picture may cost, as named values."""

from dataclasses import dataclass

from imagehub.images.pipeline.refusals import Reason, Refusal, damaged, too_many_pixels

WORK_PER_PIXEL = 20
"""Progressive passes over the largest allowed picture that fit into the time we give a decoder."""

PARTS = 10_000
"""Segments, chunks or blocks of one file; honest writers stay below a tenth of it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The budget of one foreign file; everything but `seconds` is judged before decoding."""

    bytes: int = 5 * 1024 * 1024
    """Length of the file in bytes; 5 MB as those who advertise 5 MB count it."""

    pixels: int = 50_000_000
    """Width times height, summed over all frames."""

    side: int = 16_384
    """Width or height in pixels; also what WebP can hold, plus one."""

    frames: int = 500
    """Pictures within one file."""

    canvas: int = 250_000_000
    """Pixels of the canvas of an animation that is kept, counted once for each frame: what a viewer draws in a round.
    Frames are decoded by themselves, so that a small one on a large canvas costs us no more than it is."""

    scans: int = 100
    """Passes of a progressive JPEG; `pixels` times `WORK_PER_PIXEL` bounds their product with the area."""

    text: int = 1 << 20
    """Bytes of all compressed text of a PNG once inflated; the text is dropped in any case."""

    profile: int = 2 << 20
    """Bytes of a colour profile, inflated."""

    seconds: float = 3.0
    """Processor time a decoder may spend on the file. Every known bomb is refused by its header; 48 honest
    megapixels take a second or two. The killing clock on the wall is in `decoders`."""

    def admit_bytes(self, length: int) -> None:
        """Refuse a file that is too long."""
        if length > self.bytes:
            raise Refusal(Reason.TOO_MANY_BYTES)

    def admit_size(self, width: int, height: int) -> None:
        """Refuse an empty picture as damaged, a too large one for its pixels."""
        if width < 1 or height < 1:
            raise damaged()
        if max(width, height) > self.side or width * height > self.pixels:
            raise too_many_pixels()

    def admit_frames(self, frames: int, pixels: int) -> None:
        """Refuse too many frames, or too many pixels (the sum of all frames)."""
        if frames > self.frames or pixels > self.pixels:
            raise too_many_pixels()

    def admit_canvas(self, frames: int, width: int, height: int) -> None:
        """Refuse an animation that would be too much to look at."""
        if frames * width * height > self.canvas:
            raise too_many_pixels()

    def admit_scans(self, scans: int, pixels: int) -> None:
        """Refuse a JPEG whose passes cost more than its area may."""
        if scans > self.scans or scans * pixels > self.pixels * WORK_PER_PIXEL:
            raise too_many_pixels()
