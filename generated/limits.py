"""How often somebody may do what costs more than most, and how much of it at once."""

from django.utils.translation import gettext_lazy as _

from imagehub.api.occupancy import Room
from imagehub.api.throttling import Quota

IMAGES = Quota("images", 100, 60)  # requests about images, by API and page together
LINKS = Quota("links", 60, 60)  # requests about links to boards, likewise
# A slow reader of an archive can hold a thread, of which there are few.
ARCHIVES = Room("archives", 2, 3600, _("Two archives are on their way to you already. Wait for one of them."))
