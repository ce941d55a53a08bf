"""How often somebody may do what costs more than most, and how much of it at once."""

from django.utils.translation import gettext_lazy as _

from imagehub.api.occupancy import Room
from imagehub.api.throttling import Quota

LINKS = Quota("library-links", 60, 60)  # requests about links out of libraries, by API and page together
# A slow reader of an archive can hold a thread, of which there are few; counted for each link.
SHARED_ARCHIVES = Room("shared-archives", 2, 3600, _("This is being downloaded twice already. Try again in a moment."))
