"""What is shown to whoever holds a link."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from generated import exhibition, leaving
from generated.models import Pin, ShareLink
from imagehub.api import attachments
from imagehub.images.pipeline.recipes import Policy
from imagehub.images.sharing import unlocking
from imagehub.images.sharing.doors import LinkDoor, LinkPage
from imagehub.lib.errors import ImageNotFound, NotFound


class _BoardDoor(LinkDoor[ShareLink]):
    """A link to a board."""

    def found(self, token: str) -> ShareLink:
        """Return the link with its board and who made it."""
        return unlocking.found(token, among=ShareLink.objects.open().select_related("board__owner"))


class SharedBoard(_BoardDoor, LinkPage[ShareLink]):
    """A board, or the question for its password."""

    question = "generated/shared_password.html"

    def shown(self, request: HttpRequest, token: str) -> HttpResponse:
        """Return the board."""
        return render(request, "sharing/shared.html", {"exhibition": exhibition.of(self.link, token)})


class Download(_BoardDoor):
    """One picture as a file, with prompt and parameters if the link gives them away."""

    def get(self, request: HttpRequest, token: str, image_id: str) -> HttpResponse:  # noqa: ARG002  # the token led here
        """Send the file."""
        if not self.is_open:
            raise NotFound
        pins = Pin.objects.live().filter(board=self.link.board_id, generated__image__public_id=image_id)
        pin = next(iter(pins.select_related("generated__image")[:1]), None)
        if pin is None:
            raise ImageNotFound
        # The usual name is made of the prompt.
        name = leaving.file_name(pin.generated) if self.link.keeps_recipe else f"imagehub-{image_id}.png"
        data = leaving.png(pin.generated, Policy(self.link.policy))
        return HttpResponse(data, headers=attachments.labels(name, "image/png"))
