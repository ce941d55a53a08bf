"""Which pictures are hidden by others that stand in their place."""

from collections.abc import Callable, Collection, Iterable

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


def standing_for(public_ids: Iterable[str]) -> dict[str, str]:
    """Return for each image, by its public id, the one that is shown in its place: itself where nothing else is.

    Revisions of revisions are followed to both ends; a query for each generation.
    """
    ids = set(public_ids)
    roots = _followed(ids, _originals)
    heads = _followed(set(roots.values()), _replacements)
    return {one: heads[roots[one]] for one in ids}


def family(edit: Edit) -> "QuerySet[Image]":
    """Return the images whose place another revision of the same picture may take: the original and its revisions."""
    siblings = Q(edit__parent_id_told=edit.parent_id_told, edit__is_revision=True)
    return Image.objects.filter(siblings | Q(public_id=edit.parent_id_told))


def _followed(ids: set[str], step: Callable[[set[str]], dict[str, str]]) -> dict[str, str]:
    """Return where each way ends when it is gone step by step; none leads in a circle, as each goes in time."""
    ends = {one: one for one in ids}
    moving = step(ids)
    while moving:
        ends = {one: moving.get(end, end) for one, end in ends.items()}
        moving = step(set(moving.values()))
    return ends


def _originals(ids: set[str]) -> dict[str, str]:
    edits = Edit.objects.filter(image__public_id__in=ids, is_revision=True)
    return dict(edits.values_list("image__public_id", "parent_id_told"))


def _replacements(ids: set[str]) -> dict[str, str]:
    standing = Edit.objects.standing().filter(parent_id_told__in=ids).order_by("pk")
    return dict(standing.values_list("parent_id_told", "image__public_id"))


def _newest(parents: set[str]) -> dict[str, int]:
    standing = Edit.objects.standing().filter(parent_id_told__in=parents)
    return dict(standing.values_list("parent_id_told").annotate(Max("pk")))
