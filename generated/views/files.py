"""Files that leave a library and files that come into it."""

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.users import signed_in
from generated import leaving, policies, reading, services
from generated.forms import ImportForm, LeavingForm
from generated.limits import IMAGES
from generated.models import Generated
from generated.views import library
from imagehub.api import attachments, callers, occupancy, refusals, throttling
from imagehub.api.doors import Door, is_script, require
from imagehub.api.forms import ImagesForm
from imagehub.images import archives
from imagehub.lib.errors import FileTooLarge, ImageHubError, Invalid

if TYPE_CHECKING:
    from django.core.files import File  # generic for the type checker only

    from imagehub.images.pipeline.recipes import Policy


class Download(Door):
    """Gives pictures to their owner, with or without what they were made from."""

    def get(self, request: HttpRequest, image_id: str) -> HttpResponse:
        """Send one picture."""
        generated = policies.seen_by(signed_in(request), image_id)
        policy = cast("Policy", require(LeavingForm(request.GET))["policy"])
        return HttpResponse(
            leaving.png(generated, policy), headers=attachments.labels(leaving.file_name(generated), "image/png")
        )


class DownloadMany(Door):
    """Gives many pictures to their owner in one archive."""

    def post(self, request: HttpRequest) -> StreamingHttpResponse:
        """Send those that were chosen, one after the other."""
        chosen = ImagesForm(request.POST).chosen()
        policy = cast("Policy", require(LeavingForm(request.POST))["policy"])
        rows = Generated.objects.of(signed_in(request)).filter(public_id__in=chosen).select_related("image")
        pieces = leaving.zipped(list(rows.order_by("number")), policy)
        sent = occupancy.occupy(callers.user(signed_in(request).public_id), archives.ROOM, pieces)
        return StreamingHttpResponse(sent, headers=attachments.labels("images.zip", "application/zip"))


class Import(Door):
    """Takes pictures that other tools made."""

    def get(self, request: HttpRequest) -> HttpResponse:  # noqa: ARG002  # whoever loads the page again that a refusal left
        """Lead to where pictures are taken."""
        return redirect(f"{reverse('generated:library')}?import")

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep one picture with the prompt and the parameters that its file tells."""
        try:
            generated, is_new = _imported(request)
        except ImageHubError as error:
            if is_script(request):
                raise
            return _asked_again(request, error)
        sentence = _("Image imported.") if is_new else _("This image is already there.")
        if is_script(request):
            facts = {"message": sentence, "image": generated.public_id, "is_new": is_new}
            return JsonResponse(facts, status=201 if is_new else 200)
        messages.success(request, sentence)
        return redirect("generated:image", generated.public_id)


def _imported(request: HttpRequest) -> tuple[Generated, bool]:
    owner = signed_in(request)
    throttling.require_room(callers.user(owner.public_id), IMAGES)
    said = require(ImportForm(request.POST, request.FILES))
    draft = reading.imported(_bytes(cast("File[bytes]", said["file"])), cast("str", said["prompt"]))
    return services.generate(draft, owner=owner, by=owner)


def _asked_again(request: HttpRequest, error: ImageHubError) -> HttpResponse:
    """Return the page with the form as it was sent, and why it was refused."""
    refusal = refusals.of(error)
    # Only these name fields; what others tell is for programs.
    fields = cast("dict[str, list[str]]", error.details or {}) if isinstance(error, Invalid) else {}
    wrong = next((str(sentences[0]) for sentences in fields.values()), str(refusal.sentence))
    more = {"wrong": wrong, "prompt": request.POST.get("prompt", "")}
    answer = library.page(request, status=refusal.status, is_importing=True, **more)
    for name, value in refusal.headers.items():
        answer.headers[name] = value
    return answer


def _bytes(file: "File[bytes]") -> bytes:
    """Read an uploaded file; one that is too long is not even read."""
    if file.size > reading.LIMITS.bytes:
        raise FileTooLarge
    return bytes(file.read())
