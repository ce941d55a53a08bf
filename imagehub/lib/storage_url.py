"""STORAGE_URL read into Django's description of a storage backend."""

from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def backend(url: str) -> dict[str, object]:
    """Return the STORAGES entry for `file:///path`, `s3://bucket?endpoint=…` or `azure://container`.

    A bucket whose keys differ from those in the environment names its own: `s3://key:secret@bucket`.
    """
    parts = urlsplit(url)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if parts.scheme == "file":
        return {"BACKEND": "imagehub.images.storage.LocalStorage", "OPTIONS": {"location": parts.path}}
    if parts.scheme == "s3":
        return {"BACKEND": "imagehub.images.storage.S3Storage", "OPTIONS": _s3(parts, options)}
    if parts.scheme == "azure":
        return {"BACKEND": "imagehub.images.storage.AzureStorage", "OPTIONS": _azure(parts.netloc, options)}
    raise ImproperlyConfigured(f"STORAGE_URL must start with file://, s3:// or azure://, not {parts.scheme!r}")


def moving(url: str, before: str) -> dict[str, object]:
    """Return the STORAGES entry for a place that takes over from another one."""
    if url == before:
        raise ImproperlyConfigured("STORAGE_URL_BEFORE must name another place than STORAGE_URL")
    places = {"present": backend(url), "former": backend(before)}
    return {"BACKEND": "imagehub.images.storage.MovingStorage", "OPTIONS": places}


def named(url: str) -> str:
    """Return an address without what opens the place, for people to read."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _s3(parts: SplitResult, options: dict[str, str]) -> dict[str, object]:
    own = {"access_key": unquote(parts.username), "secret_key": unquote(parts.password or "")} if parts.username else {}
    return own | {
        "bucket_name": parts.netloc.rpartition("@")[2],
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
