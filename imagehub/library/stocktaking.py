"""Whether shelves of libraries say what stands in these; see `imagehub.images.doctor`."""

from collections.abc import Collection, Iterable, Iterator

from imagehub.api.stocktaking import Stocktaking
from imagehub.library import terms
from imagehub.library.models import AlbumItem, Entry, Shelf


class _Libraries(Stocktaking):
    """The entries of all libraries, in the bin and out of it, and the albums that they are in."""

    kind = terms.KIND

    def owners(self) -> Iterator[int]:
        return Shelf.objects.order_by("owner").values_list("owner_id", flat=True).iterator()

    def last(self, owner: int) -> int:
        return next(iter(Shelf.objects.filter(owner_id=owner).values_list("last", flat=True)[:1]), -1)

    def hold(self, owner: int) -> None:
        list(Shelf.objects.select_for_update().filter(owner_id=owner))

    def things(self, owner: int, numbers: range) -> Iterable[tuple[int, Collection[str]]]:
        bounds = (numbers[0], numbers[-1])
        entries = Entry.objects.filter(owner_id=owner, number__range=bounds)
        for number, told in entries.values_list("number", "terms"):
            yield number, terms.told(told)
        items = AlbumItem.objects.filter(entry__owner_id=owner, entry__number__range=bounds)
        for number, album in items.values_list("entry__number", "album__public_id"):
            yield number, {terms.of_album(album)}


_libraries = _Libraries()
is_miscounted = _libraries.is_miscounted
recount = _libraries.recount
