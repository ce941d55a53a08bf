import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import override_settings

from imagehub.images import storage
from imagehub.images.storage import BadKey, ObjectExists, ObjectMissing, ObjectStore, together
from imagehub.lib import storage_url
from imagehub.lib.errors import StorageUnavailable
from tests.images.storage.bucket import Bucket, running

KEY = "images/users/u/é 1.jpg"


def s3(port: int) -> ObjectStore:
    described = storage_url.backend(f"s3://bucket?endpoint=http://127.0.0.1:{port}&region=eu-west-1")
    options: dict[str, Any] = described["OPTIONS"]  # type: ignore[assignment]  # the keyword arguments of the class
    return storage.S3Storage(**options, access_key="a" * 20, secret_key="s" * 40)  # type: ignore[no-any-return]  # django-storages carries no types


def azure(port: int) -> ObjectStore:
    key = base64.b64encode(b"k" * 32).decode()
    endpoint = f"http://127.0.0.1:{port}/account"
    account = f"DefaultEndpointsProtocol=http;AccountName=account;AccountKey={key};BlobEndpoint={endpoint};"
    return storage.AzureStorage(azure_container="bucket", connection_string=account, overwrite_files=False)  # type: ignore[no-any-return]  # likewise


KINDS = {"s3": (s3, 1), "azure": (azure, 2)}


@pytest.fixture(params=list(KINDS))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def bucket(kind: str) -> Iterator[Bucket]:
    with running(KINDS[kind][1]) as bucket:
        yield bucket


@pytest.fixture
def store(kind: str, bucket: Bucket) -> ObjectStore:
    return KINDS[kind][0](bucket.port)


def test_what_was_put_is_read_back(store: ObjectStore, bucket: Bucket) -> None:
    store.put(KEY, b"0123456789")

    assert bucket.objects == {KEY: b"0123456789"}
    assert store.exists(KEY)
    assert b"".join(store.chunks(KEY)) == b"0123456789"
    assert b"".join(store.chunks(KEY, 3, 4)) == b"3456"
    assert b"".join(store.chunks(KEY, 8)) == b"89"
    with store.open(KEY) as file:
        assert file.read() == b"0123456789"
    assert not store.local


def test_a_taken_key_is_refused(store: ObjectStore, bucket: Bucket) -> None:
    store.put(KEY, b"first")
    with pytest.raises(ObjectExists):
        store.put(KEY, b"second")
    assert bucket.objects == {KEY: b"first"}


def test_what_is_replaced_is_another(store: ObjectStore, bucket: Bucket) -> None:
    store.replace(KEY, b"first")
    store.replace(KEY, b"second")
    assert bucket.objects == {KEY: b"second"}


def test_a_missing_object_is_named_so_before_any_byte(store: ObjectStore) -> None:
    assert not store.exists(KEY)
    with pytest.raises(ObjectMissing):
        store.chunks(KEY)
    with pytest.raises(ObjectMissing):
        store.open(KEY)
    store.delete(KEY)


def test_a_deleted_object_is_gone(store: ObjectStore, bucket: Bucket) -> None:
    store.put(KEY, b"x")
    store.delete(KEY)
    assert bucket.objects == {}


def test_a_walk_sees_what_begins_alike(store: ObjectStore) -> None:
    store.put("a/one", b"1")
    store.put("a/b/two", b"22")
    store.put("c_3/three", b"333")
    assert sorted((found.key, found.size) for found in store.walk("a/")) == [("a/b/two", 2), ("a/one", 1)]
    assert [found.key for found in store.walk("c_")] == ["c_3/three"]
    assert {found.modified for found in store.walk()} == {datetime(2027, 1, 1, tzinfo=UTC)}
    assert list(store.leftovers()) == []


@pytest.mark.parametrize("key", ["../x", "/x", "a\\b", ".x"])
def test_a_bad_key_reaches_no_bucket(store: ObjectStore, bucket: Bucket, key: str) -> None:
    for action in (store.exists, store.chunks, store.delete, lambda key: store.put(key, b"x")):
        with pytest.raises(BadKey):
            action(key)
    assert bucket.requests == []


@pytest.mark.parametrize("fault", [403, 503])
def test_a_bucket_that_refuses_is_unavailable(store: ObjectStore, bucket: Bucket, fault: int) -> None:
    bucket.fault = fault
    with pytest.raises(StorageUnavailable):
        store.put(KEY, b"x")
    with pytest.raises(StorageUnavailable):
        store.chunks(KEY)
    with pytest.raises(StorageUnavailable):
        list(store.walk())
    assert bucket.objects == {}


def test_a_bucket_that_is_down_is_unavailable(kind: str) -> None:
    with running(0) as closed:
        port = closed.port
    store = KINDS[kind][0](port)
    for action in (store.exists, store.chunks, store.delete):
        with pytest.raises(StorageUnavailable):
            action(KEY)


def test_the_configured_bucket_is_the_one_we_speak_to(store: ObjectStore, kind: str, bucket: Bucket) -> None:
    with override_settings(STORAGES=described(store)):
        storage.put(KEY, b"x")
        assert storage.read(KEY) == b"x"
        assert [found.key for found in storage.walk("images/")] == [KEY]
        storage.delete(KEY)
        together.replace_all([("a", b"1"), ("b", b"2")])
        assert bucket.objects == {"a": b"1", "b": b"2"}
        together.replace_all([("a", b"3")])
        assert [storage.read("a"), storage.read("b")] == [b"3", b"2"]
        storage.delete("a")
        storage.delete("b")
    assert storage.current().local
    assert bucket.objects == {}


@pytest.mark.parametrize(
    "url",
    [
        "s3://k:s@bucket?region=us-east-1",
        "s3://k:s@bucket?region=us-east-1&style=virtual",
        "s3://k:s@my.bucket?region=eu-west-1&style=virtual",
        "s3://k:s@bucket?region=cn-north-1",
        "s3://k:s@bucket?endpoint=https://s3.example:9000/base/&region=eu-west-1",
        "azure://bucket?connection_string=AccountName%3Da%3BAccountKey%3Da2tr",
    ],
)
def test_an_address_leads_to_where_pages_say_that_pictures_come_from(url: str) -> None:
    store = storage.made(storage_url.backend(url))
    assert isinstance(store, storage.S3Storage | storage.AzureStorage)
    there = urlsplit(store.link(KEY, 60, storage.Labels("image/jpeg", "inline", "private")))
    assert f"{there.scheme}://{there.netloc}" == storage_url.origin(url)


def described(store: ObjectStore) -> dict[str, object]:
    """Return the settings that lead to a place."""
    return {"default": {"BACKEND": f"imagehub.images.storage.{type(store).__name__}", "OPTIONS": _options(store)}}


def _options(store: Any) -> dict[str, object]:
    names: tuple[str, ...] = (
        "bucket_name",
        "endpoint_url",
        "access_key",
        "secret_key",
        "addressing_style",
        "region_name",
        "signature_version",
    )
    if type(store).__name__ == "AzureStorage":
        names = ("azure_container", "connection_string")
    return {name: getattr(store, name) for name in names}


def test_only_known_places_are_imported() -> None:
    with pytest.raises(AttributeError):
        storage.FtpStorage  # noqa: B018  # looking is the test
