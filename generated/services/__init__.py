"""What can be done with generated images; each use case is one transaction."""

from generated.services.creation import generate
from generated.services.optimising import optimise
from generated.services.removal import RETENTION, delete, erase, expire
from generated.services.several import each
from generated.services.status import change_status, restore

__all__ = ["RETENTION", "change_status", "delete", "each", "erase", "expire", "generate", "optimise", "restore"]
