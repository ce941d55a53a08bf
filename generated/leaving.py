"""Files on their way out of a library: their names, what they tell, and many of them in one."""

from collections.abc import Iterable, Iterator

from generated.models import Generated
from imagehub.images import archives
from imagehub.images.archives import Part
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


def recipe(generated: Generated) -> Marks:
    """Return prompt and parameters as files carry them."""
    said = generated.metadata
    negative = said.pop(_NEGATIVE, "")
    size = {"width": generated.image.width, "height": generated.image.height}
    plain = bounded({**size, **said}.items())
    return Marks(
        prompt=generated.prompt, negative_prompt=negative if isinstance(negative, str) else "", parameters=plain
    )


def told(images: Iterable[Image]) -> dict[int, Marks]:
    """Return prompt and parameters of those images that are ours, by the keys of the images; one query."""
    rows = Generated.objects.filter(image__in=list(images)).select_related("image")
    return {generated.image_id: recipe(generated) for generated in rows}


def png(generated: Generated, policy: Policy) -> bytes:
    """Return the picture as it may leave, or raise ObjectMissing: what is no picture any more is as good as lost."""
    data = archives.bytes_of(generated.image)
    try:
        return recipes.leaving(data, recipe(generated), policy)
    except Refusal as damage:
        raise ObjectMissing from damage


def file_name(generated: Generated) -> str:
    """Return a name that every system takes: letters and digits of the prompt, and what makes it the only one."""
    said = "-".join(words(generated.prompt)[:_WORDS])[:_LONGEST_NAME].strip("-")
    return f"{said or 'image'}-{generated.public_id[:8]}.png"


def zipped(images: Iterable[Generated], policy: Policy) -> Iterator[bytes]:
    """Yield an archive in pieces; of all pictures only one is in memory at a time."""
    return archives.zipped(_part(generated, policy) for generated in images)


def _part(generated: Generated, policy: Policy) -> Part:
    return Part(file_name(generated), generated.created_at, lambda: png(generated, policy))
