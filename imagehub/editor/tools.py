"""The sliders of the editor page: which part of an operation's range is offered, and how its values are told."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Slider:
    """One number of a recipe; told as `(value - neutral) * scale`, which is zero where it changes nothing."""

    slot: str
    label: str | Promise
    least: float
    most: float
    step: float
    neutral: float
    scale: int = 100


LIGHT = (
    Slider("exposure", _("Exposure"), -2, 2, 0.02, 0, 50),
    Slider("brightness", _("Brightness"), 0.5, 1.5, 0.01, 1),
    Slider("contrast", _("Contrast"), 0.5, 1.5, 0.01, 1),
    Slider("temperature", _("Warmth"), -1, 1, 0.01, 0),
    Slider("saturation", _("Saturation"), 0, 2, 0.01, 1),
)
DETAIL = (
    Slider("sharpen", _("Sharpen"), 0, 2, 0.02, 0, 50),
    Slider("blur", _("Blur"), 0, 0.05, 0.0005, 0, 2000),
)
STRAIGHTEN = Slider("straighten", _("Straighten"), -45, 45, 0.1, 0, 1)
BORDER = Slider("border", _("Border"), 0, 0.2, 0.002, 0, 500)
TEXT_SIZE = Slider("text-size", _("Size"), 0.01, 0.4, 0.002, 0, 250)
MARK_WIDTH = Slider("mark-width", _("Width"), 0.02, 1, 0.005, 0)
MARK_OPACITY = Slider("mark-opacity", _("Opacity"), 0.05, 1, 0.01, 0)
QUALITY = Slider("quality", _("Quality"), 1, 100, 1, 0, 1)
