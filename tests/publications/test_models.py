"""What the database itself refuses, should ever a lock not hold."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from imagehub.images.models import Image
from publications.models import Photo


@pytest.mark.parametrize(
    "wrong",
    [
        {"content": "first"},
        {"slot": 0},
        {"position": 0},
        {"slot": 4},
        {"slot": 8, "allowance": 9},
        {"allowance": 1},
    ],
    ids=str,
)
def test_a_photo_that_breaks_a_promise_is_refused(
    wrong: dict[str, Any], ada: User, publication_of: Any, photo_in: Any
) -> None:
    first = photo_in(publication_of(ada))
    Photo.objects.update(content="first")
    image = Image.objects.create(
        owner=ada, source="publication", key="images_x/y.png", digest="", content_type="image/png",
        width=1, height=1, size=1,
    )  # fmt: skip
    fitting = {
        "publication": first.publication,
        "image": image,
        "content": "x",
        "slot": 1,
        "allowance": 4,
        "position": 1,
    }

    with pytest.raises(IntegrityError), transaction.atomic():
        Photo.objects.create(**(fitting | wrong))
    assert Photo.objects.create(**fitting).pk
