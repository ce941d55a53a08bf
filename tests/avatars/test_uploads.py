"""What is taken as a picture and what is not; a refusal leaves no trace."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from accounts.models import User
from imagehub.images import storage
from imagehub.images.pipeline.refusals import Reason
from tests.corpus import build, hostile, odd

Api = Callable[..., APIClient]
ANSWERS = {
    Reason.DAMAGED: (400, "INVALID_IMAGE"),
    Reason.UNSUPPORTED: (415, "UNSUPPORTED_FORMAT"),
    Reason.TOO_MANY_BYTES: (413, "FILE_TOO_LARGE"),
    Reason.TOO_MANY_PIXELS: (413, "IMAGE_TOO_LARGE"),
}
# This limit is given in binary megabytes; its edges have a test of their own.
HOSTILE = sorted(hostile.HOSTILE.keys() - {"five megabytes and one byte"})


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_without_a_trace(name: str, ada: User, api: Api, upload: Any, trace: Any) -> None:
    data, reason = hostile.HOSTILE[name]
    before = trace()

    answer = upload(api(ada), data())

    assert (answer.status_code, answer.json()["code"]) == ANSWERS[reason]
    assert trace() == before


@pytest.mark.parametrize("name", sorted(hostile.FOREIGN))
def test_another_kind_of_file_is_refused_whatever_its_name(
    name: str, ada: User, api: Api, upload: Any, trace: Any
) -> None:
    before = trace()

    answer = upload(api(ada), hostile.FOREIGN[name](), name="picture.jpg")

    assert (answer.status_code, answer.json()["code"]) == (415, "UNSUPPORTED_FORMAT")
    assert trace() == before


@pytest.mark.parametrize("name", sorted(odd.TABLE))
def test_an_odd_but_good_picture_is_taken(name: str, ada: User, api: Api, upload: Any) -> None:
    assert upload(api(ada), odd.TABLE[name]()).status_code == 201


@pytest.mark.parametrize("turn", range(1, 9))
def test_sizes_are_those_of_the_upright_picture(turn: int, ada: User, api: Api, upload: Any) -> None:
    picture = upload(api(ada), odd.oriented(turn)).json()["picture"]

    assert (picture["width"], picture["height"]) == ((64, 48) if turn < 5 else (48, 64))


@pytest.mark.parametrize("name", sorted(hostile.TAILS))
def test_what_follows_the_picture_is_not_stored(
    *, name: str, ada: User, api: Api, upload: Any, photo: Any, objects: Any
) -> None:
    answer = upload(api(ada), photo() + hostile.TAILS[name]())

    assert answer.status_code in {201, 400}
    assert all(build.CANARY not in storage.read(key) for key in objects())


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.95])
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_truncated_file_is_refused(
    *, share: float, form: str, ada: User, api: Api, upload: Any, photo: Any, trace: Any
) -> None:
    data = photo(size=(256, 256), format=form)
    before = trace()

    answer = upload(api(ada), data[: int(len(data) * share)])

    assert (answer.status_code, answer.json()["code"]) in {(400, "INVALID_IMAGE"), (415, "UNSUPPORTED_FORMAT")}
    assert trace() == before


@pytest.mark.parametrize(("length", "status"), [(-1, 201), (0, 201), (1, 413)])
def test_five_megabytes_are_the_limit(
    *, length: int, status: int, ada: User, api: Api, upload: Any, photo: Any
) -> None:
    padded = photo().ljust(5 * 1024 * 1024 + length, b"\0")

    assert upload(api(ada), padded).status_code == status


@pytest.mark.parametrize(
    ("form", "name", "ending"), [("PNG", "a.jpg", "png"), ("JPEG", "a.png", "jpg"), ("WEBP", "a.php", "webp")]
)
def test_the_content_and_not_the_name_decides_the_type(
    *, form: str, name: str, ending: str, ada: User, api: Api, upload: Any, photo: Any
) -> None:
    picture = upload(api(ada), photo(format=form), name=name).json()["picture"]

    assert picture["fileName"].endswith(f".{ending}")
    assert picture["contentType"] == f"image/{form.lower()}"


NAMES = [
    "../../x.png",
    "..\\x",
    "/etc/passwd",
    "C:\\x",
    "%2e%2e%2f",
    "CON",
    "a" * 5000,
    "😀.png",
    "a\u202egnp.exe",
    "a.php.jpg",
    ".htaccess",
    "web.config",
]


@pytest.mark.parametrize("name", NAMES)
def test_the_sent_name_never_names_the_object(name: str, ada: User, api: Api, upload: Any, objects: Any) -> None:
    answer = upload(api(ada), name=name)

    assert answer.status_code == 201
    [key] = objects("")
    assert key == f"images/users/{ada.public_id}/{answer.json()['picture']['fileName']}"
    assert answer.json()["picture"]["fileName"].startswith(f"{ada.public_id}_")


def part(data: bytes) -> SimpleUploadedFile:
    """Return one file of a form."""
    return SimpleUploadedFile("a.jpg", data, "image/jpeg")


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param(lambda data: {}, id="nothing"),
        pytest.param(lambda data: {"file": [part(data), part(data)]}, id="two of one name"),
        pytest.param(lambda data: {"file": part(data), "image": part(data)}, id="both names"),
        pytest.param(lambda data: {"image": "text"}, id="text instead of a file"),
        pytest.param(lambda data: {"picture": part(data)}, id="another name"),
        pytest.param(lambda data: {"file": part(data), "setActive": "perhaps"}, id="setActive is no truth value"),
        pytest.param(lambda data: {"file": part(data), "socketId": "x" * 256}, id="socketId too long"),
        pytest.param(lambda data: {"file": part(data), "userId": "x" * 65}, id="userId too long"),
        pytest.param(lambda data: {f"f{n}": "x" for n in range(1001)} | {"file": part(data)}, id="1,002 fields"),
        pytest.param(lambda data: {"file": [part(data) for _ in range(101)]}, id="101 files"),
    ],
)
def test_a_form_that_is_not_as_agreed_is_refused(
    *, fields: Callable[[bytes], dict[str, Any]], ada: User, api: Api, photo: Any, trace: Any
) -> None:
    before = trace()

    answer = api(ada).post("/pictures/create-picture", fields(photo()), format="multipart")

    assert answer.status_code == 400
    assert answer.json()["code"] in {"VALIDATION_ERROR", "PARSE_ERROR"}
    assert trace() == before


def test_a_body_of_another_type_is_refused(ada: User, api: Api, trace: Any) -> None:
    before = trace()

    answer = api(ada).post("/pictures/create-picture", {"file": "x"}, format="json")

    assert (answer.status_code, answer.json()["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert trace() == before
