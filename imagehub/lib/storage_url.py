"""STORAGE_URL read into Django's description of a storage backend."""

from urllib.parse import parse_qs, urlsplit

from django.core.exceptions import ImproperlyConfigured


def backend(url: str) -> dict[str, object]:
    """Return the STORAGES entry for `file:///path`, `s3://bucket?endpoint=…` or `azure://container`."""
    parts = urlsplit(url)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if parts.scheme == "file":
        return {"BACKEND": "imagehub.images.storage.LocalStorage", "OPTIONS": {"location": parts.path}}
    if parts.scheme == "s3":
        return {"BACKEND": "imagehub.images.storage.S3Storage", "OPTIONS": _s3(parts.netloc, options)}
    if parts.scheme == "azure":
        return {"BACKEND": "imagehub.images.storage.AzureStorage", "OPTIONS": _azure(parts.netloc, options)}
    raise ImproperlyConfigured(f"STORAGE_URL must start with file://, s3:// or azure://, not {parts.scheme!r}")


def _s3(bucket: str, options: dict[str, str]) -> dict[str, object]:
    return {
        "bucket_name": bucket,
        "endpoint_url": options.get("endpoint"),
        "region_name": options.get("region"),
        "addressing_style": options.get("style", "path"),
        "signature_version": "s3v4",
        "default_acl": None,
        "file_overwrite": False,
    }


def _azure(container: str, options: dict[str, str]) -> dict[str, object]:
    return {
        "azure_container": container,
        "connection_string": options.get("connection_string"),
        "overwrite_files": False,
    }
