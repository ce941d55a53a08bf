"""What the news about pictures carry besides the fact itself."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from avatars import listing
from imagehub.events import audience
from imagehub.events.catalog import Kind
from imagehub.events.news import News
from imagehub.lib import origin

KINDS = frozenset({Kind.PICTURE_CREATED, Kind.PICTURE_ACTIVATED, Kind.PICTURE_DELETED, Kind.PICTURES_CLEARED})


def completed(page: Sequence[News]) -> Sequence[News]:
    """Add the user's pictures as they are now, as `get-user-pictures` gives them; one query a user."""
    owners = {news.position: _Owner.of(news) for news in page if news.kind in KINDS}
    lists = {owner: owner.pictures() for owner in set(owners.values())}
    return [
        replace(news, data=news.data | {"pictures": lists[owner]}) if (owner := owners.get(news.position)) else news
        for news in page
    ]


@dataclass(frozen=True)
class _Owner:
    """Whose pictures a fact is about, and where the one who acted saw us."""

    pk: int
    public_id: str
    origin: str

    @classmethod
    def of(cls, news: News) -> "_Owner":
        return cls(audience.key_of(news.audience), str(news.data.get("userId", "")), news.origin)

    def pictures(self) -> list[listing.Card]:
        with origin.seen_as(self.origin):
            return listing.pictures_of(self)
