"""How often somebody may do what costs more than most, and how much of it at once."""

from typing import Protocol, cast

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from imagehub.api import callers, throttling
from imagehub.api.occupancy import Room
from imagehub.api.throttling import Quota

LINKS = Quota("library-links", 60, 60)  # requests about links out of libraries, by API and page together
# A slow reader of an archive can hold a thread, of which there are few; counted for each link.
SHARED_ARCHIVES = Room("shared-archives", 2, 3600, _("This is being downloaded twice already. Try again in a moment."))


class _Counted(Protocol):
    """Whoever is signed in, as far as counting goes."""

    @property
    def public_id(self) -> str:
        """The public id of the account."""


def count_link(request: HttpRequest) -> None:
    """Count what a page does about links like a request to the API; Throttled when it is one too many."""
    throttling.require_room(caller_of(request), LINKS)


def caller_of(request: HttpRequest) -> str:
    """Return the word for whoever is signed in."""
    return callers.user(cast("_Counted", request.user).public_id)
