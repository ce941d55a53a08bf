"""Documents that a JSON API lists."""

import io
from collections.abc import Iterator, Sequence
from http import HTTPStatus

from django.conf import settings
from django.utils.translation import gettext as _

from harvester import reasons
from harvester.politeness.agents import agent
from harvester.sources import listings
from harvester.sources.entries import Entry
from imagehub.lib.errors import Invalid, SourceUnavailable
from imagehub.lib.outbound import Reason, Refused, Reply, fetch

LONGEST_ADDRESS = 2000  # characters of an API's
_PASSING = {Reason.UNKNOWN_HOST, Reason.TOO_SLOW, Reason.UNREACHABLE, Reason.BROKEN}
_BUSY = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}


def entries(url: str, fields: Sequence[str]) -> Iterator[Entry]:
    """Ask the API once, and go through the documents that it lists; Invalid or SourceUnavailable otherwise."""
    return listings.entries(io.BytesIO(_answer(url).body), fields, field="api_url")


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
