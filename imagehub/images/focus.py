"""The place of an image that a cut has to keep, as somebody set it."""

from imagehub.images import cache, policies
from imagehub.images.making import CUT
from imagehub.images.models import Image, Rendition
from imagehub.images.policies import Asking
from imagehub.images.presets import PRESETS
from imagehub.lib.errors import Invalid
from imagehub.lib.transactions import write


@write
def set_focus(public_id: str, place: tuple[float, float] | None, *, by: Asking) -> Image:
    """Let cuts of an image keep a place, given as shares of width and height, or none in particular.

    What was cut otherwise is made again. ImageNotFound unless it is one's own; Invalid beyond the picture.
    """
    image = policies.image_kept_by(by, public_id)
    if place and not all(0 <= at <= 1 for at in place):
        raise Invalid
    x, y = place or (None, None)
    Image.objects.filter(pk=image.pk).update(focus_x=x, focus_y=y)
    image.focus_x, image.focus_y = x, y
    cache.drop([kept for kept in Rendition.objects.filter(image=image) if _is_cut(kept)])
    return image


def _is_cut(kept: Rendition) -> bool:
    if kept.name.startswith(CUT):
        return True
    preset = PRESETS.get(kept.name.partition(".")[0].partition(";")[0])
    return preset is not None and preset.fit == "cover"
