"""How much there may be: photos by the plan of their owner, whatever a request says, and fetches from the web."""

from accounts.models import Plan
from imagehub.api.throttling import Quota

IMPORTS = Quota("imports", 30, 60)  # of photos from the web, by API and page together
_PHOTOS = {Plan.FREE.value: 4, Plan.PREMIUM.value: 8}


def photos_for(plan: str) -> int:
    """Return how many photos each publication of an account with this plan may have."""
    return _PHOTOS[plan]
