"""One installation for all of its tests."""

from collections.abc import Iterator

import pytest

from tests.deployed.topology import Deployment, deployed


@pytest.fixture(scope="session")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    with deployed(tmp_path_factory.mktemp("deployed")) as running:
        yield running
