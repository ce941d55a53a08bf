"""Files that leave a library, and files that come into it without script."""

from typing import TYPE_CHECKING, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from imagehub.api import attachments, occupancy, refusals
from imagehub.api.doors import Door, require
from imagehub.api.forms import ImagesForm
from imagehub.images import archives
from imagehub.images.archives import Part
from imagehub.images.links import extension_of
from imagehub.lib.errors import FileTooLarge, ImageHubError
from imagehub.lib.words import words
from imagehub.library import services
from imagehub.library.limits import caller_of
from imagehub.library.models import Entry
from imagehub.library.services.keeping import LIMITS
from imagehub.library.views import library
from imagehub.library.views.doors import entry_of, signed_in

if TYPE_CHECKING:
    from django.core.files import File  # generic for the type checker only

    from imagehub.images.models import Image

_WORDS = 8  # of a title that a name is made of
_LONGEST_NAME = 60  # characters


class UploadForm(forms.Form):
    """A picture."""

    file = forms.FileField()


class Download(Door):
    """Gives an original to its owner."""

    def get(self, request: HttpRequest, image_id: str) -> HttpResponse:
        """Send it as a file."""
        entry = entry_of(request, image_id)
        image = cast("Image", entry.image)
        return HttpResponse(archives.bytes_of(image), headers=attachments.labels(file_name(entry), image.content_type))


class DownloadMany(Door):
    """Gives many originals to their owner in one archive."""

    def post(self, request: HttpRequest) -> StreamingHttpResponse:
        """Send those that were chosen, one after the other."""
        chosen, owner = ImagesForm(request.POST).chosen(), signed_in(request)
        rows = Entry.objects.of(owner).filter(image__public_id__in=chosen).with_images().order_by("number")
        pieces = archives.zipped(_part(entry) for entry in list(rows))
        sent = occupancy.occupy(caller_of(request), archives.ROOM, pieces)
        return StreamingHttpResponse(sent, headers=attachments.labels("pictures.zip", "application/zip"))


class Upload(Door):
    """Takes a picture from a form."""

    def get(self, request: HttpRequest) -> HttpResponse:  # noqa: ARG002  # whoever loads the page again that a refusal left
        """Lead to where pictures are taken."""
        return redirect(f"{reverse('home')}?upload")

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep it, or show the form again with what is wrong."""
        try:
            _keep(request)
        except ImageHubError as error:
            refusal = refusals.of(error)
            return library.page(request, status=refusal.status, is_adding=True, wrong=refusal.sentence)
        messages.success(request, _("Your picture is here."))
        return redirect("home")


def file_name(entry: Entry) -> str:
    """Return a name that every system takes: letters and digits of the title, and what makes it the only one."""
    image = cast("Image", entry.image)
    said = "-".join(words(entry.title)[:_WORDS])[:_LONGEST_NAME].strip("-")
    return f"{said or 'picture'}-{image.public_id[:8]}.{extension_of(image.content_type)}"


def _part(entry: Entry) -> Part:
    image = cast("Image", entry.image)
    return Part(file_name(entry), entry.created_at, lambda: archives.bytes_of(image))


def _keep(request: HttpRequest) -> None:
    file = cast("File[bytes]", require(UploadForm(request.POST, request.FILES))["file"])
    if file.size > LIMITS.bytes:
        raise FileTooLarge
    services.keep(file.read(), file.name or "", by=signed_in(request))
