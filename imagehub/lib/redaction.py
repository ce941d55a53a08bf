"""What must never reach a log, wherever in an event it stands."""

import re
from collections.abc import Mapping
from typing import Any

GONE = "[redacted]"
_NAMES = (
    r"pass(?:word|wd)?\d?|secret|token|authorization|cookie|session(?:id)?|api[_-]?key|key"
    r"|sig(?:nature)?|refresh|access|jwt"
)
_SECRET_NAME = re.compile(rf"(?:^|[_\-.])(?:{_NAMES})$|^csrf", re.IGNORECASE)
# Each pattern keeps its first group and loses the rest.
_PATTERNS = [
    re.compile(r"()eyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)?"),  # a JWT
    re.compile(r"((?:Bearer|Basic)\s+)[\w.~+/=-]{8,}", re.IGNORECASE),
    re.compile(rf"(\b[\w.-]*(?:{_NAMES})=)[^&\s\"'<>;]+", re.IGNORECASE),  # a query or a form
    re.compile(rf"([\"'][\w.-]*(?:{_NAMES})[\"']\s*:\s*[\"'])[^\"']+", re.IGNORECASE),  # JSON or a dictionary
    re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s/:@]*:)[^\s/@]+(?=@)", re.IGNORECASE),  # a password in an address
    re.compile(r"(\bihk_)[\w-]{8,}"),  # one of our API keys
    re.compile(r"(/shared/|/l/)[\w-]{8,}"),  # the address of something shared is its secret
]


def redacted(value: Any) -> Any:
    """Return a copy of any value of an event without its secrets."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bytes):
        return _text(value.decode("utf-8", "replace"))
    if isinstance(value, Mapping):
        return {name: GONE if is_secret(name) and item else redacted(item) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [redacted(item) for item in value]
    return value if value is None or isinstance(value, bool | int | float) else _text(str(value))


def is_secret(name: object) -> bool:
    """Tell whether what goes by this name is nobody's to read."""
    return _SECRET_NAME.search(str(name)) is not None


def _text(text: str) -> str:
    for pattern in _PATTERNS:
        text = pattern.sub(rf"\1{GONE}", text)
    return text
