"""Who hears of a fact."""

from typing import Protocol


class HasKey(Protocol):
    """Anything with a primary key."""

    @property
    def pk(self) -> int:
        """The primary key."""


class Listener(HasKey, Protocol):
    """An account as far as it matters for what it hears."""

    @property
    def is_staff(self) -> bool:
        """Whether it belongs to the staff."""


STAFF = "staff"
_USER = "user:"


def user(person: HasKey) -> str:
    """Return the audience of one account, on all its devices."""
    return f"{_USER}{person.pk}"


def heard_by(person: Listener) -> frozenset[str]:
    """Return every audience that an account belongs to."""
    own = {user(person)}
    return frozenset(own | {STAFF} if person.is_staff else own)


def key_of(audience: str) -> int:
    """Return the primary key of the account that is this audience."""
    return int(audience.removeprefix(_USER))
