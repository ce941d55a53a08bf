"""Under which terms an image stands on the shelf of its owner, and which terms a question asks for."""

from collections.abc import Iterable

from generated.models import Generated, Status
from imagehub.images.models import Image
from imagehub.lib.digests import sha256
from imagehub.lib.words import words

KIND = "generated"  # of shelves
LIVE, BINNED = "status:live", "status:deleted"
MODEL, SIZE, SOURCE = "model:", "size:", "source:"  # how the terms begin that a library can be narrowed by


def shelf_of(owner_pk: int) -> str:
    """Return the name of a user's shelf."""
    return f"{KIND}:{owner_pk}"


def of(generated: Generated) -> set[str]:
    """Return all terms of an image."""
    told = {of_model(generated.model)} | of_words(words(generated.prompt))
    return of_status(generated.status) | told | _of_image(generated.image)


def of_status(status: str) -> set[str]:
    """Return the terms that change with the status."""
    return {f"status:{status}"} | (set() if status == Status.DELETED else {LIVE})


def of_model(model: str) -> str:
    """Return the term of a model's name, which may be longer than a term."""
    return f"{MODEL}{sha256(model.encode())[:32]}"


def of_size(size: str) -> str:
    """Return the term of a size such as `1024x768`."""
    return f"{SIZE}{size}"


def of_source(source_type: str) -> str:
    """Return the term of the part that a model had in an image."""
    return f"{SOURCE}{source_type}"


def of_words(found: Iterable[str]) -> set[str]:
    """Return the terms of words."""
    return {f"word:{word}" for word in found}


def _of_image(image: Image) -> set[str]:
    return {of_size(f"{image.width}x{image.height}"), of_source(image.source_type)}
