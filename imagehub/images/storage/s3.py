"""Objects in a bucket that speaks S3."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import structlog
from botocore import exceptions  # type: ignore[import-untyped]  # carries no types
from botocore.config import Config  # type: ignore[import-untyped]  # likewise
from storages.backends import s3
from urllib3.exceptions import HTTPError

from imagehub.images.storage import keys
from imagehub.images.storage.bucket import Bucket, range_of, type_of
from imagehub.images.storage.interface import Found, Labels, ObjectExists, ObjectMissing
from imagehub.images.storage.patience import CONNECT_SECONDS, READ_SECONDS, Passing, Unheard, refusal
from imagehub.lib.errors import StorageUnavailable

log = structlog.get_logger(__name__)

CONNECTIONS = 32  # kept open by a process; more threads than it has
_MISSING = 404
_TAKEN = {409, 412}


class S3Storage(Bucket, s3.S3Storage):  # type: ignore[misc]  # django-storages carries no types
    """A bucket behind a client that gives up within seconds."""

    def __init__(self, **settings: Any) -> None:
        patient = Config(
            # Of one region alone addresses would else lead to another host than those of all others do.
            s3={"addressing_style": settings.get("addressing_style"), "us_east_1_regional_endpoint": "regional"},
            signature_version=settings.get("signature_version"),
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            max_pool_connections=CONNECTIONS,
            retries={"mode": "standard", "total_max_attempts": 1},  # `asked` knows what time is left
        )
        super().__init__(**{"client_config": patient, **settings})

    def put(self, key: str, data: bytes) -> None:
        """Store the object in one request that the bucket refuses for a taken key."""
        # Asked again after an answer that was lost, it would be refused for what it has stored itself.
        self._call("put_object", key, Unheard, Body=data, ContentType=type_of(key), IfNoneMatch="*")

    def replace(self, key: str, data: bytes) -> None:
        """Store the object in one request, whatever the key holds."""
        self._call("put_object", key, Body=data, ContentType=type_of(key))

    def chunks(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Ask for the object now and return its bytes as they arrive."""
        asked = range_of(start, length)
        part: dict[str, Any] = {"Range": asked} if asked else {}
        body = self._call("get_object", key, **part)["Body"]
        return self._arriving(lambda most: body._raw_stream.read1(most))  # noqa: SLF001, PLW0108  # the wrapper has no such word, and closes it when nobody holds it

    def link(self, key: str, seconds: int, labels: Labels) -> str:
        """Sign an address for one GET after another; nothing is asked for it."""
        keys.segments(key)
        said = {
            "ResponseContentType": labels.content_type,
            "ResponseContentDisposition": labels.disposition,
            "ResponseCacheControl": labels.caching,
        }
        place = {"Bucket": self.bucket_name, "Key": key}
        return str(self._client.generate_presigned_url("get_object", Params=place | said, ExpiresIn=seconds))

    def delete(self, name: str) -> None:
        """Make sure that nothing is stored under the key."""
        self._call("delete_object", name)

    def exists(self, name: str) -> bool:
        """Tell whether an object is stored under the key."""
        try:
            self._call("head_object", name)
        except ObjectMissing:
            return False
        return True

    def walk(self, prefix: str = "") -> Iterator[Found]:
        """Go through all objects whose keys begin so, page by page."""
        keys.beginning(prefix)
        with self._question():
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self.bucket_name, Prefix=prefix):
                for entry in page.get("Contents", ()):
                    yield Found(entry["Key"], entry["Size"], entry["LastModified"])

    def _call(self, action: str, key: str, again: type[Passing] = Passing, **words: object) -> Any:
        keys.segments(key)
        call: Callable[..., Any] = getattr(self._client, action)
        return self._asked(lambda: call(Bucket=self.bucket_name, Key=key, **words), again)

    @cached_property
    def _client(self) -> Any:
        # Resources are each thread's own, and a third of a second of work; their clients may be shared.
        return self.connection.meta.client

    @staticmethod
    @contextmanager
    def _failures_named() -> Iterator[None]:
        """Let callers see our own errors instead of the bucket's."""
        try:
            yield
        except exceptions.ClientError as error:
            raise _named(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")) from error
        except exceptions.EndpointConnectionError as error:
            log.warning("storage.failed", reason=type(error).__name__)
            raise Unheard from error
        except (exceptions.BotoCoreError, HTTPError, OSError) as error:
            log.warning("storage.failed", reason=type(error).__name__)
            raise (Passing if isinstance(error, exceptions.ConnectionClosedError) else StorageUnavailable) from error


def _named(status: int | None) -> Exception:
    if status == _MISSING:
        return ObjectMissing()
    if status in _TAKEN:
        return ObjectExists()
    log.warning("storage.failed", reason=status)
    return refusal(status)()
