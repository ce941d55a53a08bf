"""Who hears of a fact."""

from typing import Protocol


class HasKey(Protocol):
    """Anything with a primary key."""

    @property
    def pk(self) -> int:
        """The primary key."""


STAFF = "staff"


def user(person: HasKey) -> str:
    """Return the audience of one account, on all its devices."""
    return f"user:{person.pk}"
