import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from imagehub.images import services, storage
from imagehub.images.links import image_url
from imagehub.images.models import Image, Rendition
from imagehub.images.serving import SMALL
from imagehub.lib import signing
from tests.images.conftest import Keep

pytestmark = pytest.mark.django_db
ORIGIN = "https://img.example.org"


@pytest.fixture
def image(ada: User, keep: Keep) -> Image:
    return keep(ada)


@pytest.fixture
def data(image: Image) -> bytes:
    return storage.read(image.key)


def path_of(image: Image, name: str = "original.jpg") -> str:
    return signing.signed(f"/i/{image.public_id}/{name}")


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def refusal(response: Any) -> tuple[int, str]:
    assert response.headers["Content-Type"].startswith("application/json")
    return response.status_code, response.json()["code"]


def test_the_holder_of_an_address_gets_the_bytes_with_safe_labels(client: Client, image: Image, data: bytes) -> None:
    response = client.get(path_of(image))

    assert response.status_code == 200
    assert body(response) == data
    headers = dict(response.headers)
    assert headers["Content-Type"] == "image/jpeg"
    assert headers["Content-Length"] == str(len(data))
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["Content-Disposition"] == f'inline; filename="{image.public_id}.jpg"'
    assert headers["Accept-Ranges"] == "bytes"
    assert headers["ETag"] == f'"{image.digest}"'
    assert "Set-Cookie" not in headers
    assert "Vary" not in headers
    private, age, immutable = headers["Cache-Control"].split(", ")
    assert (private, immutable) == ("private", "immutable")
    left = signing.next_expiry() - time.time()
    assert left - 5 <= int(age.removeprefix("max-age=")) <= left + 1


def test_an_address_is_absolute_and_stays_the_same(image: Image, client: Client) -> None:
    with override_settings(PUBLIC_URL=ORIGIN):
        address = image_url(image)
        assert address == image_url(image)
        assert address.startswith(f"{ORIGIN}/i/{image.public_id}/original.jpg?exp=")
        assert image_url(image, "thumb").startswith(f"{ORIGIN}/i/{image.public_id}/thumb.auto?exp=")
    parts = urlsplit(address)
    assert client.get(f"{parts.path}?{parts.query}").status_code == 200


def test_no_cache_outlives_the_address(client: Client, image: Image) -> None:
    soon = int(time.time()) + 60
    response = client.get(signing.signed(f"/i/{image.public_id}/original.jpg", expires=soon))
    age = int(response.headers["Cache-Control"].split(", ")[1].removeprefix("max-age="))
    assert 50 <= age <= 60


def test_serving_asks_one_question(client: Client, image: Image, django_assert_num_queries: Callable[..., Any]) -> None:
    address, small = path_of(image), path_of(image, "thumb.webp")
    client.get(small)
    with django_assert_num_queries(1):
        client.get(address)
    with django_assert_num_queries(1):
        client.get(small)


@pytest.mark.parametrize("name", ["original.jpg", "original.auto", "w320.auto", "social.jpg", "thumb.png"])
def test_a_public_image_is_shown_to_anybody(client: Client, image: Image, name: str) -> None:
    services.publish(Image.objects.filter(pk=image.pk))
    signed, plain = client.get(path_of(image, name)), client.get(f"/i/{image.public_id}/{name}")
    assert plain.status_code == 200
    assert body(plain) == body(signed)
    assert plain.headers["Cache-Control"] == "public, max-age=86400, immutable"
    assert signed.headers["Cache-Control"].startswith("private, max-age=")
    del plain.headers["Cache-Control"], signed.headers["Cache-Control"]
    differing = {"X-Request-ID", "Content-Length"}
    assert {header: value for header, value in plain.headers.items() if header not in differing} == {
        header: value for header, value in signed.headers.items() if header not in differing
    }


def test_a_public_image_costs_one_question_too(
    client: Client, image: Image, django_assert_num_queries: Callable[..., Any]
) -> None:
    services.publish(Image.objects.filter(pk=image.pk))
    client.get(f"/i/{image.public_id}/w640.auto", HTTP_ACCEPT="image/webp")
    for name in ("original.jpg", "w640.webp", "w640.auto"):
        with django_assert_num_queries(1):
            assert client.get(f"/i/{image.public_id}/{name}", HTTP_ACCEPT="image/webp").status_code == 200


@pytest.mark.parametrize("name", ["original.jpg", "original.png", "w320.auto", "w320.webp", "huge.webp", "w320.gif"])
def test_without_a_signature_a_private_image_is_as_good_as_none(
    client: Client, image: Image, name: str, django_assert_num_queries: Callable[..., Any]
) -> None:
    client.get(path_of(image, name))
    with CaptureQueriesContext(connection) as asked:
        private = client.get(f"/i/{image.public_id}/{name}")
    with django_assert_num_queries(len(asked)):
        unknown = client.get(f"/i/{'x' * 22}/{name}")
    assert refusal(private) == refusal(unknown) == (403, "SIGNATURE_INVALID")
    assert private.content == unknown.content
    assert set(private.headers) == set(unknown.headers)


def test_a_withdrawn_image_is_private_again(client: Client, image: Image) -> None:
    services.publish(Image.objects.filter(pk=image.pk))
    plain = f"/i/{image.public_id}/w320.webp"
    assert client.get(plain).status_code == 200
    services.withdraw(Image.objects.filter(pk=image.pk))
    assert refusal(client.get(plain)) == (403, "SIGNATURE_INVALID")
    assert client.get(path_of(image)).status_code == 200


@pytest.mark.parametrize("query", ["sig=x", "sig=", "v=2&sig=x", "exp=99999999999&sig=" + "A" * 43])
def test_a_signature_that_is_there_is_judged_for_public_images_too(client: Client, image: Image, query: str) -> None:
    services.publish(Image.objects.filter(pk=image.pk))
    for name in ("original.jpg", "w320.webp"):
        assert refusal(client.get(f"/i/{image.public_id}/{name}?{query}")) == (403, "SIGNATURE_INVALID")


@pytest.mark.parametrize("query", ["", "v=2", "utm_source=x&design=y", "exp=1", "my-sig=x", "%ff=%00"])
def test_a_query_without_a_signature_opens_what_is_public_and_nothing_else(
    client: Client, image: Image, query: str
) -> None:
    addresses = [f"/i/{image.public_id}/{name}?{query}" for name in ("original.jpg", "w320.webp")]
    for address in addresses:
        assert refusal(client.get(address)) == (403, "SIGNATURE_INVALID")
    services.publish(Image.objects.filter(pk=image.pk))
    for address in addresses:
        answer, plain = client.get(address), client.get(address.partition("?")[0])
        assert (answer.status_code, body(answer)) == (200, body(plain))
        assert answer.headers["Cache-Control"] == "public, max-age=86400, immutable"


def test_a_public_image_of_another_format_or_an_unknown_size_is_not_there(client: Client, image: Image) -> None:
    services.publish(Image.objects.filter(pk=image.pk))
    assert refusal(client.get(f"/i/{image.public_id}/original.png")) == (404, "IMAGE_NOT_FOUND")
    assert refusal(client.get(f"/i/{image.public_id}/huge.webp")) == (403, "SIGNATURE_INVALID")


def test_a_preview_is_a_jpeg_for_whoever_asks(client: Client, image: Image) -> None:
    answer = client.get(path_of(image, "social.auto"), HTTP_ACCEPT="image/webp,*/*")
    assert answer.headers["Content-Type"] == "image/jpeg"


def test_head_has_the_labels_and_no_body(client: Client, image: Image, data: bytes) -> None:
    got, asked = client.get(path_of(image)), client.head(path_of(image), HTTP_RANGE="bytes=0-3")
    assert (asked.status_code, asked.content) == (200, b"")
    for header in ("Content-Length", "Content-Type", "ETag", "Cache-Control", "Last-Modified", "Accept-Ranges"):
        assert asked.headers[header] == got.headers[header]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_other_methods_are_not_allowed(image: Image, method: str) -> None:
    response = getattr(Client(enforce_csrf_checks=True), method)(path_of(image))
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD"
    assert Image.objects.filter(pk=image.pk).exists()


FORGED = {
    "unsigned": lambda image, path: path.partition("?")[0],
    "changed expiry": lambda image, path: path.replace("exp=1", "exp=2"),
    "changed signature": lambda image, path: path[:-2] + ("A" if path[-2] != "A" else "B") + path[-1],
    "another image": lambda image, path: path.replace(image.public_id, "x" * 22),
    "another name": lambda image, path: path.replace("original.jpg", "thumb.jpg"),
    "added parameter": lambda image, path: path + "&response-content-type=text/html",
    "parameter in front": lambda image, path: path.replace("?", "?download=1&"),
    "other order": lambda image, path: "{0}?{2}&{1}".format(path.partition("?")[0], *path.partition("?")[2].split("&")),
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED.keys())
def test_a_forged_address_is_refused(client: Client, image: Image, forge: Callable[[Image, str], str]) -> None:
    assert refusal(client.get(forge(image, path_of(image)))) == (403, "SIGNATURE_INVALID")


@pytest.mark.parametrize("ago", [1, 3600])
def test_an_expired_address_is_gone(client: Client, image: Image, ago: int) -> None:
    path = signing.signed(f"/i/{image.public_id}/original.jpg", expires=int(time.time()) - ago)
    assert refusal(client.get(path)) == (410, "LINK_EXPIRED")


@pytest.mark.parametrize(
    "name",
    [
        "original.png",
        "original.webp",
        "thumb.gif",
        "thumb.jpeg",
        "huge.webp",
        "avatar-33.png",
        "x.auto",
        "thumb;dpr:1.webp",
        "thumb;focus:smart.webp",
    ],
)
def test_what_we_do_not_make_is_not_found(client: Client, image: Image, name: str) -> None:
    assert refusal(client.get(path_of(image, name))) == (404, "IMAGE_NOT_FOUND")
    assert not Rendition.objects.exists()


@pytest.mark.parametrize("path", ["/i/", "/i/abc/", "/i/abc/original", "/i/../x.jpg", "/i/a%00b/original.jpg", "/i/a/"])
def test_there_is_nothing_else_below(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_deleted_image_is_not_found(client: Client, image: Image) -> None:
    paths = [path_of(image), path_of(image, "thumb.webp")]
    assert client.get(paths[1]).status_code == 200
    services.discard([image])
    for path in paths:
        assert refusal(client.get(path)) == (404, "IMAGE_NOT_FOUND")


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("name", ["original.jpg", "original.auto", "thumb.webp"])
def test_a_row_without_object_is_not_found(client: Client, image: Image, root: Path, method: str, name: str) -> None:
    (root / image.key).unlink()
    assert getattr(client, method)(path_of(image, name)).status_code == 404


def test_a_truncated_object_is_never_sent_as_whole(client: Client, image: Image, data: bytes, root: Path) -> None:
    (root / image.key).write_bytes(data[:-10])
    assert refusal(client.get(path_of(image))) == (404, "IMAGE_NOT_FOUND")


@pytest.mark.parametrize("validator", ['"{digest}"', 'W/"{digest}"', '"x", "{digest}"', "*"])
@pytest.mark.parametrize("method", ["get", "head"])
def test_a_known_version_is_not_sent_again(client: Client, image: Image, validator: str, method: str) -> None:
    known = validator.format(digest=image.digest)
    response = getattr(client, method)(path_of(image), HTTP_IF_NONE_MATCH=known)
    assert (response.status_code, response.content) == (304, b"")
    assert response.headers["ETag"] == f'"{image.digest}"'
    assert response.headers["Cache-Control"].startswith("private, max-age=")


def test_another_version_is_sent(client: Client, image: Image) -> None:
    assert client.get(path_of(image), HTTP_IF_NONE_MATCH='"other"').status_code == 200


def test_not_modified_since_is_understood(client: Client, image: Image) -> None:
    modified = client.get(path_of(image)).headers["Last-Modified"]
    assert client.get(path_of(image), HTTP_IF_MODIFIED_SINCE=modified).status_code == 304
    assert client.get(path_of(image), HTTP_IF_MATCH='"other"').status_code == 412


@pytest.mark.parametrize(
    ("header", "first", "last"),
    [("bytes=0-0", 0, 0), ("bytes=5-", 5, None), ("bytes=-1", -1, None), ("bytes=2-9", 2, 9)],
)
def test_a_part_is_sent_when_asked_for(
    client: Client, image: Image, data: bytes, header: str, first: int, last: int | None
) -> None:
    response = client.get(path_of(image), HTTP_RANGE=header)
    start = first % len(data)
    end = len(data) - 1 if last is None else last
    assert response.status_code == 206
    assert response.headers["Content-Range"] == f"bytes {start}-{end}/{len(data)}"
    assert response.headers["Content-Length"] == str(end - start + 1)
    assert body(response) == data[start : end + 1]


@pytest.mark.parametrize("header", ["bytes=9-5", "bytes=0-0,5-9", "bytes=" + "0-," * 10_000, "lines=1-2", "bytes=a-b"])
def test_other_ranges_get_the_whole(client: Client, image: Image, data: bytes, header: str) -> None:
    response = client.get(path_of(image), HTTP_RANGE=header)
    assert response.status_code == 200
    assert body(response) == data


def test_a_range_beyond_the_end_cannot_be_satisfied(client: Client, image: Image, data: bytes) -> None:
    response = client.get(path_of(image), HTTP_RANGE=f"bytes={len(data)}-")
    assert response.status_code == 416
    assert response.headers["Content-Range"] == f"bytes */{len(data)}"
    assert "immutable" not in response.headers.get("Cache-Control", "")


@pytest.mark.parametrize(("validator", "status"), [('"{digest}"', 206), ('"other"', 200), ('W/"{digest}"', 200)])
def test_a_part_is_only_of_the_version_meant(client: Client, image: Image, validator: str, status: int) -> None:
    meant = validator.format(digest=image.digest)
    assert client.get(path_of(image), HTTP_RANGE="bytes=0-0", HTTP_IF_RANGE=meant).status_code == status


@pytest.mark.parametrize(
    ("accept", "source", "expected"),
    [
        ("image/avif,image/webp,*/*;q=0.8", "JPEG", "image/avif"),
        ("image/avif", "PNG", "image/avif"),
        ("image/avif;q=0,image/webp", "JPEG", "image/webp"),
        ("*/*", "JPEG", "image/jpeg"),
        ("", "JPEG", "image/jpeg"),
        ("image/webp;q=0,*/*", "JPEG", "image/jpeg"),
        ("*/*", "PNG", "image/png"),
        ("*/*", "WEBP", "image/png"),
    ],
)
def test_auto_sends_what_the_caller_can_show(  # a table and its cast
    client: Client, ada: User, keep: Keep, photo: Callable[..., bytes], accept: str, source: str, expected: str
) -> None:
    image = keep(ada, photo(format=source))
    response = client.get(path_of(image, "thumb.auto"), HTTP_ACCEPT=accept)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == expected
    assert response.headers["Vary"] == "Accept"
    extension = expected.removeprefix("image/").replace("jpeg", "jpg")
    assert response.headers["Content-Disposition"] == f'inline; filename="{image.public_id}.{extension}"'


def test_a_rendition_is_made_on_its_first_view_and_again_when_it_vanished(
    client: Client, image: Image, root: Path
) -> None:
    path = path_of(image, "avatar-64.png")
    first = client.get(path)
    kept = Rendition.objects.get()
    assert (first.status_code, first.headers["ETag"]) == (200, f'"{kept.digest}"')

    (root / kept.key).unlink()
    again = client.get(path)
    assert body(again) == body(first)
    assert Rendition.objects.get().key != kept.key


def test_large_objects_are_streamed_in_pieces(client: Client, image: Image) -> None:
    data = bytes(SMALL + 10)
    storage.put("images/users/u/large.jpg", data)
    Image.objects.filter(pk=image.pk).update(key="images/users/u/large.jpg", size=len(data))
    response = client.get(path_of(image))
    assert response.streaming
    assert response.headers["Content-Length"] == str(len(data))
    assert body(response) == data


def test_a_front_server_sends_the_file_itself(client: Client, image: Image, root: Path) -> None:
    with override_settings(ACCEL_REDIRECT="/internal/"):
        response = client.get(path_of(image), HTTP_RANGE="bytes=0-3")
        assert (response.status_code, response.content) == (200, b"")
        assert response.headers["X-Accel-Redirect"] == f"/internal/{image.key}"
        assert response.headers["Content-Type"] == "image/jpeg"
        assert "Content-Range" not in response.headers

        (root / image.key).unlink()
        assert client.get(path_of(image)).status_code == 404


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("w320;dpr:2;q:low.auto", 200),
        ("avatar-64;focus:smart.avif", 200),
        ("avatar-64;focus:0.1:0.1.webp", 403),
        ("w320;dpr:9.webp", 403),
        ("resize:10.webp", 403),
    ],
)
def test_a_public_image_is_open_in_a_finite_number_of_ways(
    client: Client, image: Image, name: str, status: int
) -> None:
    services.publish(Image.objects.filter(pk=image.pk))
    assert client.get(f"/i/{image.public_id}/{name}").status_code == status
    assert Rendition.objects.count() == (status == 200)


def test_a_better_format_replaces_one_that_is_there_as_soon_as_somebody_can_show_it(
    client: Client, image: Image, django_assert_num_queries: Callable[..., Any]
) -> None:
    path = path_of(image, "thumb.auto")
    assert client.get(path, HTTP_ACCEPT="image/webp").headers["Content-Type"] == "image/webp"
    both = "image/avif,image/webp"
    assert client.get(path, HTTP_ACCEPT=both).headers["Content-Type"] == "image/avif"
    with django_assert_num_queries(1):
        assert client.get(path, HTTP_ACCEPT=both).headers["Content-Type"] == "image/avif"
    assert sorted(Rendition.objects.values_list("name", flat=True)) == ["thumb.avif", "thumb.webp"]


def test_a_picture_too_large_for_avif_comes_in_the_next_best(
    client: Client, ada: User, keep: Keep, photo: Callable[..., bytes]
) -> None:
    image = keep(ada, photo(size=(640, 14_000)))
    path = path_of(image, "w640.auto")
    assert client.get(path, HTTP_ACCEPT="image/avif,image/webp").headers["Content-Type"] == "image/webp"
    assert client.get(path, HTTP_ACCEPT="image/avif").headers["Content-Type"] == "image/jpeg"
    assert refusal(client.get(path_of(image, "w640.avif"))) == (400, "RENDITION_TOO_EXPENSIVE")
