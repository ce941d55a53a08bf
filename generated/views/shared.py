"""What is shown to whoever holds a link."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views import View

from generated import exhibition, leaving, unlocking
from generated.models import Pin, ShareLink
from generated.services import sharing
from imagehub.api import answers, refusals
from imagehub.images.pipeline.recipes import Policy
from imagehub.lib.addresses import client_address
from imagehub.lib.errors import ImageHubError, ImageNotFound, NotFound, Throttled

_LONGEST_PASSWORD = 1000  # characters that are looked at


class _Door(View):
    """A page behind a link: kept by nobody, found by nobody else, and named to nobody that it leads to."""

    link: ShareLink

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Open the way; a link that is unknown, taken back or past its end is nothing at all."""
        try:
            self.link = unlocking.found(kwargs["token"])
            response = super().dispatch(request, *args, **kwargs)
        except ImageHubError as error:
            response = answers.refused(request, refusals.of(error))
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    @property
    def is_open(self) -> bool:
        """Whether this visitor may see what the link leads to."""
        return unlocking.is_unlocked(self.link, self.request.session)


class SharedBoard(_Door):
    """A board, or the question for its password."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Show the board."""
        if not self.is_open:
            return _asked(request)
        if request.method == "GET":
            sharing.opened(self.link)
        response = render(request, "generated/shared.html", {"exhibition": exhibition.of(self.link, token)})
        # Only here: forms, as the other pages have, are sent without their origin then, which the proof against
        # forgery needs. To other sites the usual policy says as little.
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Take the password."""
        password = request.POST.get("password", "")[:_LONGEST_PASSWORD]
        if not self.link.password:
            return redirect("shared:board", token)
        try:
            is_right = unlocking.unlock(self.link, password, session=request.session, address=client_address(request))
        except Throttled as refusal:
            return _refused(request, refusal)
        if not is_right:
            return _asked(request, _("That is not the password."), HTTPStatus.FORBIDDEN)
        if not request.user.is_authenticated:
            request.session.cycle_key()  # nobody else knows a session that opens something
        return redirect("shared:board", token)


class Download(_Door):
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
        disposition = content_disposition_header(as_attachment=True, filename=name)
        headers = {"Content-Type": "image/png", "Content-Disposition": str(disposition)}
        return HttpResponse(leaving.png(pin.generated, Policy(self.link.policy)), headers=headers)


def _asked(request: HttpRequest, wrong: str = "", status: int = HTTPStatus.OK) -> HttpResponse:
    return render(request, "generated/shared_password.html", {"wrong": wrong}, status=status)


def _refused(request: HttpRequest, refusal: Throttled) -> HttpResponse:
    response = _asked(request, str(refusal.message), HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(refusal.retry_after)
    return response
