"""Documents that a JSON API lists."""

import io
import re
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from time import monotonic
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from harvester import reasons
from harvester.politeness.agents import agent
from harvester.sources import listings
from harvester.sources.entries import Entry
from imagehub.lib.errors import Invalid, SourceUnavailable
from imagehub.lib.outbound import Reason, Refused, Reply, fetch, targets

LONGEST_ADDRESS = 2000  # characters of an API's
MOST_PAGES = 1000
LONGEST = 120.0  # seconds after which no further page is asked for: somebody waits
_NEXT = re.compile(r"<([^<>]*)>\s*;[^,<]*\brel\s*=\s*\"?next\b", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://|[/?]", re.IGNORECASE)  # how one begins; other words are for questions of their own
_PASSING = {Reason.UNKNOWN_HOST, Reason.TOO_SLOW, Reason.UNREACHABLE, Reason.BROKEN}
_BUSY = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}


def entries(url: str, fields: Sequence[str]) -> Iterator[Entry]:
    """Ask the API, page by page, and go through the documents that it lists; Invalid or SourceUnavailable otherwise."""
    pages = _Pages(url)
    return listings.entries(pages.first(), fields, field="api_url", following=pages.following)


class _Pages:
    """The pages of an API, each asked for once; those of other sites, or at odd addresses, are not gone to."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._link = ""  # what the last page said in its head
        self._asked: set[str] = set()
        self._ends_at = monotonic() + LONGEST

    def first(self) -> IO[bytes]:
        """Ask for the first page."""
        return self._page(self._url)

    def following(self, said: str) -> IO[bytes] | None:
        """Return the page behind the last one, whose body has said where that is, unless its head has; None for none.

        Invalid when there are too many of them, or they take too long.
        """
        led_to = said if _ADDRESS.match(said) else self._link
        if not led_to:
            return None
        here = targets.read(self._url)
        try:
            there = targets.follow(here, led_to)
        except Refused:
            return None
        if there.origin != here.origin or there.url in self._asked:
            return None
        self._judge()
        return self._page(there.url)

    def _judge(self) -> None:
        """Refuse to go on for ever."""
        if len(self._asked) >= MOST_PAGES:
            sentence = _("The documents are spread over more than %(most)d pages. Ask the API for longer ones.")
            raise Invalid(details={"api_url": [sentence % {"most": MOST_PAGES}]})
        if monotonic() > self._ends_at:
            sentence = _("The API takes longer than %(most)d seconds to list its documents. Ask it for fewer.")
            raise Invalid(details={"api_url": [sentence % {"most": LONGEST}]})

    def _page(self, url: str) -> IO[bytes]:
        self._asked.add(url)
        reply = _answer(url)
        self._url, self._link = reply.url, _linked(reply)
        self._asked.add(reply.url)
        return io.BytesIO(reply.body)


def _linked(reply: Reply) -> str:
    found = _NEXT.search(reply.headers.get("link", ""))
    return found[1] if found else ""


def _answer(url: str) -> Reply:
    headers = {"Accept": "application/json", "User-Agent": agent()}
    try:
        reply = fetch(url, cap=listings.MOST_BYTES, deadline=settings.DOWNLOAD_TIMEOUT, headers=headers)
    except Refused as refusal:
        if refusal.reason in _PASSING:
            raise SourceUnavailable from None
        raise Invalid(details={"api_url": [reasons.sentence(refusal.reason)]}) from None
    if reply.status in _BUSY or reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise SourceUnavailable
    if reply.status != HTTPStatus.OK:
        raise Invalid(details={"api_url": [_("There are no documents at this address.")]})
    return reply
