"""Whether shelves of generated images say what stands on them; see `imagehub.images.doctor`."""

from collections.abc import Collection, Iterable, Iterator

from accounts.models import User
from generated import terms
from generated.models import Generated
from generated.services import keeping
from imagehub.api.stocktaking import Stocktaking


class _Shelves(Stocktaking):
    """All generated images, in the bin and out of it."""

    kind = terms.KIND

    def owners(self) -> Iterator[int]:
        return Generated.objects.order_by("owner").values_list("owner_id", flat=True).distinct().iterator()

    def last(self, owner: int) -> int:
        numbers = Generated.objects.filter(owner_id=owner).order_by("-number").values_list("number", flat=True)
        return next(iter(numbers[:1]), -1)

    def hold(self, owner: int) -> None:
        for user in User.objects.filter(pk=owner):
            keeping.lock(user)

    def things(self, owner: int, numbers: range) -> Iterable[tuple[int, Collection[str]]]:
        rows = Generated.objects.filter(owner_id=owner, number__range=(numbers[0], numbers[-1]))
        for generated in rows.select_related("image").defer("metadata_json"):
            yield generated.number, terms.of(generated)


_shelves = _Shelves()
is_miscounted = _shelves.is_miscounted
recount = _shelves.recount
