"""What is taken as a generated image, and how strictly it is read."""

import binascii
import re
from dataclasses import dataclass
from typing import Any

import orjson
from django.utils.translation import gettext as _

from generated.models import LONGEST_MODEL, LONGEST_PROMPT
from imagehub.images import origins
from imagehub.images import services as images
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.limits import Limits
from imagehub.images.pipeline.marks import Marks
from imagehub.images.pipeline.sanitise import Clean, Reading
from imagehub.lib.errors import FileTooLarge, Invalid, UnsupportedFormat
from imagehub.lib.text import cleaned

FORMATS = frozenset({Format.PNG})
LIMITS = Limits(bytes=10 * 1024 * 1024)
LONGEST_METADATA = 16 * 1024  # bytes of its canonical JSON
_LONGEST_BASE64 = (LIMITS.bytes + 2) // 3 * 4
_GROUP = 4  # characters of base64 that stand for three bytes
_PREFIX = re.compile(r"data:(?P<type>[a-z0-9.+-]+/[a-z0-9.+-]+);base64,")
_TAKEN_TYPE = "image/png"


class NotBase64(ValueError):
    """The text is not the one base64 of any bytes."""


@dataclass(frozen=True)
class Draft:
    """A judged image with what its maker said about it."""

    prompt: str
    metadata_json: str  # canonical
    model: str
    clean: Clean
    pixels: str  # digest of what it shows


def draft(prompt: str, data: bytes, metadata: dict[str, Any]) -> Draft:
    """Return a new image for a library, its bytes judged and marked as made by a model, or refuse them."""
    return _drafted(prompt, _judged(data), metadata)


def imported(data: bytes, said: str = "") -> Draft:
    """Return another tool's picture with the prompt and the parameters that its file tells, or refuse it.

    What is `said` stands in for a prompt that the file does not tell; Invalid for `prompt` without either.
    """
    clean = _judged(data)
    told = cleaned(clean.marks.prompt)
    prompt = (told or cleaned(said))[:LONGEST_PROMPT].strip()
    if not prompt:
        raise Invalid(details={"prompt": [_("This file does not tell its prompt. Say what it was asked for.")]})
    return _drafted(prompt, clean, told_by(clean.marks))


def told_by(marks: Marks) -> dict[str, Any]:
    """Return as metadata what a file tells besides its prompt, as much as there is room for."""
    negative = {"negative_prompt": marks.negative_prompt} if marks.negative_prompt else {}
    whole = {"full_prompt": marks.prompt} if len(marks.prompt) > LONGEST_PROMPT else {}
    source = {"generator": marks.generator} if marks.generator else {}
    metadata: dict[str, Any] = {}
    for name, value in [*source.items(), *marks.parameters.items(), *negative.items(), *whole.items()]:
        if len(canonical({**metadata, name: value})) <= LONGEST_METADATA:
            metadata.setdefault(name, value)
    return metadata


def _judged(data: bytes) -> Clean:
    return images.judge(data, formats=FORMATS, limits=LIMITS, reading=Reading.PIXELS)


def _drafted(prompt: str, judged: Clean, metadata: dict[str, Any]) -> Draft:
    clean = origins.generated(judged)
    return Draft(prompt, canonical(metadata).decode(), model_of(metadata), clean, judged.content)


def canonical(metadata: dict[str, Any]) -> bytes:
    """Return the one JSON text for equal metadata."""
    return orjson.dumps(metadata, option=orjson.OPT_SORT_KEYS)


def model_of(metadata: dict[str, Any]) -> str:
    """Return the model that the metadata name, or nothing."""
    model = metadata.get("model")
    return cleaned(model)[:LONGEST_MODEL].strip() if isinstance(model, str) else ""


def decoded(text: str) -> bytes:
    """Return the bytes of strict base64 (RFC 4648, section 4), with or without `data:image/png;base64,` before it.

    The usual alphabet with `+` and `/`, padded, without white space or line ends, and no bits left over: of all
    texts exactly one stands for given bytes. Raises NotBase64 for any other, UnsupportedFormat for another type
    in the prefix, FileTooLarge before anything too long is decoded.
    """
    text = _without_prefix(text)
    if len(text) > _LONGEST_BASE64:
        raise FileTooLarge
    try:
        data = binascii.a2b_base64(text, strict_mode=True)
    except ValueError as error:  # characters beyond ASCII among them
        raise NotBase64 from error
    tail = text[-_GROUP:]
    if not data or len(text) % _GROUP or binascii.b2a_base64(binascii.a2b_base64(tail), newline=False).decode() != tail:
        raise NotBase64
    return data


def _without_prefix(text: str) -> str:
    prefix = _PREFIX.match(text)
    if prefix is None:
        return text
    if prefix["type"] != _TAKEN_TYPE:
        raise UnsupportedFormat
    return text[prefix.end() :]
