"""A Redis of one's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.programs import required
from tests.servers import Redis


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Redis]:
    required("redis-server")
    running = Redis(tmp_path)
    running.start()
    yield running
    running.kill()
