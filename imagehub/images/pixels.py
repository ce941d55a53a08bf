"""What a picture of ours shows, whatever way it is written."""

import hashlib
import io

from PIL import Image


def digest_of(data: bytes) -> str:
    """Return the SHA-256 of the size and pixels of a cleaned picture, hexadecimal."""
    with Image.open(io.BytesIO(data)) as image:
        size = b"%dx%d" % image.size
        return hashlib.sha256(size + image.convert("RGBA").tobytes()).hexdigest()
