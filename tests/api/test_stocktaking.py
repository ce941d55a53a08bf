"""Shelves are compared with what stands on them without getting in anybody's way."""

from collections.abc import Collection, Iterable, Iterator

import pytest

from imagehub.api.models import Posting
from imagehub.api.shelves import STAMP
from imagehub.api.stocktaking import Stocktaking


class Drawers(Stocktaking):
    """Two owners with a thing each, and whether they are being read at the moment."""

    kind = "drawers"
    is_reading = False

    def owners(self) -> Iterator[int]:
        self.is_reading = True
        yield from (1, 2)
        self.is_reading = False

    def last(self, owner: int) -> int:
        return 0

    def hold(self, owner: int) -> None:
        assert not self.is_reading

    def things(self, owner: int, numbers: range) -> Iterable[tuple[int, Collection[str]]]:
        yield numbers[0], [f"of:{owner}"]


@pytest.mark.django_db
def test_nothing_is_held_before_all_owners_are_read() -> None:
    drawers = Drawers()
    assert drawers.is_miscounted()
    drawers.recount()
    standing = Posting.objects.exclude(term=STAMP).order_by("shelf")
    assert list(standing.values_list("shelf", "term")) == [
        ("drawers:1", "of:1"),
        ("drawers:2", "of:2"),
    ]
    assert not drawers.is_miscounted()
