"""Files on their way out of a library: their names, what they tell, and many of them in one."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

from generated.models import Generated
from imagehub.images import storage
from imagehub.images.models import Image
from imagehub.images.pipeline import recipes
from imagehub.images.pipeline.marks import Marks, bounded
from imagehub.images.pipeline.recipes import Policy
from imagehub.images.pipeline.refusals import Refusal
from imagehub.images.storage import ObjectMissing
from imagehub.lib.words import words

_WORDS = 6  # of a prompt that a name is made of
_LONGEST_NAME = 60  # characters
_NEGATIVE = "negative_prompt"
_LOST = "missing.txt"


def recipe(generated: Generated) -> Marks:
    """Return prompt and parameters as files carry them."""
    said = generated.metadata
    negative = said.pop(_NEGATIVE, "")
    size = {"width": generated.image.width, "height": generated.image.height}
    plain = bounded({**size, **said}.items())
    return Marks(
        prompt=generated.prompt, negative_prompt=negative if isinstance(negative, str) else "", parameters=plain
    )


def png(generated: Generated, policy: Policy) -> bytes:
    """Return the picture as it may leave, or raise ObjectMissing: what is no picture any more is as good as lost."""
    data = _data(generated.image)
    try:
        return recipes.leaving(data, recipe(generated), policy)
    except Refusal as damage:
        raise ObjectMissing from damage


def file_name(generated: Generated) -> str:
    """Return a name that every system takes: letters and digits of the prompt, and what makes it the only one."""
    said = "-".join(words(generated.prompt)[:_WORDS])[:_LONGEST_NAME].strip("-")
    return f"{said or 'image'}-{generated.public_id[:8]}.png"


def zipped(images: Iterable[Generated], policy: Policy) -> Iterator[bytes]:
    """Yield an archive in pieces of at most CHUNK bytes; of all pictures only one is in memory at a time.

    What serves us keeps a number of pieces for a slow reader, so whole pictures would fill the memory.
    """
    outlet, lost = _Outlet(), []
    with zipfile.ZipFile(outlet, "w") as archive:
        for generated in images:
            name = file_name(generated)
            try:
                archive.writestr(_entry(name, generated.created_at.timetuple()[:6]), png(generated, policy))
            except ObjectMissing:
                lost.append(name)
            yield from outlet.taken()
        if lost:
            archive.writestr(_LOST, "\n".join(lost))
    yield from outlet.taken()


def _data(image: Image) -> bytes:
    """Read the object; one that a smaller one has replaced meanwhile is there under another key."""
    try:
        return storage.read(image.key)
    except ObjectMissing:
        present = Image.objects.filter(pk=image.pk).values_list("key", flat=True)
        key = next(iter(present[:1]), image.key)
        if key == image.key:
            raise
        return storage.read(key)


def _entry(name: str, moment: tuple[int, ...]) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date_time=(max(1980, moment[0]), *moment[1:6]))  # type: ignore[arg-type]  # six numbers
    entry.external_attr = 0o644 << 16
    return entry


class _Outlet(io.RawIOBase):
    """Where an archive is written to and taken from at once."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        """Take whatever comes."""
        return True

    def write(self, piece: Any) -> int:
        """Keep a piece until it is taken."""
        self._pieces.append(bytes(piece))
        return len(piece)

    def taken(self) -> Iterator[bytes]:
        """Yield what was written since the last time."""
        data = b"".join(self._pieces)
        self._pieces.clear()
        yield from (data[start : start + storage.CHUNK] for start in range(0, len(data), storage.CHUNK))
