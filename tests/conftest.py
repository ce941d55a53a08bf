"""The cast and the props that every test may ask for."""

import gc
import io
import logging
import shutil
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from coverage import Coverage
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from PIL import Image
from pytest_django import Settings
from rest_framework.test import APIClient

from imagehub.lib import shared

if TYPE_CHECKING:
    from accounts.models import User

pytest_plugins = ["tests.questions"]

PASSWORD = "correct horse battery staple"

# How fast examples are drawn says something about the machine and its load, nothing about what is tested.
hypothesis.settings.register_profile("anywhere", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("anywhere")
MEASURED = pytest.StashKey[bool]()
MEASURED_ROWS = 1


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage among what is collected: it all stays to the end."""
    gc.disable()
    collected = yield
    gc.freeze()
    gc.enable()
    return collected


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On a database server run what touches the database: the rest has nothing new to say there.

    What is marked as `alike` touches it but is answered before it has a say; the Makefile leaves that out.
    """
    _note_what_is_measured(items)
    if settings.EMBEDDED:
        return
    chosen = [item for item in items if _touches_the_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
    items[:] = chosen


def _touches_the_database(item: pytest.Item) -> bool:
    return bool({"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))) or any(
        item.iter_markers("django_db")
    )


def _note_what_is_measured(items: list[pytest.Item]) -> None:
    """Measure the coverage of each table's first row: most others run the same lines, at twice their cost."""
    seen = Counter[str]()
    for item in items:
        function = item.nodeid.partition("[")[0]
        seen[function] += 1
        item.stash[MEASURED] = seen[function] <= MEASURED_ROWS and not any(item.iter_markers("crowd"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    if item.stash[MEASURED]:
        return (yield)
    with _unmeasured():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_pycollect_makeitem() -> Generator[None, object, object]:
    with _unmeasured():
        return (yield)


@contextmanager
def _unmeasured() -> Iterator[None]:
    measuring = Coverage.current()
    if measuring:
        measuring.stop()
    yield
    if measuring:
        measuring.start()


@pytest.fixture(autouse=True)
def _clean_cache() -> Iterator[None]:
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _clean_storage() -> Iterator[None]:
    yield
    shutil.rmtree(Path(settings.DATA_DIR) / "storage", ignore_errors=True)


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Collect all that is logged, at the chattiest level, as production would write it."""
    from imagehub.lib import logs

    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    formatter = logs.configuration(level="DEBUG", style="json")["formatters"]["line"]
    handler.setFormatter(formatter.pop("()")(**formatter))
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.fixture
def lost_cache(settings: Settings) -> Iterator[None]:
    """Let the shared cache be a server that is away."""
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    }
    yield
    shared.absence.until = 0.0


@pytest.fixture
def ada(db: None) -> "User":
    return _user("ada")


@pytest.fixture
def visitor(ada: "User") -> Client:
    """A browser in which Ada is signed in."""
    client = Client()
    client.force_login(ada)
    return client


@pytest.fixture
def bea(db: None) -> "User":
    return _user("bea")


@pytest.fixture
def staff(db: None) -> "User":
    return _user("staff", is_staff=True)


def _user(name: str, **fields: object) -> "User":
    from accounts.models import User

    return User.objects.create_user(name, f"{name}@example.org", PASSWORD, **fields)


@pytest.fixture
def api() -> Callable[..., APIClient]:
    """Make clients: `api()` is a stranger, `api(ada)` is signed in with a Bearer token."""

    def client(user: "User | None" = None) -> APIClient:
        made = APIClient(raise_request_exception=False)
        if user is not None:
            made.credentials(HTTP_AUTHORIZATION=f"Bearer {access_token(user)}")
        return made

    return client


def access_token(user: "User") -> str:
    """Return an access token as a sign-in would give it."""
    from accounts import tokens

    return tokens.issue(user).access


@pytest.fixture
def photo() -> Callable[..., bytes]:
    """Draw pictures: `photo(size=(64, 48), colour="teal", format="JPEG")` returns a file's bytes."""

    def draw(size: tuple[int, int] = (64, 48), colour: str = "teal", format: str = "JPEG") -> bytes:  # noqa: A002  # Pillow's word
        file = io.BytesIO()
        Image.new("RGB", size, colour).save(file, format)
        return file.getvalue()

    return draw
