"""What is shown to whoever holds a link out of a library."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from imagehub.api import attachments, occupancy
from imagehub.images import archives
from imagehub.images.links import extension_of
from imagehub.images.sharing import unlocking
from imagehub.images.sharing.doors import LinkDoor, LinkPage
from imagehub.lib.errors import ImageNotFound, NotFound
from imagehub.lib.numbers import number_of
from imagehub.library import exhibition
from imagehub.library.limits import SHARED_ARCHIVES
from imagehub.library.models import ShareLink
from imagehub.library.services import sharing, succession

_MOST_PAGES = 1000


class _LinkDoor(LinkDoor[ShareLink]):
    """A link out of a library."""

    def found(self, token: str) -> ShareLink:
        """Return the link with its album and who made it."""
        return unlocking.found(token, among=ShareLink.objects.open().select_related("owner", "album"))

    def require_download(self) -> None:
        """Refuse whoever may not take files away as if there were none."""
        if not self.is_open or not self.link.allows_download:
            raise NotFound
        succession.catch_up(self.link.owner)


class Shown(_LinkDoor, LinkPage[ShareLink]):
    """An album or chosen images, or the question for the password."""

    question = "sharing/password.html"

    def shown(self, request: HttpRequest, token: str) -> HttpResponse:
        """Return a page of it."""
        succession.catch_up(self.link.owner)
        page = number_of(request.GET.get("page"), _MOST_PAGES) or 1
        return render(request, "sharing/shared.html", {"exhibition": exhibition.of(self.link, token, page)})


class Download(_LinkDoor):
    """One picture as a file, with title and prompt if the link gives them away."""

    def get(self, request: HttpRequest, token: str, image_id: str, extension: str) -> HttpResponse:  # noqa: ARG002  # the token led here
        """Send the file."""
        self.require_download()
        entry = exhibition.image_behind(self.link, image_id)
        if entry is None or extension_of(exhibition.image_of(entry).content_type) != extension:
            raise ImageNotFound
        image = exhibition.image_of(entry)
        part = exhibition.part_of(self.link, entry, exhibition.marks_of(self.link, [entry]).get(image.pk))
        response = HttpResponse(part.read(), headers=attachments.labels(part.name, image.content_type))
        _count(request, self.link)
        return response


class Archive(_LinkDoor):
    """All pictures in one file."""

    def get(self, request: HttpRequest, token: str) -> HttpResponseBase:  # noqa: ARG002  # the token led here
        """Send them one after the other."""
        self.require_download()
        labels = attachments.labels("pictures.zip", "application/zip")
        if request.method == "HEAD":
            return HttpResponse(status=HTTPStatus.OK, headers=labels)
        pieces = archives.zipped(exhibition.parts_of(self.link))
        sent = occupancy.occupy(f"link:{self.link.public_id}", SHARED_ARCHIVES, pieces)
        _count(request, self.link)
        return StreamingHttpResponse(sent, headers=labels)


def _count(request: HttpRequest, link: ShareLink) -> None:
    if request.method == "GET":
        sharing.downloaded(link)
