"""Objects in a container of Azure Blob Storage."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from azure.core.exceptions import AzureError, ResourceExistsError, ResourceNotFoundError
from azure.storage.blob import BlobServiceClient, ContentSettings
from storages.backends import azure_storage

from imagehub.images.storage import keys
from imagehub.images.storage.bucket import Bucket, type_of
from imagehub.images.storage.interface import Found, ObjectExists, ObjectMissing
from imagehub.lib.errors import StorageUnavailable

log = structlog.get_logger(__name__)

# Seconds and tries; left to itself the client would go on for minutes.
PATIENCE: dict[str, Any] = {
    "connection_timeout": 2,
    "read_timeout": 10,
    "retry_total": 1,
    "initial_backoff": 0,
    "increment_base": 1,
    "random_jitter_range": 0,
}
# Its client writes every request with all headers at INFO.
logging.getLogger("azure").setLevel(logging.WARNING)


class AzureStorage(Bucket, azure_storage.AzureStorage):  # type: ignore[misc]  # django-storages carries no types
    """A container behind a client that gives up within seconds."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"client_options": PATIENCE, **settings})

    def _get_service_client(self) -> Any:
        if self.connection_string is None:
            return super()._get_service_client()
        return BlobServiceClient.from_connection_string(self.connection_string, **PATIENCE)

    def put(self, key: str, data: bytes) -> None:
        """Store the blob in one request that the container refuses for a taken key."""
        self._upload(key, data, overwrite=False)

    def replace(self, key: str, data: bytes) -> None:
        """Store the blob in one request, whatever the key holds."""
        self._upload(key, data, overwrite=True)

    def _upload(self, key: str, data: bytes, **options: bool) -> None:
        settings = ContentSettings(content_type=type_of(key))
        with _failures_named():
            self._blob(key).upload_blob(data, content_settings=settings, timeout=self.timeout, **options)

    def chunks(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Ask for the blob now and return its bytes as they arrive."""
        # No part of an empty blob can be asked for, not even the one from its beginning.
        part = {"offset": start, "length": length} if start or length is not None else {}
        with _failures_named():
            download = self._blob(key).download_blob(**part, timeout=self.timeout)
        return _arriving(download)

    def delete(self, name: str) -> None:
        """Make sure that nothing is stored under the key."""
        try:
            with _failures_named():
                self._blob(name).delete_blob(timeout=self.timeout)
        except ObjectMissing:
            return

    def exists(self, name: str) -> bool:
        """Tell whether a blob is stored under the key."""
        with _failures_named():
            return bool(self._blob(name).exists(timeout=self.timeout))

    def walk(self, prefix: str = "") -> Iterator[Found]:
        """Go through all blobs whose keys begin so, page by page."""
        keys.beginning(prefix)
        with _failures_named():
            for blob in self.client.list_blobs(name_starts_with=prefix or None, timeout=self.timeout):
                yield Found(blob.name, blob.size, blob.last_modified)

    def _blob(self, key: str) -> Any:
        keys.segments(key)
        return self.client.get_blob_client(key)


@contextmanager
def _failures_named() -> Iterator[None]:
    """Let callers see our own errors instead of the container's."""
    try:
        yield
    except ResourceNotFoundError as error:
        raise ObjectMissing from error
    except ResourceExistsError as error:
        raise ObjectExists from error
    except (AzureError, OSError) as error:
        log.warning("storage.failed", reason=type(error).__name__)
        raise StorageUnavailable from error


def _arriving(download: Any) -> Iterator[bytes]:
    with _failures_named():
        yield from download.chunks()
