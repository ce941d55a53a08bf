"""What takes too long is told apart from damage, and not tried again at once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from imagehub.images import attempts, copies, decoders, services
from imagehub.images.models import Image, Rendition
from imagehub.images.pipeline.limits import Limits
from imagehub.images.pipeline.refusals import Reason, Refusal
from imagehub.lib import signing
from imagehub.lib.errors import ImageTooExpensive, RenditionTooExpensive
from tests.corpus import build
from tests.images.conftest import FORMATS, Keep

HASTY = 0.001  # seconds, in which no decoder gets far


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Give decoders no time to speak of, and let that be undone."""
    monkeypatch.setattr(decoders, "RENDER_SECONDS", HASTY)
    monkeypatch.setattr(decoders, "RENDER_SECONDS_EACH", 0)
    return monkeypatch.undo


def asked(client: Client, image: Image, name: str) -> Any:
    answer = client.get(signing.signed(f"/i/{image.public_id}/{name}"))
    return answer.status_code if answer.status_code == 200 else (answer.status_code, answer.json()["code"])


def test_it_is_not_tried_again_before_it_has_rested_as_damage_is() -> None:
    tries = []

    def attempt(what: str, reason: Reason) -> None:
        with attempts.attempted(what):
            tries.append(what)
            raise Refusal(reason)

    for _ in range(2):
        with pytest.raises(RenditionTooExpensive):
            attempt("this", Reason.TOO_EXPENSIVE)
        with pytest.raises(Refusal, match="damaged"):
            attempt("that", Reason.DAMAGED)
    assert tries == ["this", "that", "that"]
    cache.clear()
    with attempts.attempted("this"):
        tries.append("this")
    assert tries[3:] == ["this"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["thumb.webp", "auto.webp"])
def test_a_rendition_that_took_too_long_says_so_and_takes_no_decoder_for_a_while(
    name: str, client: Client, ada: User, keep: Keep, photo: Callable[..., bytes], hasty: Callable[[], None]
) -> None:
    image = keep(ada, photo(size=(1600, 1200)))
    assert asked(client, image, name) == (400, "RENDITION_TOO_EXPENSIVE")
    hasty()
    before = decoders.pids()
    assert asked(client, image, name) == (400, "RENDITION_TOO_EXPENSIVE")
    assert decoders.pids() == before
    assert not Rendition.objects.exists()
    assert asked(client, image, "avatar-32.webp") == 200
    cache.clear()
    assert asked(client, image, name) == 200


@pytest.mark.django_db
def test_a_copy_that_took_too_long_is_not_made_anew_for_every_view(
    ada: User, keep: Keep, photo: Callable[..., bytes], hasty: Callable[[], None]
) -> None:
    image = keep(ada, photo(size=(3000, 100)))
    assert copies.make(image) == []
    hasty()
    assert copies.make(image) == []
    cache.clear()
    assert len(copies.make(image)) == 2


def test_an_upload_that_takes_too_long_is_told_apart_from_damage() -> None:
    patient = Limits(scans=10_000, pixels=10**12, side=10**5, seconds=0.2)
    with pytest.raises(ImageTooExpensive):
        services.judge(build.many_scans(600, (5000, 5000)), formats=FORMATS, limits=patient)
