"""The news by polling, for clients without a socket."""

from collections.abc import Sequence
from typing import Any

import orjson
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from imagehub.events import audience, frames, relay
from imagehub.events.news import News

LONGEST = 500
LARGEST = 4 * 1024 * 1024  # bytes of an answer; what does not fit waits for the next call


class QuerySerializer(serializers.Serializer[Any]):
    """Where to go on from, and how much to take."""

    after = serializers.IntegerField(min_value=0, max_value=2**63 - 1, default=0)
    limit = serializers.IntegerField(min_value=1, max_value=LONGEST, default=100)


class EventSerializer(serializers.Serializer[Any]):
    """One fact."""

    id = serializers.IntegerField()
    type = serializers.CharField()
    occurred_at = serializers.DateTimeField()
    data = serializers.DictField()  # type: ignore[assignment]  # a field named like an attribute of the base


class PageSerializer(serializers.Serializer[Any]):
    """What is new after an id."""

    events = EventSerializer(many=True)
    last_id = serializers.IntegerField(help_text="The `after` of the next call.")
    reset = serializers.BooleanField(help_text="`after` is too old or unknown: fetch the state anew.")


class EventsView(APIView):
    """`GET /api/v1/events`."""

    scope = "events"

    @extend_schema(operation_id="events_list", parameters=[QuerySerializer], responses=PageSerializer, tags=["events"])
    def get(self, request: Request) -> Response:
        """Return the caller's news after an id, in order.

        Call again with `after` set to `last_id`; large news come in smaller numbers than asked for.
        With `reset` the news between are no longer kept.
        """
        query = QuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        # A service has no account, and so hears nothing of its own.
        heard = audience.heard_by(request.user) if request.user.pk else frozenset()
        return Response(_page(heard, **query.validated_data))


def _page(heard: frozenset[str], *, after: int, limit: int) -> dict[str, object]:
    last_id = relay.advance()
    if not relay.is_replayable(after):
        return {"events": [], "last_id": last_id, "reset": True}
    news = relay.told_to(heard, after=after, until=last_id, limit=limit)
    fitting = _fitting(news)
    if len(news) == limit or len(fitting) < len(news):
        last_id = news[len(fitting) - 1].position
    return {"events": fitting, "last_id": last_id, "reset": False}


def _fitting(news: Sequence[News]) -> list[orjson.Fragment]:
    """Return as many of the first news as fit into an answer, encoded; one at least, so that callers get on."""
    fitting: list[orjson.Fragment] = []
    room = LARGEST
    for item in news:
        frame = frames.event(item)
        room -= len(frame)
        if fitting and room < 0:
            break
        fitting.append(orjson.Fragment(frame))
    return fitting
