"""What can be done with generated images; each use case is one transaction."""

from generated.services.creation import generate
from generated.services.optimising import optimise
from generated.services.removal import RETENTION, delete, erase, expire
from generated.services.status import change_status

__all__ = ["RETENTION", "change_status", "delete", "erase", "expire", "generate", "optimise"]
