"""The two ways out, asked alike: what holds for one must hold for the other."""

import asyncio
from collections.abc import Callable, Mapping
from typing import TypeAlias

from imagehub.lib import outbound
from imagehub.lib.outbound import Reply
from imagehub.lib.outbound.connections import Resolver, system_resolver
from imagehub.lib.outbound.pool import Pool

Fetch: TypeAlias = Callable[..., Reply]


def pooled(
    url: str,
    *,
    cap: int,
    deadline: float,
    headers: Mapping[str, str] | None = None,
    resolve: Resolver = system_resolver,
) -> Reply:
    """Fetch as `outbound.fetch` does, by a pool of connections that lasts for this one request."""

    async def once() -> Reply:
        async with Pool(connections=2, agent="ImageHub", resolve=resolve) as pool:
            return await pool.fetch(url, cap=cap, deadline=deadline, headers=headers)

    return asyncio.run(once())


CLIENTS: dict[str, Fetch] = {"one by one": outbound.fetch, "pooled": pooled}
