"""Pictures that look alike, found among millions.

Multi-index hashing (M. Norouzi, A. Punjani, D. J. Fleet, "Fast Search in Hamming Space with Multi-Index
Hashing", 2012): of two likenesses within 8 bits of each other, cut into four bands of 16 bits, either the
last band differs in at most two bits or another one in at most one. So the few values that a band may
have are looked up in its index, which holds the whole likeness to compare with.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations, islice
from typing import Any

from django.db.models import Q, QuerySet

from imagehub.images.models import Fingerprint, Image
from imagehub.images.pipeline.likeness import BITS, DISTANCE, mirrored
from imagehub.lib.transactions import write

MOST = 100
"""How many near pictures a look-up names, the nearest ones."""

CROWD = 10_000
"""Candidates that a look-up reads of each band. Random likenesses have less than half of that among a million;
of a larger crowd with the same band some go unseen there, but those with the very likeness never do."""

_BANDS = 4
_WIDTH = BITS // _BANDS
_ALL = (1 << BITS) - 1


@dataclass(frozen=True, slots=True, order=True)
class Near:
    """A picture that looks like the one asked for."""

    distance: int
    """Differing bits, of the picture or of its mirror image, whichever are fewer."""
    is_mirrored: bool
    """Whether it looks rather like the mirror image."""
    image_id: int
    """The integer key."""


@write
def remember(image: Image) -> None:
    """Make the image findable by its likeness; one that has none, is known already or is gone needs nothing."""
    if image.likeness is None or not Image.objects.select_for_update().filter(pk=image.pk).exists():
        return
    Fingerprint.objects.get_or_create(image=image, defaults={"likeness": image.likeness, **bands(image.likeness)})


def near(likeness: int, *, within: int = DISTANCE) -> list[Near]:
    """Name the remembered images within so many bits of a likeness or of its mirror image, nearest first.

    The image itself is among them. Its work is bounded by `MOST` and `CROWD`, whatever is remembered.
    """
    closest = nearest(Fingerprint.objects.all(), likeness, within=within)
    images = dict(Fingerprint.objects.filter(pk__in=closest).values_list("pk", "image_id"))
    return sorted(Near(*closest[number], images[number]) for number in closest if number in images)


def nearest(rows: QuerySet[Any], likeness: int, *, within: int = DISTANCE) -> dict[int, tuple[int, bool]]:
    """Look so among any rows that have a `likeness` and its `bands`; name each by its key.

    What is told of each is how many bits it is away, and whether that is from the mirror image.
    """
    sought = (likeness, mirrored(likeness))
    return _closest(sought, dict(_candidates(rows, sought, within)), within)


def bands(likeness: int) -> dict[str, int]:
    """Return the columns by which a likeness is looked up."""
    return {f"band{number}": band for number, band in enumerate(_bands(likeness))}


def _closest(sought: tuple[int, int], known: dict[int, int], within: int) -> dict[int, tuple[int, bool]]:
    """Choose the nearest of the known; say for each how far it is, and whether from the mirror image."""
    found = sorted(
        (bits, is_mirrored, number)
        for is_mirrored, one in zip((False, True), sought, strict=True)
        for number, other in known.items()
        if (bits := ((one ^ other) & _ALL).bit_count()) <= within  # `distance`, without a call for each of thousands
    )
    nearest: dict[int, tuple[int, bool]] = {}
    for bits, is_mirrored, number in found[: 2 * MOST]:
        nearest.setdefault(number, (bits, is_mirrored))
    return dict(islice(nearest.items(), MOST))


def _candidates(rows: QuerySet[Any], sought: tuple[int, int], within: int) -> Iterator[tuple[int, int]]:
    """Read keys and likenesses from the covering indexes: the very likeness first, then band after band."""
    equal = Q(likeness__in=sought, band0__in=[_bands(likeness)[0] for likeness in sought])
    yield from _keyed(rows.filter(equal), MOST)
    for number, radius in enumerate(_radii(within)):
        values = {_bands(likeness)[number] ^ mask for likeness in sought for mask in _masks(radius)}
        yield from _keyed(rows.filter(Q((f"band{number}__in", values))), CROWD)


def _keyed(rows: QuerySet[Any], most: int) -> Iterable[tuple[int, int]]:
    return rows.values_list("pk", "likeness")[:most]


def _radii(within: int) -> list[int]:
    """Say for each band how many bits of it may differ; -1 for one that need not be looked at.

    If each band differed in more, the sum would be above `within`.
    """
    each, over = divmod(within, _BANDS)
    return [each - (number < _BANDS - 1 - over) for number in range(_BANDS)]


@cache
def _masks(radius: int) -> list[int]:
    """Return every pattern of at most `radius` differing bits in a band."""
    return [sum(1 << bit for bit in bits) for many in range(radius + 1) for bits in combinations(range(_WIDTH), many)]


def _bands(likeness: int) -> list[int]:
    """Cut a likeness into its bands, lowest bits first."""
    return [likeness >> _WIDTH * number & (1 << _WIDTH) - 1 for number in range(_BANDS)]
