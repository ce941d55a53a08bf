"""How many photos a publication may have: the plan of its owner decides, nothing that a request says."""

from accounts.models import Plan

_PHOTOS = {Plan.FREE.value: 4, Plan.PREMIUM.value: 8}


def photos_for(plan: str) -> int:
    """Return how many photos each publication of an account with this plan may have."""
    return _PHOTOS[plan]
