"""The editor's pages."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from imagehub.api.doors import pressed
from imagehub.editor import fonts, page, services, tools
from imagehub.editor.models import LONGEST_NAME
from imagehub.editor.policies import Editor
from imagehub.editor.recipes import ordered, written_as
from imagehub.images import queueing
from imagehub.images.pipeline.editing.engine import Output
from imagehub.images.pipeline.editing.operations import FONTS, MOST_SIDE, MOST_TEXT
from imagehub.images.pipeline.editing.output import FORMATS

_A_YEAR = 31_536_000  # seconds
_SCRIPTLESS = {
    "left": [{"op": "rotate", "degrees": 270}],
    "right": [{"op": "rotate", "degrees": 90}],
    "mirror": [{"op": "flip", "axis": "horizontal"}],
    "upside": [{"op": "flip", "axis": "vertical"}],
    "auto": [{"op": "auto"}],
    "grayscale": [{"op": "grayscale"}],
}
_TABLES = {
    "light": tools.LIGHT,
    "detail": tools.DETAIL,
    "straighten": tools.STRAIGHTEN,
    "border": tools.BORDER,
    "text_size": tools.TEXT_SIZE,
    "mark_width": tools.MARK_WIDTH,
    "mark_opacity": tools.MARK_OPACITY,
    "quality": tools.QUALITY,
    "fonts": FONTS,
    "formats": [one.value for one in FORMATS],
    "most_side": MOST_SIDE,
    "most_text": MOST_TEXT,
    "longest_name": LONGEST_NAME,
}


class Recent(LoginRequiredMixin, View):
    """The last edits of whoever asks."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them, page by page."""
        return render(request, "editor/recent.html", {"edits": page.recent(_before(request), by=_editor(request))})


class Stage(LoginRequiredMixin, View):
    """Edits one picture; its form does a few things without script."""

    def get(self, request: HttpRequest, image_id: str) -> HttpResponse:
        """Show the page, or only the list of versions to a page that is open already."""
        desk = page.desk(image_id, request.GET.get("edit", ""), by=_editor(request))
        part = request.GET.get("part") == "versions"
        return render(request, "editor/versions.html" if part else "editor/stage.html", {"desk": desk, **_TABLES})

    def post(self, request: HttpRequest, image_id: str) -> HttpResponse:
        """Do what the pressed button says, keep the result as a copy and go on with that."""
        order = ordered(image_id, pressed(request, _SCRIPTLESS), by=_editor(request))
        with queueing.queue.place(order.image.owner_id):
            edit = services.save(order, Output(written_as(order.image.content_type)), by=_editor(request))
        messages.success(request, _("Saved as a copy; the original stays."))
        return redirect("editor:stage", edit.image.public_id)


class Choices(LoginRequiredMixin, View):
    """Pictures of one's own to lay on another."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Return some of them as a part of the page."""
        return render(request, "editor/choices.html", {"choices": page.choices(_before(request), by=_editor(request))})


def font(_request: HttpRequest, name: str) -> HttpResponse:
    """Return a typeface of ours, so that the page draws the letters which are saved; it never changes."""
    headers = {"Cache-Control": f"public, max-age={_A_YEAR}, immutable", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(fonts.read(name), content_type="font/ttf", headers=headers)


def _before(request: HttpRequest) -> str:
    return request.GET.get("before", "")


def _editor(request: HttpRequest) -> Editor:
    return cast("Editor", request.user)
