"""Pages behind links: kept by nobody, found by nobody else, and named to nobody that they lead to."""

from http import HTTPStatus
from typing import Any, ClassVar, Generic

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from imagehub.api import answers, refusals
from imagehub.images.sharing import terms, unlocking
from imagehub.images.sharing.links import L
from imagehub.lib.addresses import client_address
from imagehub.lib.errors import ImageHubError, Throttled

_LONGEST_PASSWORD = 1000  # characters that are looked at


class LinkDoor(View, Generic[L]):
    """Something behind a link."""

    link: L

    def found(self, token: str) -> L:
        """Return the link with this token and what the page needs of it, or raise NotFound."""
        raise NotImplementedError

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Open the way; a link that is unknown, taken back or past its end is nothing at all."""
        try:
            self.link = self.found(kwargs["token"])
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


class LinkPage(LinkDoor[L]):
    """What a link leads to, or the question for its password."""

    question: ClassVar[str]

    def shown(self, request: HttpRequest, token: str) -> HttpResponse:
        """Return what the link leads to."""
        raise NotImplementedError

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Show it, and count that."""
        if not self.is_open:
            return self._asked(request)
        response = self.shown(request, token)
        if request.method == "GET" and "page" not in request.GET:
            terms.opened(self.link)
        # Only here: forms, as the other pages have, are sent without their origin then, which the proof against
        # forgery needs. To other sites the usual policy says as little.
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    def post(self, request: HttpRequest, token: str) -> HttpResponse:  # noqa: ARG002  # the token led here
        """Take the password."""
        password = request.POST.get("password", "")[:_LONGEST_PASSWORD]
        if not self.link.password:
            return redirect(request.path)
        try:
            is_right = unlocking.unlock(self.link, password, session=request.session, address=client_address(request))
        except Throttled as refusal:
            return self._refused(request, refusal)
        if not is_right:
            return self._asked(request, _("That is not the password."), HTTPStatus.FORBIDDEN)
        if not request.user.is_authenticated:
            request.session.cycle_key()  # nobody else knows a session that opens something
        return redirect(request.path)

    def _asked(self, request: HttpRequest, wrong: str = "", status: int = HTTPStatus.OK) -> HttpResponse:
        return render(request, self.question, {"wrong": wrong}, status=status)

    def _refused(self, request: HttpRequest, refusal: Throttled) -> HttpResponse:
        response = self._asked(request, str(refusal.message), HTTPStatus.TOO_MANY_REQUESTS)
        response.headers["Retry-After"] = str(refusal.retry_after)
        return response
