"""The newest photos that anybody may see, as a quiet wall behind the sign-in page."""

from itertools import cycle, islice

from imagehub.images import links
from publications.models import Photo

NEWEST = 24  # photos that hang there at most
LOOKED_AT = 240  # of the newest photos, to find as many that anybody may see
TILES = 40  # as many as the largest window has room for
FEWEST = 8  # below this the repetition would be plain to see


def addresses() -> list[str]:
    """Return a small rendition for each tile, or nothing while there are too few photos; two queries."""
    # First their keys: asked for all at once, MariaDB sorts every photo there is to find the newest.
    newest = list(Photo.objects.order_by("-id").values_list("pk", flat=True)[:LOOKED_AT])
    shown = Photo.objects.filter(pk__in=newest, publication__hidden_at=None, image__is_public=True)
    images = [photo.image for photo in shown.select_related("image").order_by("-id")[:NEWEST]]
    if len(images) < FEWEST:
        return []
    return [links.public_url(image, "w320") for image in islice(cycle(images), TILES)]
