"""What tests about harvests do all the time."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database
from pytest_django import Settings

from tests import servers
from tests.origins import Origin, origin
from tests.programs import Missing, without

SHOP = "shop"


@pytest.fixture(scope="session")
def _mongo() -> Iterator[MongoClient[dict[str, Any]]]:
    with (
        servers.mongodb() as found,
        MongoClient[dict[str, Any]](found["MONGODB_URI"], uuidRepresentation="standard") as client,
    ):
        yield client


@pytest.fixture
def shop(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Database[dict[str, Any]]]:
    """Give an empty database on a real MongoDB, which the product harvests from."""
    try:
        client: MongoClient[dict[str, Any]] = request.getfixturevalue("_mongo")
    except Missing as missing:
        without(f"{missing} is not installed")
    host, port = client.address or ("", 0)
    settings.MONGODB_URI = f"mongodb://{host}:{port}/"
    yield client[SHOP]
    for name in set(client.list_database_names()) - {"admin", "config", "local"}:
        client.drop_database(name)


@pytest.fixture(scope="module")
def _site() -> Iterator[Origin]:
    with origin() as site:
        site.remove("/robots.txt")
        yield site


@pytest.fixture
def site(_site: Origin, settings: Settings) -> Origin:
    """Give a site on the loopback that harvests may go to, and wait nowhere for long."""
    settings.OUTBOUND_ALLOW = [f"{_site.host}:{_site.port}"]
    settings.RETRY_DELAY = 0
    return _site
