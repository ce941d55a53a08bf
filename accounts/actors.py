"""Who acts: a person, or a service that holds an API key of its own."""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from accounts.models import User


@dataclass(frozen=True)
class Service:
    """A caller without an account; acts on anybody's things within the scopes of its key."""

    name: str
    scopes: frozenset[str]

    pk: ClassVar[None] = None
    is_staff: ClassVar[bool] = False
    is_active: ClassVar[bool] = True
    is_authenticated: ClassVar[bool] = True
    is_anonymous: ClassVar[bool] = False

    @property
    def caller_id(self) -> str:
        """The name under which its requests are counted and its answers kept."""
        return f"service:{self.name}"

    def __str__(self) -> str:
        return self.name


Actor: TypeAlias = User | Service
