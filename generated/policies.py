"""Who may do what with whose generated images; to everybody else they do not exist."""

from accounts.actors import Actor
from accounts.policies import may_act_for
from generated.models import Generated
from imagehub.lib import ids
from imagehub.lib.errors import ImageNotFound


def seen_by(by: Actor, image_id: str) -> Generated:
    """Return the image with this id, or ImageNotFound where there is none or it is somebody else's."""
    rows = Generated.objects.filter(public_id=image_id).select_related("owner", "image")
    found = next(iter(rows[:1]), None) if ids.is_public_id(image_id) else None
    if found is None or not may_act_for(by, found.owner):
        raise ImageNotFound
    return found
