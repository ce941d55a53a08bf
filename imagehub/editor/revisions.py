"""Which pictures are hidden by others that stand in their place."""

from collections.abc import Collection

from django.db.models import Max, Q, QuerySet

from imagehub.editor.models import Edit
from imagehub.images.models import Image


def hidden(images: Collection[Image]) -> set[int]:
    """Return the keys of those among the images that others stand for; two queries.

    Those are originals behind a revision, and revisions that were taken back or followed by newer ones.
    """
    ids = {image.public_id for image in images}
    revisions = Edit.objects.filter(image__in=images, is_revision=True)
    own = {image: (edit, told) for image, edit, told in revisions.values_list("image_id", "pk", "parent_id_told")}
    newest = _newest(ids | {told for _, told in own.values()})
    behind = {image.pk for image in images if image.public_id in newest}
    return behind | {image for image, (edit, told) in own.items() if newest.get(told) != edit}


def family(edit: Edit) -> "QuerySet[Image]":
    """Return the images whose place another revision of the same picture may take: the original and its revisions."""
    siblings = Q(edit__parent_id_told=edit.parent_id_told, edit__is_revision=True)
    return Image.objects.filter(siblings | Q(public_id=edit.parent_id_told))


def _newest(parents: set[str]) -> dict[str, int]:
    standing = Edit.objects.standing().filter(parent_id_told__in=parents)
    return dict(standing.values_list("parent_id_told").annotate(Max("pk")))
