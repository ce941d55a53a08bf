"""Under which terms an image stands on the shelf of its owner, and which terms a question asks for."""

from collections.abc import Iterable

from generated.models import Generated, Status
from imagehub.lib.digests import sha256
from imagehub.lib.words import words

LIVE = "status:live"


def shelf_of(owner_pk: int) -> str:
    """Return the name of a user's shelf."""
    return f"generated:{owner_pk}"


def of(generated: Generated) -> set[str]:
    """Return all terms of an image."""
    return of_status(generated.status) | {of_model(generated.model)} | of_words(words(generated.prompt))


def of_status(status: str) -> set[str]:
    """Return the terms that change with the status."""
    return {f"status:{status}"} | (set() if status == Status.DELETED else {LIVE})


def of_model(model: str) -> str:
    """Return the term of a model's name, which may be longer than a term."""
    return f"model:{sha256(model.encode())[:32]}"


def of_words(found: Iterable[str]) -> set[str]:
    """Return the terms of words."""
    return {f"word:{word}" for word in found}
