"""A picture that a model made stays marked as such when somebody takes it for a portrait."""

from collections.abc import Callable
from typing import Any

from rest_framework.test import APIClient

from accounts.models import User
from avatars.models import Picture
from imagehub.images import storage
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.marking import mark_of
from imagehub.images.pipeline.marks import SourceType
from tests.corpus import build, generated

Api = Callable[..., APIClient]


def test_a_made_up_portrait_is_kept_and_stored_as_one(ada: User, api: Api, upload: Any) -> None:
    assert upload(api(ada), generated.png(parameters=generated.A1111)).status_code == 201

    image = Picture.objects.get().image
    data = storage.read(image.key)
    assert (image.origin, image.source_type) == ("ai", "trainedAlgorithmicMedia")
    assert mark_of(data, Format.PNG) is SourceType.TRAINED_ALGORITHMIC_MEDIA
    assert b"lighthouse" not in data


def test_any_other_portrait_is_stored_without_a_word(ada: User, api: Api, upload: Any) -> None:
    assert upload(api(ada), generated.with_packet("JPEG", generated.packet("digitalCapture"))).status_code == 201

    image = Picture.objects.get().image
    assert (image.origin, image.source_type) == ("not-ai", "digitalCapture")
    assert storage.read(image.key) == build.encoded(build.picture(), "JPEG")


def test_broken_marks_do_not_keep_a_portrait_from_being_taken(ada: User, api: Api, upload: Any) -> None:
    broken = generated.png_with(b"eXIf", generated.comment(generated.A1111)[6:40])
    deep = generated.png(prompt="[" * 100_000, invokeai_metadata='{"a":' * 50_000)
    for data in (broken, deep):
        assert upload(api(ada), data).status_code == 201
