"""What the pages of the harvester share."""

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views import View

from accounts.users import signed_in
from harvester.policies import Requester
from imagehub.api import callers
from imagehub.lib.errors import NotFound


class StaffDoor(LoginRequiredMixin, View):
    """A page for staff; nobody else is told that it is here."""

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Answer staff; send strangers to sign in, and everybody else nowhere."""
        if request.user.is_authenticated and not request.user.is_staff:
            raise NotFound
        return super().dispatch(request, *args, **kwargs)


def requester(request: HttpRequest) -> Requester:
    """Return who asks for a page."""
    person = signed_in(request)
    return Requester(person, callers.user(person.public_id))
