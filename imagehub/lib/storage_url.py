"""STORAGE_URL read into Django's description of a storage backend."""

import re
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_BLANK = re.compile(r"\s")
_OPTIONS = {
    "file": (),
    "s3": ("endpoint", "region", "style", "direct"),
    "azure": ("connection_string", "direct"),
}


def backend(url: str, *, name: str = "STORAGE_URL") -> dict[str, object]:
    """Return the STORAGES entry for `file:///path`, `s3://bucket?endpoint=…` or `azure://container`.

    A bucket whose keys differ from those in the environment names its own: `s3://key:secret@bucket`. What names no
    place is ImproperlyConfigured, told under the name of the variable.
    """
    parts = _split(url, name)
    if parts.scheme not in _OPTIONS:
        raise ImproperlyConfigured(f"{name} must start with file://, s3:// or azure://, not {parts.scheme!r}")
    options = _known(_options(parts), parts.scheme, name)
    if parts.scheme == "file":
        return {"BACKEND": "imagehub.images.storage.LocalStorage", "OPTIONS": {"location": _folder(parts, name)}}
    _require_bucket(parts, name)
    _require_reachable(options, name)
    if parts.scheme == "s3":
        return {"BACKEND": "imagehub.images.storage.S3Storage", "OPTIONS": _s3(parts, options)}
    return {"BACKEND": "imagehub.images.storage.AzureStorage", "OPTIONS": _azure(parts.netloc, options)}


def moving(url: str, before: str) -> dict[str, object]:
    """Return the STORAGES entry for a place that takes over from another one."""
    places = {"present": backend(url), "former": backend(before, name="STORAGE_URL_BEFORE")}
    if _place(url) == _place(before):
        raise ImproperlyConfigured("STORAGE_URL_BEFORE must name another place than STORAGE_URL")
    return {"BACKEND": "imagehub.images.storage.MovingStorage", "OPTIONS": places}


def is_direct(url: str) -> bool:
    """Tell whether browsers are to fetch what they show from the bucket itself."""
    parts = urlsplit(url)
    options = _options(parts)
    said = options.get("direct", "off")
    if said not in ("on", "off"):
        raise ImproperlyConfigured(f"direct in STORAGE_URL must be on or off, not {said!r}")
    if parts.scheme == "s3" and said == "on" and not options.keys() & {"endpoint", "region"}:
        raise ImproperlyConfigured("STORAGE_URL with direct=on must name its endpoint or region, as pages have to")
    if parts.scheme == "azure" and said == "on" and not _account(options).get("AccountKey"):
        raise ImproperlyConfigured("STORAGE_URL with direct=on must hold the AccountKey, which signs addresses")
    return parts.scheme in ("s3", "azure") and said == "on"


def origin(url: str) -> str:
    """Return where browsers meet a bucket, as policies of pages name it."""
    parts = urlsplit(url)
    options = _options(parts)
    if parts.scheme == "azure":
        account = _account(options)
        host = f"https://{account.get('AccountName', '*')}.blob.{account.get('EndpointSuffix', 'core.windows.net')}"
        whole = urlsplit(account.get("BlobEndpoint") or host)
    else:
        region = options.get("region", "")
        china = ".cn" if region.startswith("cn-") else ""
        whole = urlsplit(options.get("endpoint") or f"https://s3.{region}.amazonaws.com{china}")
    # A bucket with dots in its name can't be a host under TLS.
    is_virtual = parts.scheme == "s3" and options.get("style") == "virtual" and "." not in _bucket(parts)
    return f"{whole.scheme}://{_bucket(parts) + '.' if is_virtual else ''}{whole.netloc}"


def named(url: str) -> str:
    """Return an address without what opens the place, for people to read."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{_bucket(parts)}{parts.path}"


def _split(url: str, name: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:  # told without what was said, which may be secret
        raise ImproperlyConfigured(f"{name} is no address") from None


def _options(parts: SplitResult) -> dict[str, str]:
    # Not as forms write them, where a plus is a space: keys in base64 hold pluses.
    said = [option.partition("=") for option in parts.query.split("&")]
    return {unquote(name): unquote(value) for name, _equals, value in said if value}


def _account(options: dict[str, str]) -> dict[str, str]:
    return dict(part.partition("=")[::2] for part in options.get("connection_string", "").split(";"))


def _known(options: dict[str, str], scheme: str, name: str) -> dict[str, str]:
    for option in options:
        if option not in _OPTIONS[scheme]:  # told without its value, which may be secret
            raise ImproperlyConfigured(f"{option} in {name} is not an option of {scheme}://")
    return options


def _bucket(parts: SplitResult) -> str:
    return parts.netloc.rpartition("@")[2]


def _require_bucket(parts: SplitResult, name: str) -> None:
    word = "bucket" if parts.scheme == "s3" else "container"
    if not _bucket(parts):
        raise ImproperlyConfigured(f"{name} must name a {word}")
    if parts.path.strip("/"):  # a folder in it, or the rest of a secret that holds a slash
        raise ImproperlyConfigured(f"{name} must name a {word} and no path; a / in a key is written %2F")


def _require_reachable(options: dict[str, str], name: str) -> None:
    if not _is_server(options.get("endpoint", "https://any")):
        raise ImproperlyConfigured(f"endpoint in {name} must begin with http:// or https:// and a host")
    said = options.get("connection_string", "AccountName=any").rstrip(";").split(";")
    named = {part.partition("=")[0].upper() for part in said if "=" in part}
    if len(named) < len(said) or not named & {"ACCOUNTNAME", "BLOBENDPOINT"}:
        raise ImproperlyConfigured(f"connection_string in {name} must hold AccountName=… or BlobEndpoint=…")


def _is_server(address: str) -> bool:
    try:
        parts = urlsplit(address)
        is_whole = parts.hostname is not None and parts.port != 0
    except ValueError:  # half an address of IPv6, or a port that is no number
        return False
    return is_whole and parts.scheme in ("http", "https") and not _BLANK.search(address)


def _folder(parts: SplitResult, name: str) -> str:
    if parts.netloc or not parts.path:  # `file://files` would be the root of the disk to whoever reads the path alone
        raise ImproperlyConfigured(f"{name} must name a folder from the root on: file:///path")
    return parts.path


def _place(url: str) -> tuple[str, ...]:
    """Return what two addresses of one place have in common, however they are written."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return (parts.scheme, str(Path(parts.path).resolve()))
    options = _options(parts)
    return (parts.scheme, _bucket(parts), options.get("endpoint", "").rstrip("/"), options.get("connection_string", ""))


def _s3(parts: SplitResult, options: dict[str, str]) -> dict[str, object]:
    own = {"access_key": unquote(parts.username), "secret_key": unquote(parts.password or "")} if parts.username else {}
    return own | {
        "bucket_name": _bucket(parts),
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
