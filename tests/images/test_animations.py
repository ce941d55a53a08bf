"""Animations are kept whole where a surface asks, shown as stills, and move where the address asks."""

import io
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from PIL import Image as Pictures

from accounts.models import User
from imagehub.images import decoders, queueing, services, storage
from imagehub.images.models import Image, Rendition, Source
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.limits import Limits
from imagehub.images.pipeline.refusals import Reason, Refusal
from imagehub.images.pipeline.sanitise import Reading
from imagehub.images.quotas import UNLIMITED
from imagehub.images.services import Visibility
from imagehub.lib import ids, signing
from tests.corpus import animations, build

pytestmark = pytest.mark.django_db
ALL = frozenset(Format)


def kept(owner: User, data: bytes, visibility: Visibility = Visibility.PRIVATE) -> Image:
    clean = services.judge(data, formats=ALL, limits=Limits(), reading=Reading.FRAMES)
    with services.stored(clean, key=f"library/{ids.object_id()}") as stored, transaction.atomic():
        return services.ingest(stored, owner=owner, source=Source.LIBRARY, quota=UNLIMITED, visibility=visibility)


@pytest.fixture
def movie(ada: User) -> Image:
    return kept(ada, animations.moving("GIF"))


def asked(client: Client, image: Image, name: str, accept: str = "*/*") -> Any:
    return client.get(signing.signed(f"/i/{image.public_id}/{name}"), headers={"Accept": accept})


def frames(answer: Any) -> tuple[str, int]:
    with Pictures.open(io.BytesIO(answer.content)) as image:
        return answer.headers["Content-Type"], getattr(image, "n_frames", 1)


def test_its_row_says_how_many_frames_it_has_and_how_long_they_last(movie: Image) -> None:
    movie.refresh_from_db()
    assert (movie.frames, movie.duration, movie.is_moving, movie.content_type) == (3, 240, True, "image/gif")


def test_the_original_moves(client: Client, movie: Image) -> None:
    answer = asked(client, movie, "original.gif")
    assert answer.content == storage.read(movie.key)
    assert frames(answer) == ("image/gif", 3)


@pytest.mark.parametrize(
    ("name", "accept", "sent"),
    [
        ("thumb.auto", "image/avif,image/webp", ("image/avif", 1)),
        ("thumb.auto", "image/png", ("image/png", 1)),
        ("thumb.webp", "*/*", ("image/webp", 1)),
        ("resize:32.auto", "image/webp", ("image/webp", 1)),
        ("thumb;frames:all.auto", "image/avif,image/webp", ("image/webp", 3)),
        ("thumb;frames:all.auto", "image/png", ("image/gif", 3)),
        ("thumb;frames:all.webp", "*/*", ("image/webp", 3)),
        ("avatar-32;dpr:2;q:low;focus:smart;frames:all.gif", "*/*", ("image/gif", 3)),
    ],
)
def test_it_is_a_still_unless_the_address_asks(
    client: Client, movie: Image, name: str, accept: str, sent: tuple[str, int]
) -> None:
    answer = asked(client, movie, name, accept)
    assert frames(answer) == sent
    assert answer.headers.get("Vary") == ("Accept" if name.endswith(".auto") else None)
    assert asked(client, movie, name, accept).headers["ETag"] == answer.headers["ETag"]
    assert Rendition.objects.count() == 1


@pytest.mark.parametrize("name", ["thumb;frames:all.avif", "thumb;frames:all.jpg", "thumb;frames:all.png", "thumb.gif"])
def test_what_can_not_move_is_not_found(client: Client, movie: Image, name: str) -> None:
    assert asked(client, movie, name).json()["code"] == "IMAGE_NOT_FOUND"
    assert not Rendition.objects.exists()


@pytest.mark.parametrize("name", ["thumb;frames:all.auto", "thumb;frames:all.webp", "thumb;frames:all.gif"])
def test_a_still_has_no_other_frames_to_send(client: Client, ada: User, name: str) -> None:
    still = kept(ada, build.encoded(build.picture(), "PNG"))
    assert asked(client, still, name, "image/webp").status_code == 404
    assert not Rendition.objects.exists()


def test_what_would_take_too_long_is_refused_and_its_still_is_not(client: Client, ada: User) -> None:
    long = kept(ada, animations.gif(*[animations.dot()] * 120, size=(600, 600)))
    for extension in ("webp", "gif", "auto"):
        answer = asked(client, long, f"w960;frames:all.{extension}")
        assert (answer.status_code, answer.json()["code"]) == (400, "RENDITION_TOO_EXPENSIVE")
    assert not Rendition.objects.exists()
    assert asked(client, long, "w960.webp").status_code == 200
    assert frames(asked(client, long, "avatar-32;frames:all.webp"))[0] == "image/webp"


def test_a_public_one_moves_for_anybody(client: Client, ada: User) -> None:
    image = kept(ada, animations.moving("WEBP"), Visibility.PUBLIC)
    answer = client.get(f"/i/{image.public_id}/thumb;frames:all.webp")
    assert frames(answer) == ("image/webp", 3)
    assert answer.headers["Cache-Control"].startswith("public")


def test_a_full_queue_makes_none_and_sends_those_that_are_there(client: Client, movie: Image, settings: Any) -> None:
    settings.RENDER_QUEUE = 1
    assert asked(client, movie, "thumb;frames:all.webp").status_code == 200
    with queueing.queue.place():
        assert asked(client, movie, "thumb;frames:all.webp").status_code == 200
        assert asked(client, movie, "thumb;frames:all.gif").status_code == 429
    assert Rendition.objects.count() == 1


@pytest.mark.parametrize("form", ["GIF", "WEBP"])
def test_a_surface_that_does_not_ask_has_stills(form: str) -> None:
    made = services.judge(animations.moving(form), formats=ALL, limits=Limits())
    assert (made.frames, made.format) == (1, Format.PNG if form == "GIF" else Format.WEBP)


def test_a_child_judges_animations_as_we_do() -> None:
    """What the pipeline refuses is refused from a child as well, and the pool goes on."""
    for name in ("GIF with a frame beyond its canvas", "WebP with bytes behind its pixels"):
        with pytest.raises(Refusal) as caught:
            decoders.clean(animations.HOSTILE[name][0](), formats=ALL, limits=Limits(), reading=Reading.FRAMES)
        assert caught.value.reason is Reason.DAMAGED
    made = decoders.clean(animations.moving("GIF"), formats=ALL, limits=Limits(), reading=Reading.FRAMES)
    assert (made.frames, made.duration) == (3, 240)
