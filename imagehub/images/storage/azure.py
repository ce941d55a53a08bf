"""Objects in a container of Azure Blob Storage."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from azure.core.exceptions import (
    AzureError,
    HttpResponseError,
    ResourceExistsError,
    ResourceNotFoundError,
    ServiceRequestTimeoutError,
    ServiceResponseTimeoutError,
)
from azure.storage.blob import BlobSasPermissions, BlobServiceClient, ContentSettings, generate_blob_sas
from storages.backends import azure_storage
from urllib3.exceptions import HTTPError

from imagehub.images.storage import keys, paced
from imagehub.images.storage.bucket import Bucket, range_of, type_of
from imagehub.images.storage.interface import Found, Labels, ObjectExists, ObjectMissing
from imagehub.images.storage.patience import Passing, Unheard, refusal
from imagehub.lib.errors import StorageUnavailable

log = structlog.get_logger(__name__)

# Its client writes every request with all headers at INFO.
logging.getLogger("azure").setLevel(logging.WARNING)


class AzureStorage(Bucket, azure_storage.AzureStorage):  # type: ignore[misc]  # django-storages carries no types
    """A container behind a client that gives up within seconds."""

    def __init__(self, **settings: Any) -> None:
        # `asked` knows what time is left for another try.
        patient = {"transport": paced.transport(), "retry_total": 0}
        super().__init__(**{"client_options": patient, **settings})

    def _get_service_client(self) -> Any:
        if self.connection_string is None:
            return super()._get_service_client()
        return BlobServiceClient.from_connection_string(self.connection_string, **self.client_options)

    def put(self, key: str, data: bytes) -> None:
        """Store the blob in one request that the container refuses for a taken key."""
        # Asked again after an answer that was lost, it would be refused for what it has stored itself.
        self._upload(key, data, Unheard, overwrite=False)

    def replace(self, key: str, data: bytes) -> None:
        """Store the blob in one request, whatever the key holds."""
        self._upload(key, data, Passing, overwrite=True)

    def _upload(self, key: str, data: bytes, again: type[Passing], **options: object) -> None:
        blob, settings = self._blob(key), ContentSettings(content_type=type_of(key))
        options |= {"timeout": self.timeout}
        self._asked(lambda: blob.upload_blob(data, content_settings=settings, **options), again)

    def chunks(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Ask for the blob now and return its bytes as they arrive."""
        # What the package has for this takes up to 32 MB at once, and all of it again where it breaks off.
        operations = self._blob(key)._client.blob  # noqa: SLF001  # those that it is made of itself
        answer = self._asked(lambda: operations.download(range=range_of(start, length), timeout=self.timeout))
        return self._arriving(answer.response.internal_response.raw.read1)

    def link(self, key: str, seconds: int, labels: Labels) -> str:
        """Sign an address with the key of the account; nothing is asked for it."""
        blob = self._blob(key)
        token = generate_blob_sas(
            *(blob.account_name, blob.container_name, key),
            account_key=self.client.credential.account_key,
            permission=BlobSasPermissions(read=True),
            expiry=datetime.now(UTC) + timedelta(seconds=seconds),
            content_type=labels.content_type,
            content_disposition=labels.disposition,
            cache_control=labels.caching,
        )
        return f"{blob.url}?{token}"

    def delete(self, name: str) -> None:
        """Make sure that nothing is stored under the key."""
        blob = self._blob(name)
        try:
            self._asked(lambda: blob.delete_blob(timeout=self.timeout))
        except ObjectMissing:
            return

    def exists(self, name: str) -> bool:
        """Tell whether a blob is stored under the key."""
        blob = self._blob(name)
        return bool(self._asked(lambda: blob.exists(timeout=self.timeout)))

    def walk(self, prefix: str = "") -> Iterator[Found]:
        """Go through all blobs whose keys begin so, page by page."""
        keys.beginning(prefix)
        with self._question():
            for blob in self.client.list_blobs(name_starts_with=prefix or None, timeout=self.timeout):
                yield Found(blob.name, blob.size, blob.last_modified)

    def _blob(self, key: str) -> Any:
        keys.segments(key)
        return self.client.get_blob_client(key)

    @staticmethod
    @contextmanager
    def _failures_named() -> Iterator[None]:
        """Let callers see our own errors instead of the container's."""
        try:
            yield
        except ResourceNotFoundError as error:
            raise ObjectMissing from error
        except ResourceExistsError as error:
            raise ObjectExists from error
        except (AzureError, HTTPError, OSError) as error:
            log.warning("storage.failed", reason=type(error).__name__)
            raise _kind_of(error) from error


def _kind_of(error: Exception) -> type[StorageUnavailable]:
    if isinstance(error, HttpResponseError):
        return refusal(error.status_code)
    # Without an answer it may have been taken up all the same, whatever the client calls it.
    is_late = isinstance(error, (ServiceRequestTimeoutError, ServiceResponseTimeoutError))
    return StorageUnavailable if is_late else Passing
