"""The pages on which people make boards of their images; their forms work without script."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.users import signed_in
from generated import boards
from generated.board_forms import LinkForm, NameForm, PinForm, PinsForm, ShareForm
from generated.limits import LINKS
from generated.models import Board, Generated, Status
from generated.services import boards as services
from generated.services import sharing
from imagehub.api import callers, throttling
from imagehub.api.doors import Door, require
from imagehub.lib import origin
from imagehub.lib.errors import ImageNotFound, Invalid

COVERS = 4  # pictures that stand for a board
OFFERED = 48  # latest images of the library to choose from; the library itself offers all


class MyBoards(Door):
    """All boards of a person."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the page, or only its cards to a page that is open already."""
        return _mine(request, NameForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make a board and lead to it."""
        form = NameForm(request.POST)
        made = form.create(signed_in(request)) if form.is_valid() else None
        return redirect("boards:board", made.public_id) if made else _mine(request, form)


class BoardPage(Door):
    """One board, for whoever made it."""

    def get(self, request: HttpRequest, board_id: str) -> HttpResponse:
        """Show the page, or only its images to a page that is open already."""
        return _page(request, boards.seen_by(signed_in(request), board_id))

    def post(self, request: HttpRequest, board_id: str) -> HttpResponse:
        """Do what the pressed button says and come back to the page."""
        act = _ACTS.get(request.POST.get("action", ""))
        if act is None:
            raise Invalid
        return act(request, boards.seen_by(signed_in(request), board_id))


def _mine(request: HttpRequest, form: NameForm) -> HttpResponse:
    rows = boards.rows_of(signed_in(request))
    covers = boards.covers_of(rows, COVERS)
    shown = [{"board": board, "covers": covers.get(board.pk, [])} for board in rows]
    making = form.is_bound or "new" in request.GET
    whole = {"boards": shown, "form": form, "is_making": making, "here": reverse("boards:mine")}
    template = "generated/board_cards.html" if request.GET.get("part") == "cards" else "generated/boards.html"
    return render(request, template, whole, status=400 if form.errors else 200)


def _page(request: HttpRequest, board: Board, **more: Any) -> HttpResponse:
    whole = {
        "board": board,
        "collection": board,
        "here": reverse("boards:board", args=[board.public_id]),
        "pins": boards.pins_of(board),
        "links": boards.links_of(board),
        "limit": services.MOST_PINS,
        "name_form": NameForm(initial={"name": board.name}),
        "share_form": ShareForm(),
        "choice": _choice(board),
        **more,
    }
    template = "generated/board_items.html" if request.GET.get("part") == "items" else "generated/board.html"
    is_refused = any(form.errors for form in more.values() if isinstance(form, NameForm | ShareForm | PinsForm))
    return render(request, template, whole, status=400 if is_refused else 200)


def _choice(board: Board) -> list[Generated]:
    """Return the latest images of the library that don't hang there."""
    own = Generated.objects.of(board.owner).exclude(status=Status.DELETED).exclude(pins__board=board)
    return list(own.select_related("image").order_by("-number")[:OFFERED])


def _rename(request: HttpRequest, board: Board) -> HttpResponse:
    form = NameForm(request.POST)
    if form.is_valid() and form.rename(board, signed_in(request)):
        return _back(request, board, _("Saved."))
    return _page(request, board, name_form=form)


def _delete(request: HttpRequest, board: Board) -> HttpResponse:
    services.delete(board.public_id, by=signed_in(request))
    messages.success(request, _("The board is gone; its images are still in your library."))
    return redirect("boards:mine")


def _add(request: HttpRequest, board: Board) -> HttpResponse:
    form = PinsForm(request.POST)
    if form.is_valid() and form.pin(board, signed_in(request)):
        return _back(request, board, _("Added."))
    return _page(request, board, add_form=form)


def _remove(request: HttpRequest, board: Board) -> HttpResponse:
    services.unpin(board.public_id, str(require(PinForm(request.POST))["image"]), by=signed_in(request))
    return _back(request, board, _("Taken off the board."))


def _move(step: int) -> Callable[[HttpRequest, Board], HttpResponse]:
    def move(request: HttpRequest, board: Board) -> HttpResponse:
        image_id = str(require(PinForm(request.POST))["image"])
        order = [pin.generated.public_id for pin in boards.pins_of(board)]
        if image_id not in order:
            raise ImageNotFound
        place = order.index(image_id) + step
        order.remove(image_id)
        order.insert(max(place, 0), image_id)
        services.arrange(board.public_id, order, by=signed_in(request))
        return _back(request, board, _("Saved."))

    return move


def _share(request: HttpRequest, board: Board) -> HttpResponse:
    """Make a link and show its address, this once: it goes through no redirect, so it is kept nowhere."""
    throttling.require_room(callers.user(signed_in(request).public_id), LINKS)
    form = ShareForm(request.POST)
    made = form.share(board, signed_in(request)) if form.is_valid() else None
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
