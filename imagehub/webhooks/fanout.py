"""Makes deliveries of facts: one for each endpoint that may hear of it and asked to."""

from collections.abc import Iterator, Sequence

import orjson
from django.contrib.auth import get_user_model
from django.db.models import Min, Q

from imagehub.events import audience, relay
from imagehub.events.catalog import INTERNAL
from imagehub.events.news import News, completed
from imagehub.lib import ids
from imagehub.lib.times import told
from imagehub.lib.transactions import write
from imagehub.webhooks.models import Cursor, Delivery, Endpoint

BATCH = 200
LARGEST = 20_000  # bytes of a body, as the standard advises
_NAME = "fanned out"


def fan_out() -> None:
    """Make deliveries of all facts that have none yet."""
    start = Endpoint.objects.open().aggregate(start=Min("since"))["start"]
    if start is None:
        return
    last = relay.advance()
    while _some(start, last):
        pass


@write
def _some(start: int, last: int) -> bool:
    """Go on by a batch; tell whether there is more. Facts from before an endpoint are none of its business."""
    cursor = Cursor.objects.locked(_NAME)
    position = max(cursor.position, start)
    if position >= last:
        return False
    page = relay.after(position, limit=BATCH)
    wanted = _wanted([news for news in page if news.kind not in INTERNAL])
    Delivery.objects.bulk_create(wanted, ignore_conflicts=True)
    cursor.position = page[-1].position if page else last
    cursor.save(update_fields=["position"])
    return bool(page)


def _wanted(page: Sequence[News]) -> list[Delivery]:
    if not page:
        return []
    keys = {audience.key_of(news.audience) for news in page if news.audience != audience.STAFF}
    listening = Endpoint.objects.open().filter(Q(owner=None) | Q(owner__is_staff=True) | Q(owner__in=keys))
    endpoints = list(listening.select_related("owner"))
    heard = {
        news.position: [endpoint for endpoint in endpoints if _hears(endpoint, news)] for news in page
    }  # asked before facts are completed, which costs
    whole = completed([news for news in page if heard[news.position]])
    names = dict(get_user_model()._default_manager.filter(pk__in=keys).values_list("pk", "public_id"))  # noqa: SLF001  # Django's
    return [delivery for news in whole for delivery in _deliveries(news, heard[news.position], names)]


def _hears(endpoint: Endpoint, news: News) -> bool:
    may = endpoint.owner is None or news.audience in audience.heard_by(endpoint.owner)
    return may and news.position > endpoint.since and endpoint.wants(news.kind)


def _deliveries(news: News, endpoints: Sequence[Endpoint], names: dict[int, str]) -> Iterator[Delivery]:
    is_staffs = news.audience == audience.STAFF
    user = None if is_staffs else names.get(audience.key_of(news.audience))
    body = worded(news.kind, told(news.occurred_at), news.data, id=news.position, user=user)
    for endpoint in endpoints:
        yield Delivery(
            endpoint=endpoint, message_id=message_id(), position=news.position, kind=news.kind, body=body.decode()
        )


def message_id() -> str:
    """Return a fresh `webhook-id`."""
    return f"msg_{ids.object_id()}"


def worded(kind: str, timestamp: str, data: dict[str, object], **more: object) -> bytes:
    """Return a body; of data that is too long, its lists and texts are left out, and named instead."""
    whole = {"type": kind, "timestamp": timestamp, "data": data, **more}
    body = orjson.dumps(whole, option=orjson.OPT_UTC_Z)
    if len(body) < LARGEST:
        return body
    longest = sorted(data, key=lambda name: len(orjson.dumps(data[name])), reverse=True)
    omitted: list[str] = []
    while len(body) >= LARGEST and longest:
        omitted.append(longest.pop(0))
        kept = {name: value for name, value in data.items() if name not in omitted}
        body = orjson.dumps({**whole, "data": {**kept, "omitted": omitted}}, option=orjson.OPT_UTC_Z)
    return body
