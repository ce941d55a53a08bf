"""Which pictures are hidden by others that stand in their place.

Whoever asks may say `among` which edits one that stands for its original is to be found; otherwise it is all.
"""

from collections.abc import Callable, Collection, Iterable
from functools import partial

from django.db.models import Max, Q, QuerySet

from imagehub.editor.models import Edit, EditQuerySet
from imagehub.images.models import Image


def hidden(images: Collection[Image], among: EditQuerySet | None = None) -> set[int]:
    """Return the keys of those among the images that others stand for; two queries.

    Those are originals behind a revision, and revisions that were taken back or followed by newer ones.
    """
    ids = {image.public_id for image in images}
    revisions = Edit.objects.filter(image__in=images, is_revision=True)
    own = {image: (edit, told) for image, edit, told in revisions.values_list("image_id", "pk", "parent_id_told")}
    newest = _newest(ids | {told for _, told in own.values()}, among)
    behind = {image.pk for image in images if image.public_id in newest}
    return behind | {image for image, (edit, told) in own.items() if newest.get(told) != edit}


def standing_for(public_ids: Iterable[str], among: EditQuerySet | None = None) -> dict[str, str]:
    """Return for each image, by its public id, the one that is shown in its place: itself where nothing else is.

    Revisions of revisions are followed to both ends; a query for each generation.
    """
    ids = set(public_ids)
    roots = _followed(ids, _originals)
    heads = _followed(set(roots.values()), partial(_replacements, among=among))
    return {one: heads[roots[one]] for one in ids}


def family(edits: Iterable[Edit]) -> "QuerySet[Image]":
    """Return the images whose place other revisions of the same pictures may take: originals and their revisions."""
    originals = {edit.parent_id_told for edit in edits}
    siblings = Edit.objects.filter(parent_id_told__in=originals, is_revision=True)
    # By keys: asked for one or the other of two tables, a database goes through all images.
    return Image.objects.filter(Q(pk__in=list(siblings.values_list("image", flat=True))) | Q(public_id__in=originals))


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


def _replacements(ids: set[str], among: EditQuerySet | None) -> dict[str, str]:
    return dict(_standing(ids, among).order_by("pk").values_list("parent_id_told", "image__public_id"))


def _newest(parents: set[str], among: EditQuerySet | None) -> dict[str, int]:
    return dict(_standing(parents, among).values_list("parent_id_told").annotate(Max("pk")))


def _standing(parents: set[str], among: EditQuerySet | None) -> "QuerySet[Edit]":
    edits = Edit.objects.all() if among is None else among
    return edits.standing().filter(parent_id_told__in=parents)
