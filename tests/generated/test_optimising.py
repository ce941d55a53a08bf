"""The same image in fewer bytes, after the answer: no pixel differs, and readers never notice."""

import io
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from PIL import Image as Pillow
from rest_framework.test import APIClient

from accounts.models import User
from generated import reading, services, tasks
from generated.models import Generated
from imagehub.images import decoders, doctor, optimising, renditions, storage
from imagehub.images.models import Image, Tombstone
from imagehub.images.pipeline.formats import Format
from imagehub.lib.digests import sha256
from tests.corpus import build
from tests.generated.conftest import Give, png, stored

Api = Callable[..., APIClient]
BIG = (400, 300)
on_commit = pytest.mark.django_db(transaction=True)


def drawn(mode: str) -> bytes:
    """Draw something with detail, written as wastefully as possible."""
    return build.encoded(build.picture(mode, BIG), "PNG", compress_level=0)


def pixels(data: bytes) -> tuple[str, bytes]:
    with Pillow.open(io.BytesIO(data)) as image:
        return f"{image.size}", image.convert("RGBA").tobytes()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_no_pixel_differs(mode: str) -> None:
    clean = reading.draft("x", drawn(mode), {}).clean

    small = optimising.smaller(clean)

    assert len(small.data) < len(clean.data)
    assert pixels(small.data) == pixels(clean.data)
    assert small.digest == sha256(small.data)
    assert replace(small, data=clean.data, digest=clean.digest) == clean
    assert b"trainedAlgorithmicMedia" in small.data


def test_what_is_small_already_stays_as_it_is() -> None:
    clean = reading.draft("x", drawn("RGB"), {}).clean
    small = optimising.smaller(clean)
    assert optimising.smaller(small) is small


def test_what_takes_too_long_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    clean = reading.draft("x", drawn("RGB"), {}).clean
    monkeypatch.setattr(decoders, "RENDER_SECONDS", 0.001)
    assert optimising.smaller(clean) is clean


@pytest.fixture
def large(ada: User, image_of: Give) -> Generated:
    """An image that is too large to be optimised before the answer."""
    return image_of(ada, data=drawn("RGB"))


@on_commit
def test_a_large_image_is_optimised_after_the_answer(large: Generated, api: Api) -> None:
    assert large.optimised_at is None
    before = Image.objects.get()
    data = storage.read(before.key)

    tasks.optimise(large.pk)

    after = Image.objects.get()
    assert after.key != before.key
    assert after.key.startswith(before.key.rpartition("/")[0])
    assert (after.pk, after.public_id, after.origin) == (before.pk, before.public_id, before.origin)
    assert after.size < before.size
    kept = storage.read(after.key)
    assert (after.digest, after.size, pixels(kept)) == (sha256(kept), len(kept), pixels(data))
    assert stored() == [after.key]
    assert Tombstone.objects.count() == 0
    assert list(doctor.examine()) == []


@on_commit
def test_it_is_done_once(large: Generated) -> None:
    tasks.optimise(large.pk)
    key, moment = Image.objects.get().key, Generated.objects.get().optimised_at
    tasks.optimise(large.pk)
    assert (Image.objects.get().key, Generated.objects.get().optimised_at) == (key, moment)


@on_commit
def test_the_same_address_holds_before_and_after(large: Generated, ada: User, api: Api) -> None:
    url = urlsplit(api(ada).get(f"/api/images/{large.public_id}").json()["data"]["image_url"])
    address = f"{url.path}?{url.query}"
    before = api().get(address)
    tasks.optimise(large.pk)
    after = api().get(address)

    assert pixels(body(before)) == pixels(body(after))
    for answer in (before, after):
        assert answer.headers["ETag"] == f'"{sha256(body(answer))}"'


def body(answer: object) -> bytes:
    """Return what was sent, streamed or whole."""
    if getattr(answer, "streaming", False) and not hasattr(answer, "kept"):
        answer.kept = b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # read once, kept for the second look
    return getattr(answer, "kept", None) or answer.content  # type: ignore[attr-defined,no-any-return]  # an answer has it


@on_commit
def test_a_reader_who_looked_just_before_the_switch_is_served(
    large: Generated, ada: User, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = urlsplit(api(ada).get(f"/api/images/{large.public_id}").json()["data"]["image_url"])
    stale = Image.objects.get()
    tasks.optimise(large.pk)
    rows = iter([stale, Image.objects.get()])
    monkeypatch.setattr("imagehub.images.views._image", lambda _image_id: next(rows))

    answer = api().get(f"{url.path}?{url.query}")

    assert answer.status_code == 200
    assert answer.headers["ETag"] == f'"{Image.objects.get().digest}"'
    assert renditions.rendition(stale, "thumb", Format.WEBP).width > 0


@on_commit
def test_an_image_deleted_meanwhile_leaves_nothing(
    large: Generated, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = optimising.smaller

    def slowly(clean: object) -> object:
        services.delete(large.public_id, by=ada)
        return real(clean)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(optimising, "smaller", slowly)
    tasks.optimise(large.pk)
    assert stored() == []
    assert Tombstone.objects.count() == 0


@on_commit
def test_a_lost_object_ends_the_matter(large: Generated) -> None:
    storage.delete(Image.objects.get().key)
    tasks.optimise(large.pk)
    assert Generated.objects.get().optimised_at is not None


@on_commit
def test_what_a_lost_task_left_is_done_later(large: Generated) -> None:
    tasks.optimise_rest()
    assert Generated.objects.get().optimised_at is None  # too young
    Generated.objects.update(created_at="2026-01-01T00:00:00Z")
    tasks.optimise_rest()
    assert Generated.objects.get().optimised_at is not None


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Collect what the worker is asked to do with images; webhooks wake it by a clock of their own."""
    jobs: list[object] = []

    def collect(name: str, *facts: object, **_options: object) -> None:
        if name.startswith("generated."):
            jobs.append((name, *facts))

    monkeypatch.setattr("celery.current_app.send_task", collect)
    return jobs


@on_commit
def test_the_worker_is_woken_for_large_images_only(ada: User, image_of: Give, asked: list[object]) -> None:
    image_of(ada, "small", data=png())
    assert asked == []
    large = image_of(ada, "large", data=drawn("RGB"))
    assert asked == [("generated.tasks.optimise", [large.pk])]
