"""The only way out: every request that ImageHub makes to another server goes through here."""

from imagehub.lib.outbound.client import Reply, fetch
from imagehub.lib.outbound.refusals import Reason, Refused

__all__ = ["Reason", "Refused", "Reply", "fetch"]
