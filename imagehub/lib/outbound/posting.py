"""Telling something to an address that a stranger chose: one request, no redirect, nothing taken but the head."""

import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass

from django.conf import settings

from imagehub.lib.outbound import targets
from imagehub.lib.outbound.addresses import allowance
from imagehub.lib.outbound.client import translated
from imagehub.lib.outbound.connections import Exchange, Resolver, opened, system_resolver
from imagehub.lib.outbound.refusals import Reason, Refused
from imagehub.lib.outbound.targets import Target


@dataclass(frozen=True)
class Receipt:
    """What was answered: a status, and headers by lower-case name."""

    status: int
    headers: Mapping[str, str]


def post(
    url: str, body: bytes, *, headers: Mapping[str, str], deadline: float, resolve: Resolver = system_resolver
) -> Receipt:
    """Send a body within `deadline` seconds altogether; Refused when that was not done or not answered.

    Only addresses are reached that `vet` lets through, and redirects are answers like any other.
    """
    target = targets.read(url)
    exchange = _exchange(deadline, resolve)
    with exchange.watched(), translated(exchange):
        _judge(target, exchange)
        with closing(opened(target, exchange)) as connection:
            connection.request("POST", target.path, body=body, headers=headers, preload_content=False)
            with closing(connection.getresponse()) as response:
                named = {name.lower(): value for name, value in response.headers.items()}
    if exchange.is_over:
        raise Refused(Reason.TOO_SLOW)
    return Receipt(response.status, named)


def vet(url: str, *, deadline: float, resolve: Resolver = system_resolver) -> None:
    """Refuse an address that is not public, or that is not https; what the installation allows may be both."""
    target = targets.read(url)
    exchange = _exchange(deadline, resolve)
    with translated(exchange):
        _judge(target, exchange)


def _judge(target: Target, exchange: Exchange) -> None:
    addresses = exchange.addresses(target.host, target.port)
    if target.scheme == "https":
        return
    for address in addresses:
        if not any(allowed.covers(address, target.port) for allowed in exchange.allowances):
            raise Refused(Reason.INSECURE)


def _exchange(deadline: float, resolve: Resolver) -> Exchange:
    return Exchange(time.monotonic() + deadline, tuple(map(allowance, settings.OUTBOUND_ALLOW)), resolve)
