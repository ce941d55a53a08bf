"""Places of files, read from their addresses; what names no place stops the start."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from imagehub.lib import storage_url

NO_PLACES = [
    ("files", "X must start with file://, s3:// or azure://, not ''"),
    ("ftp://host/files", "X must start with file://, s3:// or azure://, not 'ftp'"),
    ("file://", "X must name a folder from the root on: file:///path"),
    ("file://files", "X must name a folder from the root on: file:///path"),
    ("file://./files", "X must name a folder from the root on: file:///path"),
    ("s3://", "X must name a bucket"),
    ("s3://key:secret@?region=eu", "X must name a bucket"),
    ("azure://", "X must name a container"),
    ("s3://bucket/folder", "X must name a bucket and no path; a / in a key is written %2F"),
    ("s3://key:sec/ret@bucket", "X must name a bucket and no path; a / in a key is written %2F"),
    ("azure://files/folder", "X must name a container and no path; a / in a key is written %2F"),
    ("s3://bucket?diret=on", "diret in X is not an option of s3://"),
    ("azure://files?region=eu", "region in X is not an option of azure://"),
    ("file:///srv/files?direct=on", "direct in X is not an option of file://"),
    ("s3://[bucket", "X is no address"),
    *(
        (f"s3://bucket?endpoint={wrong}", "endpoint in X must begin with http:// or https:// and a host")
        for wrong in (
            "s3.example",
            "ftp://s3.example",
            "https://",
            "https:///bucket",
            "https://s3 example",
            "https://[::1",
            "https://s3:no",
            "https://:9000",
        )
    ),
    *(
        (f"azure://files?connection_string={wrong}", "connection_string in X must hold AccountName=… or BlobEndpoint=…")
        for wrong in ("nonsense", "AccountKey=k", "AccountName=a;nonsense", ";", "AccountName=a;;AccountKey=k")
    ),
]
SAME_PLACES = [
    ("file:///srv/files", "file:///srv/files/"),
    ("file:///srv/files", "file:///srv/../srv/files"),
    ("s3://bucket?endpoint=https://s3.example", "s3://key:secret@bucket?endpoint=https://s3.example/&region=eu"),
    ("azure://files", "azure://files"),
]
TWO_PLACES = [
    ("file:///srv/files", "file:///srv/former"),
    ("s3://bucket", "s3://former"),
    ("s3://bucket?endpoint=https://one.example", "s3://bucket?endpoint=https://two.example"),
    ("file:///bucket", "s3://bucket"),
]


@pytest.mark.parametrize(("url", "sentence"), NO_PLACES)
def test_what_names_no_place_is_told_under_the_name_of_its_variable(url: str, sentence: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        storage_url.backend(url, name="X")
    assert str(refusal.value) == sentence


def test_a_connection_string_is_read_as_it_is_copied() -> None:
    copied = "DefaultEndpointsProtocol=https;AccountName=hub;AccountKey=a+b/c==;EndpointSuffix=core.windows.net"
    found = storage_url.backend(f"azure://files?connection_string={copied}&direct=on")["OPTIONS"]
    assert isinstance(found, dict)
    assert found["connection_string"] == copied


def test_the_place_before_is_told_under_its_own_name() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^STORAGE_URL_BEFORE must name a bucket$"):
        storage_url.moving("file:///srv/files", "s3://")


@pytest.mark.parametrize(("url", "before"), SAME_PLACES)
def test_a_place_never_takes_over_from_itself_however_it_is_written(url: str, before: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^STORAGE_URL_BEFORE must name another place than STORAGE_URL$"):
        storage_url.moving(url, before)


def test_a_folder_is_the_same_by_way_of_a_link(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "files")
    with pytest.raises(ImproperlyConfigured):
        storage_url.moving(f"file://{tmp_path}/files", f"file://{tmp_path}/link")


@pytest.mark.parametrize(("url", "before"), TWO_PLACES)
def test_two_places_are_a_move(url: str, before: str) -> None:
    assert storage_url.moving(url, before)["OPTIONS"] == {
        "present": storage_url.backend(url),
        "former": storage_url.backend(before),
    }


@pytest.mark.parametrize(
    ("url", "is_direct", "origin"),
    [
        ("s3://b?endpoint=https://s3.example:9000/&direct=on", True, "https://s3.example:9000"),
        ("s3://b?endpoint=https://s3.example&style=virtual&direct=on", True, "https://b.s3.example"),
        ("s3://k:s@b?region=eu-west-1&direct=off", False, "https://s3.eu-west-1.amazonaws.com"),
        (
            "azure://c?connection_string=AccountName%3Da%3BAccountKey%3Dk%3D%3D&direct=on",
            True,
            "https://a.blob.core.windows.net",
        ),
        ("azure://c?connection_string=BlobEndpoint%3Dhttp://127.0.0.1:1/a", False, "http://127.0.0.1:1"),
    ],
)
def test_browsers_meet_a_bucket_where_its_address_says(url: str, is_direct: bool, origin: str) -> None:
    assert (storage_url.is_direct(url), storage_url.origin(url)) == (is_direct, origin)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("s3://b?endpoint=https://s3.example&direct=yes", "direct in STORAGE_URL must be on or off, not 'yes'"),
        ("s3://k:s@b?direct=on", "STORAGE_URL with direct=on must name its endpoint or region, as pages have to"),
        (
            "azure://c?connection_string=AccountName%3Da%3BSharedAccessSignature%3Dsv%3D1&direct=on",
            "STORAGE_URL with direct=on must hold the AccountKey, which signs addresses",
        ),
        ("azure://c?direct=on", "STORAGE_URL with direct=on must hold the AccountKey, which signs addresses"),
    ],
)
def test_a_wish_for_direct_addresses_is_plain(url: str, sentence: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=sentence):
        storage_url.is_direct(url)


def test_a_folder_is_never_met() -> None:
    assert not storage_url.is_direct("file:///srv/files?direct=on")
