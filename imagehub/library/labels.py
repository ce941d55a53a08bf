"""How people call what a library can be narrowed by."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from imagehub.images import origins
from imagehub.images.models import Source
from imagehub.images.pipeline.formats import Format
from imagehub.library.terms import Shape
from imagehub.library.tints import Tint

SOURCES: Mapping[str, Promise] = {
    Source.LIBRARY: _("Uploaded here"),
    Source.PICTURE: _("Profile picture"),
    Source.PUBLICATION: _("Publication"),
    Source.GENERATED: _("Generated image"),
    Source.EDIT: pgettext_lazy("noun", "Edit"),
    Source.HARVESTED: _("Harvested"),
}
SHAPES: Mapping[str, Promise] = {
    Shape.LANDSCAPE: _("Landscape"),
    Shape.PORTRAIT: _("Portrait"),
    Shape.SQUARE: _("Square"),
    Shape.PANORAMA: _("Panorama"),
}
TINTS: Mapping[str, Promise] = {
    Tint.RED: _("Red"),
    Tint.ORANGE: _("Orange"),
    Tint.BROWN: _("Brown"),
    Tint.YELLOW: _("Yellow"),
    Tint.GREEN: _("Green"),
    Tint.TEAL: _("Teal"),
    Tint.BLUE: _("Blue"),
    Tint.PURPLE: _("Purple"),
    Tint.PINK: _("Pink"),
    Tint.WHITE: _("White"),
    Tint.GREY: _("Grey"),
    Tint.BLACK: _("Black"),
}
FORMATS: Mapping[str, str] = {one.value: "WebP" if one is Format.WEBP else one.value.upper() for one in Format}
ORIGINS: Mapping[str, Promise | str] = dict(origins.LABELS.items())
