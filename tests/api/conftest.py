"""The glue is tested on addresses of its own."""

import pytest


@pytest.fixture(autouse=True)
def _own_addresses(settings: pytest.FixtureRequest) -> None:
    settings.ROOT_URLCONF = "tests.api.urls"  # type: ignore[attr-defined]
