"""People who mean no good: addresses they made up, files that lie, passwords they guess, and all of it at once."""

import json
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from generated import services, tasks
from generated.models import Generated, ShareLink, Status
from generated.services import boards, sharing
from generated.services.sharing import Terms
from imagehub.images.links import image_url
from imagehub.images.models import Image, Tombstone
from imagehub.lib import signing
from imagehub.lib.errors import Conflict, ImageNotFound
from tests.corpus import build
from tests.corpus import generated as foreign
from tests.crowds import at_once
from tests.generated.conftest import Give, png, stored, trace

at_the_same_time = pytest.mark.django_db(transaction=True)
SECRET = "open sesame please"
DEEP = "[" * 100_000


def address(generated: Generated) -> str:
    url = urlsplit(image_url(generated.image))
    return f"{url.path}?{url.query}"


def signed_long_ago(path: str) -> str:
    return signing.signed(path.partition("?")[0], expires=int(time.time()) - 1)


# -- Addresses ----------------------------------------------------------------------------------------

FORGED: dict[str, tuple[Callable[[str, str], str], int]] = {
    "none": (lambda mine, _: mine.partition("?")[0], 403),
    "empty": (lambda mine, _: mine.partition("&sig=")[0] + "&sig=", 403),
    "invented": (lambda mine, _: mine.partition("&sig=")[0] + "&sig=" + "A" * 43, 403),
    "of another image": (lambda mine, other: mine.partition("?")[0] + "?" + other.partition("?")[2], 403),
    "for another size": (lambda mine, _: mine.replace("/original.", "/thumb."), 403),
    "for another format": (lambda mine, _: mine.replace("original.png", "original.webp"), 403),
    "for longer": (lambda mine, _: mine.replace("exp=", "exp=9"), 403),
    "with one more parameter": (lambda mine, _: mine.replace("&sig=", "&size=large&sig="), 403),
    "with a parameter behind": (lambda mine, _: mine + "&exp=99999999999", 403),
    "twice": (lambda mine, other: mine + "&" + other.partition("?")[2], 403),
    "of its id in capitals": (lambda mine, _: mine.replace(mine.split("/")[2], mine.split("/")[2].swapcase()), 403),
    "from long ago": (lambda mine, _: signed_long_ago(mine), 410),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("forge", "status"), FORGED.values(), ids=FORGED)
def test_a_private_image_is_served_for_the_signature_of_its_address_alone(
    ada: User, image_of: Give, forge: Callable[[str, str], str], status: int
) -> None:
    mine, other = address(image_of(ada, "mine")), address(image_of(ada, "other"))
    owner = Client(headers={"Range": "bytes=0-9"})
    owner.force_login(ada)
    forged = forge(mine, other)

    assert forged != mine
    answers = [Client().get(forged), Client().head(forged), owner.get(forged)]
    assert [answer.status_code for answer in answers] == [status] * 3
    assert b"\x89PNG" not in b"".join(answer.content for answer in answers)
    assert Client().get(mine).status_code == 200


@at_the_same_time
def test_a_good_address_of_a_deleted_image_leads_nowhere(ada: User, image_of: Give) -> None:
    doomed = image_of(ada)
    good = address(doomed)
    services.delete(doomed.public_id, by=ada)
    assert Client().get(good).status_code == 404


# -- Files --------------------------------------------------------------------------------------------

LIES: dict[str, Callable[[], bytes]] = {
    "halves of characters": lambda: foreign.png(
        prompt=r'{"1":{"class_type":"CLIPTextEncode","inputs":{"text":"\ud800"}}}'
    ),
    "halves in a name": lambda: foreign.png(invokeai_metadata=r'{"positive_prompt":"a","\udfff":"\ud800","x":1}'),
    "no numbers": lambda: foreign.png(invokeai_metadata='{"positive_prompt":"a","cfg_scale":NaN,"steps":-Infinity}'),
    "beyond all numbers": lambda: foreign.png(invokeai_metadata='{"positive_prompt":"a","cfg_scale":1e999}'),
    "digits without end": lambda: foreign.png(invokeai_metadata='{"positive_prompt":"a","seed":' + "9" * 9000 + "}"),
    "depth": lambda: foreign.png(prompt=DEEP, workflow='{"nodes":' + DEEP, invokeai_metadata=DEEP),
    "a ring of links": lambda: foreign.png(
        prompt=json.dumps({"1": {"class_type": "K", "inputs": {"positive": ["1", 0], "negative": ["1", 0]}}})
    ),
    "links that are none": lambda: foreign.png(
        prompt=json.dumps({"1": {"class_type": ["K"], "inputs": {"positive": [{}, []], "negative": [[]]}}})
    ),
    "steps without end": lambda: foreign.png(parameters="a\n" + "Steps: 1, " * 9000),
    "quotes without end": lambda: foreign.png(parameters='a\nSteps: 1, x: "' + '\\"' * 20_000),
    "a page": lambda: foreign.png(parameters="<script>alert(1)</script>\u202e\x00\x1b[31m\nSteps: 1, Model: </script>"),
    "a name that is a path": lambda: foreign.png(parameters="../../etc/passwd\nSteps: 1, Model: ../../../x"),
    "text that inflates": lambda: foreign.png_with(b"zTXt", b"parameters\0\0" + build.zeros(1_000_000)),
    "text that is no text": lambda: foreign.png_with(b"iTXt", b"parameters\0\0\0en\0\0" + b"\xff\xfe" * 999),
    "text without an end": lambda: foreign.png_with(b"tEXt", b"parameters"),
    "a packet that names itself": lambda: foreign.with_packet("PNG", b'<!DOCTYPE x [<!ENTITY a "&a;&a;">]><x>&a;</x>'),
    "a thousand texts": lambda: build.with_chunks(png(), build.chunk(b"tEXt", b"parameters\0a\nSteps: 1") * 900),
}


@pytest.mark.django_db
@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_whatever_a_file_says_it_becomes_plain_text_or_nothing(ada: User, lie: Callable[[], bytes]) -> None:
    visitor = Client()
    visitor.force_login(ada)
    before, data = trace(), lie()
    started = time.process_time()
    answer = visitor.post(
        "/generated/import/",
        {"file": SimpleUploadedFile("x.png", data, "image/png"), "prompt": "typed"},
        headers={"Accept": "application/json"},
    )

    assert time.process_time() - started < 1
    if answer.status_code == 400:
        assert answer.json()["code"] == "INVALID_IMAGE"
        assert trace() == before
        return
    assert answer.status_code == 201
    kept = Generated.objects.get()
    assert not set(kept.prompt) & {chr(code) for code in (*range(9), *range(14, 32), 127, 0x202E, 0xD800)}
    assert "NaN" not in kept.metadata_json
    page = visitor.get(f"/generated/{kept.public_id}/").content
    assert b"<script>alert" not in page
    saved = visitor.get(f"/generated/{kept.public_id}/download/?policy=keep")
    assert saved.status_code == 200
    assert "/" not in saved.headers["Content-Disposition"].partition("filename")[2].replace("UTF-8''", "")
    assert build.decoded(saved.content).size == build.decoded(data).size


# -- Passwords ----------------------------------------------------------------------------------------


@at_the_same_time
def test_forty_guesses_at_once_are_ten(ada: User, image_of: Give) -> None:
    board = boards.create("Foxes", owner=ada, by=ada)
    _, token = sharing.share(board.public_id, Terms(password=SECRET), by=ada)

    def guess(number: int) -> int:
        return Client(REMOTE_ADDR=f"198.51.100.{number}").post(f"/shared/{token}/", {"password": "no"}).status_code

    statuses = Counter(at_once([lambda number=number: guess(number) for number in range(40)], width=8))  # type: ignore[misc]  # mypy infers no lambda with a default

    assert statuses == {403: 10, 429: 30}
    assert ShareLink.objects.get().opened_count == 0


@pytest.mark.django_db
def test_whoever_invents_where_a_guess_comes_from_is_as_slow(ada: User, client: Client) -> None:
    board = boards.create("Foxes", owner=ada, by=ada)
    tokens = [sharing.share(board.public_id, Terms(password=SECRET), by=ada)[1] for _ in range(11)]

    answers = [
        client.post(f"/shared/{token}/", {"password": "no"}, headers={"X-Forwarded-For": f"203.0.113.{number}"})
        for number, token in enumerate(tokens)
    ]

    assert [answer.status_code for answer in answers] == [403] * 10 + [429]


# -- At once ------------------------------------------------------------------------------------------


@at_the_same_time
def test_images_that_are_made_smaller_binned_restored_and_deleted_at_once_stay_whole(ada: User, image_of: Give) -> None:
    drawn = build.encoded(build.picture(size=(300, 260)), "PNG", compress_level=0)
    images = [image_of(ada, f"fox {number}", data=drawn) for number in range(4)]

    def attempt(use_case: Callable[[], Any]) -> None:
        with suppress(ImageNotFound, Conflict):
            use_case()

    works: list[Callable[[], Any]] = []
    for generated in images:
        image_id = generated.public_id
        works += [
            lambda pk=generated.pk: tasks.optimise(pk),  # type: ignore[misc]  # mypy infers no lambda with a default
            lambda image_id=image_id: attempt(lambda: services.change_status(image_id, Status.DELETED, by=ada)),  # type: ignore[misc]  # likewise
            lambda pk=generated.pk: tasks.optimise(pk),  # type: ignore[misc]  # likewise
            lambda image_id=image_id: attempt(lambda: services.restore(image_id, by=ada)),  # type: ignore[misc]  # likewise
        ]
    works += [lambda: attempt(lambda: services.delete(images[0].public_id, by=ada))]

    at_once(works, width=8)

    assert stored() == sorted(Image.objects.values_list("key", flat=True))
    assert Tombstone.objects.count() == 0
    for generated in Generated.objects.select_related("image"):
        served: Any = Client().get(address(generated))
        data = b"".join(served.streaming_content) if served.streaming else served.content
        assert len(data) == generated.image.size
        assert build.decoded(data).tobytes() == build.decoded(drawn).tobytes()
