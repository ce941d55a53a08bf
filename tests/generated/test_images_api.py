"""The older image service's routes, word for word."""

import re
import zlib
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from generated.models import Generated, StatusChange
from imagehub.api.models import Posting
from imagehub.api.shelves import STAMP
from imagehub.events.models import Event
from imagehub.images import storage
from imagehub.images.models import Image
from tests.generated.conftest import Give, Send, base64_of, png, stored, trace

pytestmark = pytest.mark.django_db(transaction=True)
Api = Callable[..., APIClient]


def test_an_image_is_kept_and_shown(api: Api, ada: User, send: Send) -> None:
    answer = send(api(ada), prompt="  a red\r\nfox\0 ", metadata={"model": "sdxl", "steps": 30})

    assert answer.status_code == 201
    assert list(answer.json()) == ["success", "data"]
    data = answer.json()["data"]
    assert list(data) == ["image_id", "user_id", "prompt", "image_url", "created_at", "status", "metadata"]
    assert answer.json()["success"] is True
    assert (data["user_id"], data["prompt"], data["status"]) == (ada.public_id, "a red\nfox", "generated")
    assert data["metadata"] == {"model": "sdxl", "steps": 30}
    assert data["created_at"].endswith("Z")
    assert answer.headers["Location"] == f"/api/images/{data['image_id']}"
    assert api(ada).get(f"/api/images/{data['image_id']}").json() == answer.json()


def test_the_object_lies_where_the_contract_says(api: Api, ada: User, send: Send) -> None:
    send(api(ada))

    (key,) = stored()
    assert re.fullmatch(rf"images/{ada.public_id}/\d{{13}}_generated_\d{{13}}\.png", key)


def test_the_address_is_absolute_and_signed(api: Api, ada: User, send: Send) -> None:
    url = send(api(ada)).json()["data"]["image_url"]

    parts = urlsplit(url)
    assert (parts.scheme, parts.netloc) == ("http", "testserver")
    served = api().get(f"{parts.path}?{parts.query}")
    assert (served.status_code, served.headers["Content-Type"]) == (200, "image/png")
    assert api().get(parts.path).status_code == 403
    assert api().get(f"{parts.path}?{parts.query}&x=1").json()["code"] == "SIGNATURE_INVALID"
    assert api().get("/" + stored()[0]).status_code == 404


def test_the_same_request_is_the_same_image(api: Api, ada: User, send: Send) -> None:
    first = send(api(ada), metadata={"a": 1, "b": [2]})
    again = send(api(ada), png(compress_level=0), metadata={"b": [2], "a": 1})

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert (Generated.objects.count(), Image.objects.count(), len(stored())) == (1, 1, 1)
    assert Event.objects.filter(kind="image.generated").count() == 1


@pytest.mark.parametrize(
    "change",
    [{"prompt": "a red fox!"}, {"metadata": {"seed": 1}}, {"data": png("navy")}],
    ids=["prompt", "metadata", "pixels"],
)
def test_a_different_request_is_another_image(api: Api, ada: User, send: Send, change: dict[str, object]) -> None:
    send(api(ada))
    assert send(api(ada), **change).status_code == 201
    assert Generated.objects.count() == 2


def test_another_user_and_a_deleted_twin_do_not_count(api: Api, ada: User, bea: User, send: Send) -> None:
    first = send(api(ada)).json()["data"]["image_id"]
    assert send(api(bea)).status_code == 201
    api(ada).patch(f"/api/images/{first}/status", {"status": "deleted"})
    assert send(api(ada)).status_code == 201

    back = api(ada).patch(f"/api/images/{first}/status", {"status": "generated"})
    assert (back.status_code, back.json()["code"]) == (409, "CONFLICT")


def test_an_idempotency_key_repeats_the_first_answer(api: Api, ada: User, send: Send) -> None:
    first = send(api(ada), headers={"Idempotency-Key": "one"})
    again = send(api(ada), headers={"Idempotency-Key": "one"})
    other = send(api(ada), prompt="another", headers={"Idempotency-Key": "one"})

    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (other.status_code, other.json()["code"], other.json()["success"]) == (409, "IDEMPOTENCY_CONFLICT", False)
    assert Generated.objects.count() == 1


def test_what_the_client_says_of_other_fields_is_not_believed(api: Api, ada: User, bea: User, send: Send) -> None:
    said = {"user_id": bea.public_id, "status": "printed", "image_url": "https://evil.example"}
    data = send(api(ada), metadata=said, status="printed", created_at="1970-01-01T00:00:00Z").json()["data"]

    assert (data["user_id"], data["status"], data["metadata"]) == (ada.public_id, "generated", said)
    assert data["created_at"] > "2026"


def test_an_image_is_deleted_for_good(api: Api, ada: User, send: Send) -> None:
    image_id = send(api(ada)).json()["data"]["image_id"]
    api(ada).patch(f"/api/images/{image_id}/status", {"status": "printed"})

    answer = api(ada).delete(f"/api/images/{image_id}")

    assert (answer.status_code, answer.json()) == (200, {"success": True, "message": "Image supprimée avec succès"})
    assert stored() == []
    models = (Generated, Image, StatusChange)
    assert [model._default_manager.count() for model in models] == [0, 0, 0]  # noqa: SLF001  # Django's
    assert set(Posting.objects.values_list("term", flat=True)) == {STAMP}  # that something changed, and not what
    assert api(ada).get(f"/api/images/{image_id}").status_code == 404
    assert Event.objects.filter(kind="image.deleted").count() == 1


def test_health_says_that_the_service_answers(api: Api, db: None) -> None:
    answer = api().get("/api/health")

    assert answer.status_code == 200
    assert list(answer.json()) == ["success", "message", "timestamp"]
    assert (answer.json()["success"], answer.json()["message"]) == (True, "Service Images opérationnel")
    assert answer.json()["timestamp"].endswith("Z")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("get", "/api/images", 401, "NOT_AUTHENTICATED"),
        ("post", "/api/images", 401, "NOT_AUTHENTICATED"),
        ("get", "/api/images/x", 401, "NOT_AUTHENTICATED"),
        ("get", "/api/images/x/y/z", 404, "NOT_FOUND"),
        ("delete", "/api/health", 405, "METHOD_NOT_ALLOWED"),
    ],
)
def test_refusals_say_that_it_was_no_success(
    api: Api, db: None, method: str, path: str, status: int, code: str
) -> None:
    answer = getattr(api(), method)(path)
    assert (answer.status_code, answer.json()["code"], answer.json()["success"]) == (status, code, False)
    assert set(answer.json()) == {"success", "error", "code", "details"}


def test_refusals_are_french_unless_asked_otherwise(api: Api, ada: User) -> None:
    assert api(ada).get("/api/images/x").json()["error"] == "Image introuvable."
    english = api(ada).get("/api/images/x", headers={"Accept-Language": "en"})
    assert english.json()["error"] == "There is no such image."


@pytest.mark.parametrize("image_id", ["x", "a" * 65, "..", "%00", "x y", "é"])
def test_an_image_that_never_was_is_not_found(api: Api, ada: User, image_id: str) -> None:
    for method, path in [("get", ""), ("delete", ""), ("patch", "/status"), ("get", "/history")]:
        answer = getattr(api(ada), method)(f"/api/images/{image_id}{path}", {"status": "printed"})
        assert (answer.status_code, answer.json()["success"]) == (404, False)


def test_the_image_of_another_user_does_not_exist(api: Api, ada: User, bea: User, image_of: Give) -> None:
    image_id = image_of(ada).public_id
    before = trace()

    for method, path in [("get", ""), ("delete", ""), ("patch", "/status"), ("get", "/history")]:
        theirs = getattr(api(bea), method)(f"/api/images/{image_id}{path}", {"status": "printed"})
        nobodys = getattr(api(bea), method)(f"/api/images/nothing{path}", {"status": "printed"})
        assert (theirs.status_code, theirs.json()) == (404, nobodys.json())
    assert trace() == before


def test_staff_may_act_for_anybody(api: Api, staff: User, ada: User, bea: User, image_of: Give, send: Send) -> None:
    image_id = image_of(ada).public_id
    assert api(staff).get(f"/api/images/{image_id}").status_code == 200
    assert send(api(staff), user_id=bea.public_id).json()["data"]["user_id"] == bea.public_id
    assert send(api(ada), user_id=bea.public_id).json()["code"] == "USER_NOT_FOUND"
    assert api(bea).get(f"/api/images?user_id={ada.public_id}").status_code == 404


def test_a_crash_before_the_answer_is_repaired_by_asking_again(api: Api, ada: User, image_of: Give, send: Send) -> None:
    kept = image_of(ada)  # committed, and nobody heard of it

    answer = send(api(ada))
    assert (answer.status_code, answer.json()["data"]["image_id"]) == (200, kept.public_id)


def test_a_small_image_is_optimised_before_the_answer(api: Api, ada: User, send: Send) -> None:
    data = png(size=(200, 200), compress_level=0)
    send(api(ada), data)

    image = Image.objects.get()
    assert image.size == len(storage.read(image.key)) < len(data) // 10
    assert Generated.objects.get().optimised_at is not None


def test_exactly_ten_megabytes_are_taken_and_one_more_is_not(api: Api, ada: User, send: Send) -> None:
    data = padded(10 * 1024 * 1024)
    assert send(api(ada), data, prompt="é" * 1000, metadata={"x": "y" * 16_000}).status_code == 201
    before = trace()
    answer = send(api(ada), padded(10 * 1024 * 1024 + 1), prompt="another")
    assert (answer.status_code, answer.json()["code"], answer.json()["success"]) == (413, "FILE_TOO_LARGE", False)
    assert trace() == before


def padded(size: int) -> bytes:
    """Return a good PNG of exactly this many bytes: the rest is in a chunk that is dropped."""
    whole, end = png()[:-12], png()[-12:]
    body = b"x" * (size - len(whole) - len(end) - 12)
    chunk = len(body).to_bytes(4) + b"tEXt" + body + zlib.crc32(b"tEXt" + body).to_bytes(4)
    return whole + chunk + end


@pytest.mark.parametrize("size", [14 * 1024 * 1024 + 1, 23 * 1024 * 1024, 25 * 1024 * 1024])
def test_a_longer_body_is_too_large_and_not_bad(api: Api, ada: User, size: int) -> None:
    body = '{"prompt":"' + "x" * (size - 13) + '"}'
    answer = api(ada).generic("POST", "/api/images", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"], answer.json()["success"]) == (413, "FILE_TOO_LARGE", False)


def test_only_png_is_taken(api: Api, ada: User, send: Send, photo: Callable[..., bytes]) -> None:
    before = trace()
    for data in [photo(format="JPEG"), photo(format="WEBP"), photo(format="GIF"), b"<svg/>" * 9]:
        answer = send(api(ada), data)
        assert (answer.status_code, answer.json()["code"]) == (415, "UNSUPPORTED_FORMAT")
    assert send(api(ada), png()[:60]).json()["code"] == "INVALID_IMAGE"
    assert trace() == before


def test_a_data_prefix_is_accepted(api: Api, ada: User) -> None:
    body = {"prompt": "x", "imageData": f"data:image/png;base64,{base64_of(png())}"}
    assert api(ada).post("/api/images", body).status_code == 201
