"""How much the plan of an account lets it keep."""

from django.conf import settings

from accounts.models import User
from imagehub.images.quotas import Quota


def quota_of(owner: User) -> Quota:
    """Return the most that this account may keep."""
    return Quota(**settings.QUOTAS[owner.plan])
