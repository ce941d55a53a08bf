"""The pages on which people make boards of their images; their forms work without script."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.users import signed_in
from generated import boards
from generated.limits import LINKS
from generated.models import Board, Generated, Status
from generated.services import boards as services
from generated.services import sharing
from imagehub.api import callers, throttling
from imagehub.api.doors import Door, pressed, rendered, require
from imagehub.images.sharing.forms import AdditionForm, ItemForm, LinkForm, NameForm, TermsForm
from imagehub.lib import orders, origin
from imagehub.lib.errors import ImageNotFound

COVERS = 4  # pictures that stand for a board
OFFERED = 48  # latest images of the library to choose from; the library itself offers all


class MyBoards(Door):
    """All boards of a person."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the page, or only its cards to a page that is open already."""
        return _mine(request, NameForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make a board and lead to it."""
        form, by = NameForm(request.POST), signed_in(request)
        made = form.judged(lambda: services.create(form.cleaned_data["name"], owner=by, by=by))
        return redirect("boards:board", made.public_id) if made else _mine(request, form)


class BoardPage(Door):
    """One board, for whoever made it."""

    def get(self, request: HttpRequest, board_id: str) -> HttpResponse:
        """Show the page, or only its images to a page that is open already."""
        return _page(request, boards.seen_by(signed_in(request), board_id))

    def post(self, request: HttpRequest, board_id: str) -> HttpResponse:
        """Do what the pressed button says and come back to the page."""
        return pressed(request, _ACTS)(request, boards.seen_by(signed_in(request), board_id))


def _mine(request: HttpRequest, form: NameForm) -> HttpResponse:
    rows = boards.rows_of(signed_in(request))
    covers = boards.covers_of(rows, COVERS)
    shown = [(board, covers[board.pk]) for board in rows]
    making = form.is_bound or "new" in request.GET
    whole = {"collections": shown, "form": form, "is_making": making, "here": reverse("boards:mine")}
    template = "generated/board_cards.html" if request.GET.get("part") == "cards" else "generated/boards.html"
    return rendered(request, template, whole)


def _page(request: HttpRequest, board: Board, **more: Any) -> HttpResponse:
    whole = {
        "board": board,
        "collection": board,
        "here": reverse("boards:board", args=[board.public_id]),
        "pins": boards.pins_of(board),
        "links": boards.links_of(board),
        "limit": services.MOST_PINS,
        "name_form": NameForm(initial={"name": board.name}),
        "share_form": TermsForm(),
        "choice": _choice(board),
        **more,
    }
    template = "generated/board_items.html" if request.GET.get("part") == "items" else "generated/board.html"
    return rendered(request, template, whole)


def _choice(board: Board) -> list[Generated]:
    """Return the latest images of the library that don't hang there."""
    own = Generated.objects.of(board.owner).exclude(status=Status.DELETED).exclude(pins__board=board)
    return list(own.select_related("image").order_by("-number")[:OFFERED])


def _rename(request: HttpRequest, board: Board) -> HttpResponse:
    form, by = NameForm(request.POST), signed_in(request)
    if form.judged(lambda: services.rename(board.public_id, form.cleaned_data["name"], by=by)):
        return _back(request, board, _("Saved."))
    return _page(request, board, name_form=form)


def _delete(request: HttpRequest, board: Board) -> HttpResponse:
    services.delete(board.public_id, by=signed_in(request))
    messages.success(request, _("The board is gone; its images are still in your library."))
    return redirect("boards:mine")


def _add(request: HttpRequest, board: Board) -> HttpResponse:
    form, by = AdditionForm(request.POST), signed_in(request)
    if form.judged(lambda: services.pin(board.public_id, form.chosen(), by=by)):
        return _back(request, board, _("Added."))
    return _page(request, board, add_form=form)


def _remove(request: HttpRequest, board: Board) -> HttpResponse:
    services.unpin(board.public_id, str(require(ItemForm(request.POST))["image"]), by=signed_in(request))
    return _back(request, board, _("Taken off the board."))


def _move(step: int) -> Callable[[HttpRequest, Board], HttpResponse]:
    def move(request: HttpRequest, board: Board) -> HttpResponse:
        image_id = str(require(ItemForm(request.POST))["image"])
        order = [pin.generated.public_id for pin in boards.pins_of(board)]
        if image_id not in order:
            raise ImageNotFound
        services.arrange(board.public_id, orders.moved(order, image_id, step), by=signed_in(request))
        return _back(request, board, _("Saved."))

    return move


def _share(request: HttpRequest, board: Board) -> HttpResponse:
    """Make a link and show its address, this once: it goes through no redirect, so it is kept nowhere."""
    throttling.require_room(callers.user(signed_in(request).public_id), LINKS)
    form, by = TermsForm(request.POST), signed_in(request)
    made = form.judged(lambda: sharing.share(board.public_id, form.terms(), by=by))
    if made is None:
        return _page(request, board, share_form=form)
    address = origin.absolute(reverse("shared:board", args=[made[1]]))
    return _page(request, board, fresh=made[0], fresh_address=address)


def _revoke(request: HttpRequest, board: Board) -> HttpResponse:
    sharing.revoke(board.public_id, str(require(LinkForm(request.POST))["link"]), by=signed_in(request))
    return _back(request, board, _("The link leads nowhere now."))


def _back(request: HttpRequest, board: Board, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("boards:board", board.public_id)


_ACTS: dict[str, Callable[[HttpRequest, Board], HttpResponse]] = {
    "rename": _rename,
    "delete": _delete,
    "add": _add,
    "remove": _remove,
    "earlier": _move(-1),
    "later": _move(1),
    "share": _share,
    "revoke": _revoke,
}
