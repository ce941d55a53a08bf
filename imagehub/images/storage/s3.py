"""Objects in a bucket that speaks S3."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from botocore.config import Config  # type: ignore[import-untyped]  # carries no types
from botocore.exceptions import BotoCoreError, ClientError  # type: ignore[import-untyped]  # carries no types
from storages.backends import s3

from imagehub.images.storage import keys
from imagehub.images.storage.bucket import Bucket, type_of
from imagehub.images.storage.interface import CHUNK, Found, ObjectExists, ObjectMissing
from imagehub.lib.errors import StorageUnavailable

log = structlog.get_logger(__name__)

CONNECT_SECONDS = 2
READ_SECONDS = 10
ATTEMPTS = 2
_MISSING = 404
_TAKEN = {409, 412}


class S3Storage(Bucket, s3.S3Storage):  # type: ignore[misc]  # django-storages carries no types
    """A bucket behind a client that gives up within seconds."""

    def __init__(self, **settings: Any) -> None:
        patient = Config(
            s3={"addressing_style": settings.get("addressing_style")},
            signature_version=settings.get("signature_version"),
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        )
        super().__init__(**{"client_config": patient, **settings})

    def put(self, key: str, data: bytes) -> None:
        """Store the object in one request that the bucket refuses for a taken key."""
        with _failures_named():
            self._client.put_object(**self._at(key), Body=data, ContentType=type_of(key), IfNoneMatch="*")

    def replace(self, key: str, data: bytes) -> None:
        """Store the object in one request, whatever the key holds."""
        with _failures_named():
            self._client.put_object(**self._at(key), Body=data, ContentType=type_of(key))

    def chunks(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Ask for the object now and return its bytes as they arrive."""
        last = "" if length is None else str(start + length - 1)
        # No part of an empty object can be asked for, not even the one from its beginning.
        part = {"Range": f"bytes={start}-{last}"} if start or last else {}
        with _failures_named():
            body = self._client.get_object(**self._at(key), **part)["Body"]
        return _arriving(body)

    def delete(self, name: str) -> None:
        """Make sure that nothing is stored under the key."""
        with _failures_named():
            self._client.delete_object(**self._at(name))

    def exists(self, name: str) -> bool:
        """Tell whether an object is stored under the key."""
        try:
            with _failures_named():
                self._client.head_object(**self._at(name))
        except ObjectMissing:
            return False
        return True

    def walk(self, prefix: str = "") -> Iterator[Found]:
        """Go through all objects whose keys begin so, page by page."""
        keys.beginning(prefix)
        with _failures_named():
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self.bucket_name, Prefix=prefix):
                for entry in page.get("Contents", ()):
                    yield Found(entry["Key"], entry["Size"], entry["LastModified"])

    def _at(self, key: str) -> dict[str, str]:
        keys.segments(key)
        return {"Bucket": self.bucket_name, "Key": key}

    @property
    def _client(self) -> Any:
        return self.connection.meta.client


@contextmanager
def _failures_named() -> Iterator[None]:
    """Let callers see our own errors instead of the bucket's."""
    try:
        yield
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        if status == _MISSING:
            raise ObjectMissing from error
        if status in _TAKEN:
            raise ObjectExists from error
        log.warning("storage.failed", reason=status)
        raise StorageUnavailable from error
    except (BotoCoreError, OSError) as error:
        log.warning("storage.failed", reason=type(error).__name__)
        raise StorageUnavailable from error


def _arriving(body: Any) -> Iterator[bytes]:
    with _failures_named():
        yield from body.iter_chunks(CHUNK)
