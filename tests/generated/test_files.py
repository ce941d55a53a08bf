"""Files that leave a library, alone or many in one, and files of other tools that come into it."""

import io
import json
import time
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import escape
from PIL import Image as Pillow
from pytest_django import Settings

from accounts.models import User
from generated import leaving, reading, services
from generated.limits import IMAGES
from generated.models import Generated, Status
from imagehub.api import callers, throttling
from imagehub.images import storage
from imagehub.images.pipeline.marks import Marks
from imagehub.images.pipeline.recipes import Policy
from imagehub.lib.text import cleaned
from tests.corpus import build
from tests.corpus import generated as foreign
from tests.generated.conftest import Give, png, trace

IMPORT = "/generated/import/"
SAID = {"seed": 7, "steps": 20, "model": "sdxl", "negative_prompt": "blurry"}


def texts(data: bytes) -> dict[str, str]:
    """Return what a PNG says beside its pixels."""
    with Pillow.open(io.BytesIO(data)) as opened:
        opened.load()
        return dict(getattr(opened, "text", {}))


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def pixels(data: bytes) -> bytes:
    return Pillow.open(io.BytesIO(data)).convert("RGBA").tobytes()


# -- Out ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("query", "tells"), [("", True), ("?policy=keep", True), ("?policy=drop", False)])
def test_a_download_tells_how_it_was_made_unless_its_owner_says_otherwise(
    ada: User, visitor: Client, image_of: Give, query: str, tells: bool
) -> None:
    mine = image_of(ada, "a red fox", **SAID)

    answer = visitor.get(f"/generated/{mine.public_id}/download/{query}")

    assert answer.headers["Content-Type"] == "image/png"
    name = f"a-red-fox-{mine.public_id[:8]}.png"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    said = texts(answer.content)
    assert "trainedAlgorithmicMedia" in said.pop("XML:com.adobe.xmp")
    expected = "a red fox\nNegative prompt: blurry\nSteps: 20, Size: 64x48, Model: sdxl, Seed: 7"
    assert said == ({"parameters": expected} if tells else {})
    assert pixels(answer.content) == pixels(png())


def test_an_unheard_policy_is_refused(ada: User, visitor: Client, image_of: Give) -> None:
    assert visitor.get(f"/generated/{image_of(ada).public_id}/download/?policy=all").status_code == 400


@pytest.mark.parametrize(
    ("prompt", "start"),
    [
        ("a red fox", "a-red-fox-"),
        ("../../etc/passwd", "etc-passwd-"),
        ('quo"te; rm -rf / | <b>', "quo-te-rm-rf-b-"),
        ("\u202egnp.exe", "gnp-exe-"),
        ("…", "image-"),
        ("日本", "日-本-"),
        ("x" * 300, "x" * 40 + "-"),
        ("one two three four five six seven", "one-two-three-four-five-six-"),
    ],
)
def test_a_file_name_is_safe_whatever_the_prompt(ada: User, image_of: Give, prompt: str, start: str) -> None:
    mine = image_of(ada, cleaned(prompt))
    assert leaving.file_name(mine) == f"{start}{mine.public_id[:8]}.png"


@pytest.mark.parametrize("policy", ["keep", "drop", ""])
def test_many_leave_in_one_archive(ada: User, bea: User, visitor: Client, image_of: Give, policy: str) -> None:
    mine = [image_of(ada, prompt, png(colour), seed=1) for prompt, colour in (("a fox", "red"), ("a cat", "blue"))]
    others = image_of(bea, "a dog")
    chosen = [one.public_id for one in (*mine, others)]

    answer = visitor.post("/generated/download/", {"images": chosen, "policy": policy})

    assert answer.headers["Content-Disposition"] == 'attachment; filename="images.zip"'
    archive = zipfile.ZipFile(io.BytesIO(body(answer)))
    assert archive.testzip() is None
    assert archive.namelist() == [leaving.file_name(one) for one in mine]
    for one, colour in zip(mine, ("red", "blue"), strict=True):
        data = archive.read(leaving.file_name(one))
        assert pixels(data) == pixels(png(colour))
        assert ("parameters" in texts(data)) is (policy != "drop")


def test_an_archive_holds_one_picture_at_a_time(ada: User, image_of: Give) -> None:
    made = [image_of(ada, str(number), png(size=(40 + number, 40))) for number in range(4)]
    taken: list[str] = []

    def asked() -> Any:
        for one in made:
            taken.append(one.public_id)
            yield one

    pieces = leaving.zipped(asked(), Policy.DROP)
    sizes = []
    for number in range(1, 5):
        sizes.append(len(next(pieces)))
        assert len(taken) == number
    assert max(sizes) < max(one.image.size for one in made) + 300


def test_an_archive_comes_in_pieces_that_a_slow_reader_can_be_kept_for(ada: User, image_of: Give) -> None:
    noise = build.encoded(Pillow.effect_noise((500, 500), 90), "PNG")
    mine = image_of(ada, data=noise)
    assert mine.image.size > 3 * storage.CHUNK

    pieces = list(leaving.zipped([mine], Policy.DROP))

    assert max(map(len, pieces)) == storage.CHUNK
    assert zipfile.ZipFile(io.BytesIO(b"".join(pieces))).testzip() is None


def test_an_archive_names_what_is_lost_and_holds_the_rest(ada: User, image_of: Give) -> None:
    lost, kept = image_of(ada, "lost"), image_of(ada, "kept")
    storage.delete(lost.image.key)

    archive = zipfile.ZipFile(io.BytesIO(b"".join(leaving.zipped([lost, kept], Policy.KEEP))))

    assert archive.namelist() == [leaving.file_name(kept), "missing.txt"]
    assert archive.read("missing.txt").decode() == leaving.file_name(lost)


def test_an_object_that_is_no_picture_any_more_is_as_good_as_lost(ada: User, visitor: Client, image_of: Give) -> None:
    damaged, kept = image_of(ada, "damaged"), image_of(ada, "kept")
    half = storage.read(damaged.image.key)[:60]
    storage.delete(damaged.image.key)
    storage.put(damaged.image.key, half)

    archive = zipfile.ZipFile(io.BytesIO(b"".join(leaving.zipped([damaged, kept], Policy.DROP))))

    assert archive.namelist() == [leaving.file_name(kept), "missing.txt"]
    assert visitor.get(f"/generated/{damaged.public_id}/download/").status_code == 404


def test_two_archives_at_once_are_enough_for_one_person(ada: User, bea: User, visitor: Client, image_of: Give) -> None:
    chosen = {"images": [image_of(ada).public_id]}
    other = Client()
    other.force_login(bea)
    first, second = (visitor.post("/generated/download/", chosen) for _ in range(2))

    refused = visitor.post("/generated/download/", chosen, headers={"Accept": "application/json"})
    assert (refused.status_code, refused.json()["code"], refused.headers["Retry-After"]) == (429, "THROTTLED", "30")
    assert other.post("/generated/download/", chosen).status_code == 200

    body(first)
    body(second)
    assert [visitor.post("/generated/download/", chosen).status_code for _ in range(2)] == [200, 200]


# -- In -----------------------------------------------------------------------------------------------


def send(client: Client, data: bytes, prompt: str = "", name: str = "x.png") -> Any:
    fields = {"file": SimpleUploadedFile(name, data, "image/png"), "prompt": prompt}
    return client.post(IMPORT, fields, headers={"Accept": "application/json"})


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            lambda: foreign.png(parameters=foreign.A1111),
            {"generator": "Automatic1111", **foreign.A1111_PARAMETERS, "negative_prompt": foreign.NEGATIVE},
        ),
        (
            lambda: foreign.png(invokeai_metadata=json.dumps(foreign.INVOKEAI)),
            {"generator": "InvokeAI", **foreign.INVOKEAI_PARAMETERS, "negative_prompt": foreign.NEGATIVE},
        ),
        (
            lambda: foreign.png(prompt=json.dumps(foreign.GRAPH)),
            {"generator": "ComfyUI", **foreign.GRAPH_PARAMETERS, "negative_prompt": foreign.NEGATIVE},
        ),
    ],
    ids=["Automatic1111", "InvokeAI", "ComfyUI"],
)
def test_prompt_and_parameters_of_other_tools_are_recognised(
    visitor: Client, data: Callable[[], bytes], expected: dict[str, object]
) -> None:
    answer = send(visitor, data(), prompt="not this")

    mine = Generated.objects.get()
    assert (answer.status_code, answer.json()["is_new"], answer.json()["image"]) == (201, True, mine.public_id)
    assert mine.prompt == foreign.PROMPT
    assert mine.metadata == expected
    assert mine.model == expected["model"]


@pytest.mark.parametrize("seed", [1 << 63, -(1 << 63) - 1, (1 << 64) - 1, -(1 << 64) + 1])
def test_a_number_as_large_as_none_is_kept_costs_no_image(visitor: Client, seed: int) -> None:
    facts = json.dumps({"positive_prompt": "a fox", "seed": seed})

    answer = send(visitor, foreign.png(invokeai_metadata=facts))

    assert answer.status_code == 201
    kept = {"seed": seed} if seed > 0 else {}
    assert Generated.objects.get().metadata == {"generator": "InvokeAI", **kept}


def test_the_same_file_again_is_the_same_image(visitor: Client) -> None:
    first, second = (send(visitor, foreign.png(parameters=foreign.A1111)) for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["image"] == second.json()["image"]
    assert second.json()["message"] == "This image is already there."
    assert Generated.objects.count() == 1


def test_what_was_exported_comes_back_as_the_same_image(ada: User, visitor: Client, image_of: Give) -> None:
    mine = image_of(ada, "a red fox", generator="Automatic1111", steps=20, width=64, height=48, seed=7)

    answer = send(visitor, leaving.png(mine, Policy.KEEP))

    assert (answer.status_code, answer.json()["image"]) == (200, mine.public_id)


def test_a_prompt_can_be_typed_where_the_file_tells_none(visitor: Client) -> None:
    before = trace()
    refused = send(visitor, png())
    assert (refused.status_code, list(refused.json()["details"])) == (400, ["prompt"])
    assert trace() == before

    assert send(visitor, png(), prompt="  a red\u202e fox ").status_code == 201
    assert Generated.objects.get().prompt == "a red fox"


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (build.encoded(build.picture(), "JPEG"), 415, "UNSUPPORTED_FORMAT"),
        (b"no picture", 400, "INVALID_IMAGE"),
        (png()[:60], 400, "INVALID_IMAGE"),
        (bytes(10 * 1024 * 1024 + 1), 413, "FILE_TOO_LARGE"),
        (b"", 400, "VALIDATION_ERROR"),
    ],
    ids=["jpeg", "nothing", "damaged", "large", "empty"],
)
def test_what_is_no_png_is_refused_without_a_trace(visitor: Client, data: bytes, status: int, code: str) -> None:
    before = trace()
    answer = send(visitor, data, prompt="a fox")

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert trace() == before


def test_a_form_leads_to_the_new_image(visitor: Client) -> None:
    fields = {"file": SimpleUploadedFile("x.png", png(), "image/png"), "prompt": "a fox"}
    answer = visitor.post(IMPORT, fields)

    assert answer.headers["Location"] == f"/generated/{Generated.objects.get().public_id}/"


@pytest.mark.parametrize(
    ("data", "prompt", "status", "wrong"),
    [
        (png(), "", 400, "This file does not tell its prompt. Say what it was asked for."),
        (b"no picture", "a <b> fox", 400, "This file is damaged or not a valid image."),
        (build.encoded(build.picture(), "JPEG"), "a fox", 415, "This kind of file is not accepted here."),
    ],
    ids=["wordless", "damaged", "jpeg"],
)
def test_a_form_that_is_refused_keeps_what_was_typed(
    visitor: Client, data: bytes, prompt: str, status: int, wrong: str
) -> None:
    before = trace()
    answer = visitor.post(IMPORT, {"file": SimpleUploadedFile("x.png", data, "image/png"), "prompt": prompt})

    assert (answer.status_code, answer.context["wrong"]) == (status, wrong)
    assert f">\n{escape(prompt)}</textarea>" in answer.content.decode()
    assert trace() == before
    assert visitor.get(IMPORT).headers["Location"] == "/generated/?import"


def test_a_form_is_told_when_the_plan_is_full(visitor: Client, settings: Settings) -> None:
    settings.QUOTAS = {"free": {"bytes": 0, "files": 0}}
    answer = visitor.post(IMPORT, {"file": SimpleUploadedFile("x.png", png(), "image/png"), "prompt": "a fox"})

    assert (answer.status_code, answer.context["wrong"]) == (403, "Your plan has no room left for this image.")


def test_what_comes_back_from_the_bin_is_not_doubled(ada: User, visitor: Client, image_of: Give) -> None:
    mine = image_of(ada, "a fox")
    services.change_status(mine.public_id, Status.DELETED, by=ada)

    assert send(visitor, png(), prompt="a fox").status_code == 201
    assert Generated.objects.filter(status=Status.GENERATED).count() == 1


def test_what_a_file_tells_is_cut_to_the_room_there_is() -> None:
    long = Marks(
        prompt="é" * 8000,
        negative_prompt="\U0001f98a" * 5000,
        parameters={f"name{number}": "é" * 60 for number in range(60)},
    )

    told = reading.told_by(long)

    assert len(reading.canonical(told)) <= reading.LONGEST_METADATA
    assert set(long.parameters) <= set(told)
    assert set(told) == set(long.parameters)


def test_images_come_no_faster_by_the_page_than_by_the_api(
    ada: User, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time", lambda: 6000.0)
    for _ in range(IMAGES.requests - 1):
        throttling.count(callers.user(ada.public_id), IMAGES)
    assert send(visitor, png(), prompt="a fox").status_code == 201

    before = trace()
    refused = send(visitor, png("red"), prompt="a cat")

    assert (refused.status_code, refused.json()["code"], refused.headers["Retry-After"]) == (429, "THROTTLED", "60")
    assert trace() == before
