"""Who hears of a fact."""

from typing import Protocol


class HasKey(Protocol):
    """Anything with a primary key."""

    @property
    def pk(self) -> int:
        """The primary key."""


STAFF = "staff"
_USER = "user:"


def user(person: HasKey) -> str:
    """Return the audience of one account, on all its devices."""
    return f"{_USER}{person.pk}"


def key_of(audience: str) -> int:
    """Return the primary key of the account that is this audience."""
    return int(audience.removeprefix(_USER))
