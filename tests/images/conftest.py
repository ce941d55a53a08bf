"""What tests of the image core share."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.db import transaction

from accounts.models import User
from imagehub.images import services
from imagehub.images.models import Image, Source
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.limits import Limits
from imagehub.images.quotas import UNLIMITED
from imagehub.images.storage import LocalStorage
from imagehub.lib import ids

FORMATS = frozenset({Format.JPEG, Format.PNG, Format.WEBP})
Keep = Callable[..., Image]


@pytest.fixture
def store(tmp_path: Path) -> LocalStorage:
    return LocalStorage(location=str(tmp_path / "root"))


@pytest.fixture
def root() -> Path:
    """The folder of the configured storage."""
    return Path(storages["default"].location)  # type: ignore[attr-defined]  # the local storage has one


@pytest.fixture
def keep(photo: Callable[..., bytes]) -> Keep:
    """Keep a picture for somebody as a feature would."""

    def kept(owner: User, data: bytes | None = None, key: str | None = None) -> Image:
        clean = services.judge(data or photo(), formats=FORMATS, limits=Limits())
        place = key or f"images/users/{owner.public_id}/{ids.object_id()}.{clean.format.extension}"
        with services.stored(clean, key=place) as stored, transaction.atomic():
            return services.ingest(stored, owner=owner, source=Source.PICTURE, quota=UNLIMITED)

    return kept


def objects(root: Path) -> list[str]:
    """Return the keys of all files below a folder, hidden ones too."""
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
