"""Whether a PNG that leaves us tells how it was made: prompt and parameters, or nothing of them.

They are written as Automatic1111 writes them, since every viewer and generator reads that. Stored files never
hold them; they are put in on the way out, for those who may see them.
"""

import json
import re
from collections.abc import Iterator
from enum import StrEnum

from imagehub.images.pipeline import png
from imagehub.images.pipeline.carriers import KEYS
from imagehub.images.pipeline.generators import A1111_NAMES
from imagehub.images.pipeline.marks import Marks, Value, bounded, plain

_TEXTS = {b"tEXt", b"zTXt", b"iTXt"}
_KEY = b"parameters\0"
_NAMES = {ours: theirs for theirs, ours in A1111_NAMES.items()}
_NEEDS_QUOTES = re.compile('[,:"\n]')


class Policy(StrEnum):
    """What a file takes along of the prompt and the parameters it was made with."""

    KEEP = "keep"
    DROP = "drop"


def leaving(data: bytes, recipe: Marks, policy: Policy) -> bytes:
    """Return a PNG of ours as it may leave; its pixels and its mark stay byte for byte. `Refusal` for no PNG."""
    return with_parameters(data, recipe) if policy is Policy.KEEP else without_parameters(data)


def with_parameters(data: bytes, recipe: Marks) -> bytes:
    """Write prompt, negative prompt and parameters into a PNG, in place of former ones."""
    bare = without_parameters(data)
    header = next(png.chunks(bare))
    text = png.written(b"iTXt", _KEY + bytes(4) + _text(recipe).encode())
    return bare[: header.end + 4] + text + bare[header.end + 4 :]


def without_parameters(data: bytes) -> bytes:
    """Leave out every text in which a generator may have told how it made the picture."""
    kept = (data[start - 8 : end + 4] for kind, start, end in png.chunks(data) if not _tells(data, kind, start))
    return b"".join([png.SIGNATURE, *kept])


def _tells(data: bytes, kind: bytes, start: int) -> bool:
    key = data[start : start + 80].partition(b"\0")[0].decode("latin-1")
    return kind in _TEXTS and key in KEYS


def _text(recipe: Marks) -> str:
    negative = f"\nNegative prompt: {plain(recipe.negative_prompt)}" if recipe.negative_prompt else ""
    return f"{plain(recipe.prompt)}{negative}\n{', '.join(_pairs(recipe))}"


def _pairs(recipe: Marks) -> Iterator[str]:
    """Yield the pairs of the last line; readers know it by its first pair, so there is one in any case."""
    values = bounded(recipe.parameters.items())
    yield f"Steps: {values.pop('steps', 0)}"
    width, height = values.pop("width", None), values.pop("height", None)
    if width and height:
        yield f"Size: {width}x{height}"
    yield from (f"{_NAMES.get(name, name)}: {_quoted(value)}" for name, value in values.items())


def _quoted(value: Value) -> str:
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if _NEEDS_QUOTES.search(text) else text
