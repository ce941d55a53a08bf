from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from imagehub.images import cache, renditions, tasks
from imagehub.images.models import Image, Rendition, today
from imagehub.images.pipeline.formats import Format
from imagehub.lib import signing
from tests.images.conftest import Keep, objects

pytestmark = pytest.mark.django_db(transaction=True)
Api = Callable[..., APIClient]
SIDES = (32, 64, 128, 256)


@pytest.fixture
def image(ada: User, keep: Keep) -> Image:
    return keep(ada)


@pytest.fixture
def made(image: Image) -> list[Rendition]:
    """Renditions looked at one, two, three and four days ago, in turn."""
    kept = [renditions.rendition(image, f"avatar-{side}", Format.PNG) for side in SIDES]
    for days, one in enumerate(kept, start=1):
        Rendition.objects.filter(pk=one.pk).update(last_used=today() - timedelta(days=days))
    return kept


def test_what_fits_stays(made: list[Rendition], settings: Any) -> None:
    settings.RENDITIONS_BYTES = sum(one.size for one in made)
    assert cache.evict() == 0
    assert Rendition.objects.count() == len(made)


def test_while_all_fit_only_what_came_since_they_were_counted_is_added_up(
    image: Image, made: list[Rendition], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "_YOUNG", 1)
    settings.RENDITIONS_BYTES = sum(one.size for one in made)
    assert cache.evict() == 0
    with CaptureQueriesContext(connection) as asked:
        assert cache.evict() == 0
    assert [one["sql"].endswith(f" > {made[-2].pk}") for one in asked] == [True]

    renditions.rendition(image, "avatar-512", Format.PNG)
    tasks.evict()
    assert not Rendition.objects.filter(pk=made[-1].pk).exists()


def test_what_has_gone_since_they_were_counted_makes_room(
    image: Image, made: list[Rendition], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "_YOUNG", 0)
    settings.RENDITIONS_BYTES = sum(one.size for one in made)
    assert cache.evict() == 0
    cache.drop(made[1:])
    kept = [made[0], renditions.rendition(image, "avatar-32", Format.WEBP)]
    assert cache.evict() == 0
    assert list(Rendition.objects.order_by("pk")) == kept


def test_the_longest_unused_go_first_with_their_objects(
    image: Image, made: list[Rendition], root: Path, settings: Any
) -> None:
    settings.RENDITIONS_BYTES = sum(one.size for one in made) - 1
    tasks.evict()
    assert list(Rendition.objects.order_by("pk")) == made[:3]
    assert objects(root) == sorted([image.key, *(one.key for one in made[:3])])


def test_nothing_allowed_leaves_the_originals(image: Image, made: list[Rendition], root: Path, settings: Any) -> None:
    settings.RENDITIONS_BYTES = 0
    assert cache.evict() == sum(one.size for one in made)
    assert objects(root) == [image.key]
    assert cache.evict() == 0


def test_a_look_is_noted_once_a_day(
    client: Client, image: Image, made: list[Rendition], django_assert_num_queries: Callable[..., Any]
) -> None:
    path = signing.signed(f"/i/{image.public_id}/avatar-256.png")
    for queries in (2, 1):
        with django_assert_num_queries(queries):
            assert client.get(path).status_code == 200
    assert Rendition.objects.get(pk=made[-1].pk).last_used == today()


def test_what_was_evicted_is_made_again(client: Client, image: Image, made: list[Rendition], settings: Any) -> None:
    path = signing.signed(f"/i/{image.public_id}/avatar-32.png")
    before = client.get(path).content
    settings.RENDITIONS_BYTES = 0
    cache.evict()
    assert client.get(path).content == before
    assert Rendition.objects.get().name == made[0].name


def test_a_purge_takes_all_of_one_image_and_nothing_of_others(
    api: Api, ada: User, image: Image, made: list[Rendition], keep: Keep, root: Path
) -> None:
    other = keep(ada)
    spared = renditions.rendition(other, "thumb", Format.WEBP)
    address = f"/api/v1/renditions/{image.public_id}"
    assert api(ada).delete(address).status_code == 204
    assert objects(root) == sorted([image.key, other.key, spared.key])
    assert api(ada).delete(address).status_code == 204
    assert len(made) == len(SIDES)


def test_only_owner_and_staff_purge(
    api: Api, ada: User, bea: User, image: Image, made: list[Rendition], staff: User
) -> None:
    address = f"/api/v1/renditions/{image.public_id}"
    assert api().delete(address).status_code == 401
    for path in (address, f"/api/v1/renditions/{'x' * 22}"):
        refused = api(bea).delete(path)
        assert (refused.status_code, refused.json()["code"]) == (404, "IMAGE_NOT_FOUND")
    assert Rendition.objects.count() == len(made)
    assert api(staff).delete(address).status_code == 204
    assert not Rendition.objects.exists()
    assert api(ada).delete(address).status_code == 204


def test_the_command_purges_by_id(image: Image, made: list[Rendition]) -> None:
    said = StringIO()
    call_command("purge_renditions", image.public_id, stdout=said)
    assert said.getvalue() == f"{image.public_id}: {len(made)} renditions removed\n"
    assert not Rendition.objects.exists()
    with pytest.raises(CommandError, match=r"^There is no image nowhere\.$"):
        call_command("purge_renditions", "nowhere")
