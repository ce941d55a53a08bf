"""Pictures that were looked at and found right, one an operation: `python -m tests.images.pipeline.editing.goldens`.

The command draws them anew into `goldens/`, to be looked at again before they are kept.
"""

from pathlib import Path

from PIL import Image

from tests.images.pipeline.editing.drawing_board import Item, made, png, smooth

FOLDER = Path(__file__).with_name("goldens")
TOLERANCE = 1.0
"""Mean difference of any channel, of 255: room for another version of a library, for no other picture."""

_PART: Item = {"x": 0.25, "y": 0.2, "width": 0.5, "height": 0.4}

RECIPES: dict[str, list[Item]] = {
    "orient": [{"op": "orient"}],
    "crop": [{"op": "crop", **_PART}],
    "rotate": [{"op": "rotate", "degrees": 20}],
    "flip": [{"op": "flip", "axis": "horizontal"}],
    "resize": [{"op": "resize", "width": 48, "height": 48, "fit": "cover"}],
    "brightness": [{"op": "brightness", "value": 1.4}],
    "contrast": [{"op": "contrast", "value": 1.6}],
    "saturation": [{"op": "saturation", "value": 1.8}],
    "exposure": [{"op": "exposure", "stops": 0.8}],
    "temperature": [{"op": "temperature", "value": 0.7}],
    "sharpen": [{"op": "sharpen", "amount": 3}],
    "blur": [{"op": "blur", "radius": 0.05}],
    "grayscale": [{"op": "grayscale"}],
    "sepia": [{"op": "sepia"}],
    "auto": [{"op": "contrast", "value": 0.4}, {"op": "auto"}],
    "redact": [
        {"op": "redact", **_PART, "mode": "pixelate"},
        {"op": "redact", **_PART, "mode": "blur", "y": 0.6},
        {"op": "redact", **_PART, "height": 0.15},
    ],
    "text": [
        {"op": "text", "text": "Aé\nΩД", "x": 0.1, "y": 0.05, "size": 0.4, "font": "serif-bold", "colour": "#ff0c"}
    ],
    "watermark": [{"op": "watermark", "image": "m", "x": 0.5, "y": 0.4, "width": 0.4, "opacity": 0.6}],
    "border": [{"op": "border", "width": 0.08, "colour": "#204060"}],
}


def drawn(name: str) -> Image.Image:
    """Draw what an operation makes of the picture that all of them share."""
    return made(smooth((96, 72)), *RECIPES[name], overlays={"m": smooth((40, 30), "RGBA")})


def kept(name: str) -> Image.Image:
    """Open the picture that was found right."""
    return Image.open(FOLDER / f"{name}.png")


if __name__ == "__main__":
    for name in RECIPES:
        (FOLDER / f"{name}.png").write_bytes(png(drawn(name)))
