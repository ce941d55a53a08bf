"""The one table of operations: from it come what is accepted, what is documented and how it is written.

Places and shares are relative to the picture as it is when the operation's turn comes, so that a recipe looks the
same on every size of a picture; `resize` alone speaks of pixels.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from imagehub.images.pipeline.editing.parameters import Choice, Colour, Focus, ImageId, Number, Parameter, Pixels, Text

MOST_SIDE = 16_384
MOST_TEXT = 200
FONTS = ("sans", "sans-bold", "serif", "serif-bold")
MIDDLE = "0.5:0.5"
SMART = "smart"
_LEAST_SHARE = 0.0001

_LEFT = Number("Left edge as a share of the picture's width.", 0, 1)
_TOP = Number("Upper edge as a share of the picture's height.", 0, 1)
_WIDE = Number("Width as a share of the picture's width.", _LEAST_SHARE, 1)
_HIGH = Number("Height as a share of the picture's height.", _LEAST_SHARE, 1)
_BOX = {"x": _LEFT, "y": _TOP, "width": _WIDE, "height": _HIGH}


@dataclass(frozen=True, slots=True)
class Operation:
    """What an operation does and takes; of the parameters named in `either` one at least is given."""

    meaning: str
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    either: tuple[str, ...] = ()

    def needs(self, name: str) -> bool:
        """Whether a parameter has to be given."""
        return self.parameters[name].default is None and name not in self.either


OPERATIONS: Mapping[str, Operation] = {
    "orient": Operation("Turn the picture upright, as its camera noted."),
    "crop": Operation("Keep a part of the picture.", _BOX),
    "rotate": Operation(
        "Turn clockwise; the picture grows to hold its corners, what is beyond them is transparent (white in JPEG).",
        {"degrees": Number("Degrees, clockwise.", -360, 360)},
    ),
    "flip": Operation(
        "Mirror the picture.", {"axis": Choice("Left for right, or top for bottom.", ("horizontal", "vertical"))}
    ),
    "resize": Operation(
        "Bring to a size in pixels; a side that is not given follows in proportion.",
        {
            "width": Pixels("Width in pixels.", 1, MOST_SIDE),
            "height": Pixels("Height in pixels.", 1, MOST_SIDE),
            "fit": Choice(
                "`inside` keeps the proportions and never enlarges, `cover` cuts what is too much, `fill` distorts.",
                ("inside", "cover", "fill"),
                default="inside",
            ),
            "focus": Focus(
                "What `cover` keeps: `smart` for what people look at first, or a place as shares of width and height.",
                default=MIDDLE,
            ),
        },
        either=("width", "height"),
    ),
    "brightness": Operation("Make brighter or darker.", {"value": Number("Factor; 1 changes nothing.", 0, 4)}),
    "contrast": Operation("Spread around the middle grey.", {"value": Number("Factor; 1 changes nothing.", 0, 4)}),
    "saturation": Operation("Make more or less colourful.", {"value": Number("Factor; 1 changes nothing.", 0, 4)}),
    "exposure": Operation("Multiply the light.", {"stops": Number("Stops; each doubles the light.", -5, 5)}),
    "temperature": Operation(
        "Make warmer or cooler.", {"value": Number("From -1, bluish, to 1, reddish; 0 changes nothing.", -1, 1)}
    ),
    "sharpen": Operation("Sharpen edges.", {"amount": Number("Strength; 0 changes nothing.", 0, 5)}),
    "blur": Operation("Blur.", {"radius": Number("Deviation as a share of the shorter side.", 0, 0.5)}),
    "grayscale": Operation("Take the colours away."),
    "sepia": Operation("Tint like an old photograph."),
    "auto": Operation("Spread the tones over the whole range."),
    "redact": Operation(
        "Make a part unreadable for good.",
        {**_BOX, "mode": Choice("How.", ("blur", "pixelate", "fill"), default="fill")},
    ),
    "text": Operation(
        "Write a text.",
        {
            "text": Text("Drawn as it stands; line feeds begin a new line.", MOST_TEXT),
            "x": _LEFT,
            "y": _TOP,
            "size": Number("Height of a line as a share of the shorter side.", 0.005, 1, default=0.05),
            "colour": Colour("Colour of the letters.", default="#ffffff"),
            "font": Choice("Typeface.", FONTS, default="sans"),
        },
    ),
    "watermark": Operation(
        "Lay another image on the picture.",
        {
            "image": ImageId("The other image."),
            "x": _LEFT,
            "y": _TOP,
            "width": Number("Its width as a share of the picture's width.", 0.001, 1),
            "opacity": Number("From 0, invisible, to 1.", 0, 1, default=1),
        },
    ),
    "border": Operation(
        "Put a border around the picture.",
        {
            "width": Number("Width as a share of the shorter side.", 0, 0.5),
            "colour": Colour("Its colour.", default="#ffffff"),
        },
    ),
}
