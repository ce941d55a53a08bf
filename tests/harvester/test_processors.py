"""What processors make is made once, of what is there now, and never instead of it."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import User
from harvester import forms, processors
from harvester.models import Document, Harvested, Job, Kind, Processed
from harvester.services import processing
from imagehub.images import decoders, storage
from imagehub.lib.digests import sha256
from tests.crowds import together
from tests.harvester.asking import keyed
from tests.harvester.collected import HOME, document, harvest, picture

HOTEL = f"/api/v1/images/{HOME}"
SIZES = {"webp": (640, 480), "thumbnail": (320, 240), "optimized": (640, 480)}

pytestmark = pytest.mark.django_db


@pytest.fixture
def sol(db: None) -> Document:
    return document()


@pytest.fixture
def client(staff: User) -> APIClient:
    return keyed(staff)


def described() -> Any:
    return json.loads(storage.read(f"{HOME}/metadata.json"))["images"]["processed"]


def test_the_form_names_the_processors_that_there_are() -> None:
    assert [name for name, _label in forms.PROCESSORS] == list(processors.PROCESSORS)


@pytest.mark.parametrize("name", list(processors.PROCESSORS))
def test_a_file_is_made_when_it_is_asked_for(client: APIClient, sol: Document, name: str) -> None:
    original = harvest(sol, picture())
    answer = client.get(f"{HOTEL}/processed/{name}/img_001.webp")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/webp")
    assert b"CANARY" not in answer.content
    with Image.open(io.BytesIO(answer.content)) as image:
        assert (image.format, image.size) == ("WEBP", SIZES[name])
    made = Processed.objects.get()
    assert made.key == f"{HOME}/processed/{name}/img_001.webp"
    assert storage.read(made.key) == answer.content
    assert (made.made_of, made.size) == (original.sha256, len(answer.content))
    (told,) = described()[name]
    assert (told["filename"], told["sha256"], told["size_bytes"]) == ("img_001.webp", made.sha256, made.size)
    assert storage.read(original.key) == picture()
    assert client.get(HOTEL).json()["processed"][name][0]["sha256"] == made.sha256


@pytest.mark.parametrize(("form", "extension"), [("PNG", "png"), ("WEBP", "webp"), ("GIF", "gif"), ("AVIF", "avif")])
def test_files_of_every_format_are_taken(client: APIClient, sol: Document, form: str, extension: str) -> None:
    harvest(sol, picture(form=form), extension=extension, content_type=f"image/{extension}")
    answer = client.get(f"{HOTEL}/processed/thumbnail/img_001.webp")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/webp")


def test_pictures_come_out_upright_and_never_larger(client: APIClient, sol: Document) -> None:
    harvest(sol, picture(orientation=6))
    harvest(sol, picture(size=(4200, 60)), number=2)
    sizes = []
    for path in ("thumbnail/img_001.webp", "webp/img_002.webp", "optimized/img_002.webp"):
        with Image.open(io.BytesIO(client.get(f"{HOTEL}/processed/{path}").content)) as image:
            sizes.append(image.size)
    assert sizes == [(240, 320), (4096, 59), (1920, 27)]


def test_a_file_that_can_not_be_decoded_gives_none(client: APIClient, sol: Document) -> None:
    whole = picture()
    row = harvest(sol, whole)
    storage.replace(row.key, whole[:200])
    digest = sha256(whole[:200])
    Harvested.objects.update(sha256=digest)
    answer = client.get(f"{HOTEL}/processed/webp/img_001.webp")
    assert (answer.status_code, answer.json()["code"]) == (404, "IMAGE_NOT_FOUND")
    assert Processed.objects.count() == 0


def test_a_new_edition_is_made_of_a_new_original(client: APIClient, sol: Document) -> None:
    harvest(sol, picture("teal"))
    first = client.get(f"{HOTEL}/processed/webp/img_001.webp")
    harvest(sol, picture("crimson"))
    second = client.get(f"{HOTEL}/processed/webp/img_001.webp", headers={"If-None-Match": first.headers["ETag"]})
    assert second.status_code == 200
    assert second.content != first.content
    assert [told["sha256"] for told in described()["webp"]] == [Processed.objects.get().sha256]


def test_a_lost_file_is_made_again(client: APIClient, sol: Document) -> None:
    harvest(sol, picture())
    path = f"{HOTEL}/processed/webp/img_001.webp"
    first = client.get(path).content
    storage.delete(Processed.objects.get().key)
    assert client.get(path).content == first


@pytest.mark.django_db(transaction=True)
def test_many_who_ask_at_once_get_one_file(staff: User, sol: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    harvest(sol, picture())
    times: list[str] = []
    render = decoders.render

    def counted(data: bytes, spec: Any, pixels: int) -> Any:
        times.append(spec.format)
        return render(data, spec, pixels)

    monkeypatch.setattr(decoders, "render", counted)
    clients = [keyed(staff) for _ in range(4)]

    def asking(client: APIClient) -> Callable[[], bytes]:
        return lambda: bytes(client.get(f"{HOTEL}/processed/webp/img_001.webp").content)

    answers = together(*map(asking, clients))
    assert len(set(answers)) == len(times) == Processed.objects.count() == 1
    assert len(described()["webp"]) == 1


@pytest.mark.django_db(transaction=True)
def test_no_file_is_left_out_of_the_description(staff: User, sol: Document) -> None:
    for number in (1, 2):
        harvest(sol, picture(), number=number)
    paths = [f"{name}/img_00{number}.webp" for name in processors.PROCESSORS for number in (1, 2)]
    clients = {path: keyed(staff) for path in paths}

    def asking(path: str) -> Callable[[], int]:
        return lambda: int(clients[path].get(f"{HOTEL}/processed/{path}").status_code)

    assert together(*map(asking, paths)) == [200] * 6
    assert {name: len(made) for name, made in described().items()} == {"webp": 2, "thumbnail": 2, "optimized": 2}


def test_what_a_job_asks_for_is_made_after_its_documents(sol: Document, settings: Settings) -> None:
    settings.HARVEST_PROCESSORS = ["thumbnail"]
    sol.job = Job.objects.create(
        kind=Kind.COLLECTION, caller="key:x", database="shop", collection="hotels", options={"processors": ["webp"]}
    )
    sol.save()
    harvest(sol, picture())
    for _ in range(2):
        processing.process(sol.pk)
    assert {name: len(made) for name, made in described().items()} == {"webp": 1, "thumbnail": 1, "optimized": 0}
    assert Processed.objects.count() == 2
    processing.process(0)
