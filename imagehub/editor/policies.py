"""Whose images may be edited by whom."""

from imagehub.images.policies import Asking as Editor
from imagehub.images.policies import image_kept_by as image_seen_by
from imagehub.images.policies import may_change as may_edit
from imagehub.lib.errors import Forbidden

__all__ = ["Editor", "image_seen_by", "may_edit", "person"]


def person(by: Editor) -> int:
    """Return the key of the account that asks; Forbidden for a service, which has nothing of its own."""
    if by.pk is None:
        raise Forbidden
    return by.pk
