"""A picture to edit, and what must not change when an edit is refused."""

from collections.abc import Callable

import pytest

from accounts.models import User
from avatars import services as avatars
from avatars import uploads
from imagehub.editor.models import Edit, Preset
from imagehub.events.models import Event
from imagehub.images import storage
from imagehub.images.models import Image, Rendition, Usage

Trace = Callable[[], object]
Draw = Callable[[User], Image]


@pytest.fixture
def draw(photo: Callable[..., bytes]) -> Draw:
    """Give somebody a picture of 64 x 48 pixels."""

    def drawn(owner: User) -> Image:
        return avatars.add(uploads.judge(photo((64, 48), "teal")), owner=owner, by=owner).image

    return drawn


@pytest.fixture
def picture(ada: User, draw: Draw) -> Image:
    return draw(ada)


@pytest.fixture
def trace() -> Trace:
    """Tell all that a refused request must leave as it was."""

    def seen() -> object:
        rows = [model.objects.count() for model in (Image, Edit, Preset, Rendition, Event, Usage)]
        return rows, sorted(found.key for found in storage.walk(""))

    return seen
