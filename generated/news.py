"""What the news about generated images carry besides the fact itself."""

from collections.abc import Sequence
from dataclasses import replace

from generated import listing
from imagehub.events.catalog import Kind
from imagehub.events.news import News
from imagehub.lib import origin

KINDS = frozenset({Kind.IMAGE_GENERATED, Kind.IMAGE_STATUS_CHANGED})


def completed(page: Sequence[News]) -> Sequence[News]:
    """Add each image as it is now, with an address that holds; `null` where it is gone. One query an origin."""
    ids: dict[str, set[str]] = {}
    for news in page:
        if news.kind in KINDS:
            ids.setdefault(news.origin, set()).add(str(news.data.get("image_id")))
    cards = {seen_as: _cards(seen_as, found) for seen_as, found in ids.items()}
    return [
        replace(news, data=news.data | {"image": cards[news.origin].get(str(news.data.get("image_id")))})
        if news.kind in KINDS
        else news
        for news in page
    ]


def _cards(seen_as: str, image_ids: set[str]) -> dict[str, listing.Card]:
    with origin.seen_as(seen_as):
        return listing.cards_by_id(image_ids)
