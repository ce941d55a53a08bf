"""What the script of the library page asks for while somebody scrolls."""

from dataclasses import asdict
from typing import Any

from django.db.models import Model
from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string

from imagehub.api import shelves
from imagehub.api.doors import Door, require
from imagehub.library import browsing, chips, grid
from imagehub.library.forms import MOST_IDS, MOST_SHAPES, MOST_TILES, StretchForm
from imagehub.library.views.doors import signed_in
from imagehub.library.wishes import Wish

BLOCK = 500  # pictures that are laid out together; the page's script counts with the same
_AROUND = 24  # pictures before the one at which somebody is


class Opening(Door):
    """All that a grid begins with, at the place that the address names."""

    def get(self, request: HttpRequest) -> JsonResponse:
        """Answer with the grid and what stands around it."""
        owner, wish = signed_in(request), Wish.of(request.GET)
        found = browsing.find(owner, wish.question)
        offered = {"wish": wish, "facets": chips.facets(wish, browsing.facets(owner, wish.question))}
        shown = chips.of(wish, owner)
        around = {
            "facets": render_to_string("library/facets.html", offered, request),
            "said": render_to_string("library/said.html", offered, request),
            "chips": render_to_string("library/chips.html", {"chips": shown}, request),
            "narrowing": chips.count(shown),
            "words": render_to_string("library/count.html", {"total": found.total}, request).strip(),
            "empty": "" if found.total else render_to_string("library/empty.html", {"wish": wish}, request),
        }
        return JsonResponse(opening(owner, wish, found) | around)


class Shapes(Door):
    """Proportions and colours of many pictures."""

    def get(self, request: HttpRequest) -> JsonResponse:
        """Answer with a part of the list."""
        owner, found, start, length = _stretch(request, MOST_SHAPES)
        return JsonResponse({"total": found.total, "shapes": grid.shapes(owner, found, start, length)})


class Tiles(Door):
    """Pictures as the grid shows them."""

    def get(self, request: HttpRequest) -> JsonResponse:
        """Answer with a part of the list."""
        owner, found, start, length = _stretch(request, MOST_TILES)
        return JsonResponse({"total": found.total, "tiles": grid.tiles(owner, found, start, length)})


class Ids(Door):
    """Names of many pictures, for choosing them all."""

    def get(self, request: HttpRequest) -> JsonResponse:
        """Answer with a part of the list."""
        owner, found, start, length = _stretch(request, MOST_IDS)
        return JsonResponse({"total": found.total, **grid.names(owner, found, start, length)})


def opening(owner: Model, wish: Wish, found: shelves.Found) -> dict[str, Any]:
    """Return the block of pictures in which somebody is, and those pictures that they see first."""
    at = grid.place_of(owner, wish.at, found) if wish.at else 0
    start, length = _block(found.total, at)
    first = max(0, at - _AROUND) // _AROUND * _AROUND
    return {
        "query": wish.query,
        "total": found.total,
        "at": at,
        "start": start,
        "shapes": grid.shapes(owner, found, start, length) if length else "",
        "first": first,
        "tiles": grid.tiles(owner, found, first, MOST_TILES) if found.total else [],
        "months": [asdict(month) for month in grid.months(owner, wish, found)],
    }


def _block(total: int, at: int) -> tuple[int, int]:
    """Return where the block of a picture begins, and how long it is; all but the first are equally long."""
    count = max(1, (2 * total + BLOCK) // (2 * BLOCK))
    first = total - (count - 1) * BLOCK
    return (0, first) if at < first else (first + (at - first) // BLOCK * BLOCK, BLOCK)


def _stretch(request: HttpRequest, most: int) -> tuple[Model, shelves.Found, int, int]:
    said = require(StretchForm(request.GET))
    owner = signed_in(request)
    found = browsing.find(owner, Wish.of(request.GET).question)
    return owner, found, int(str(said["start"])), min(most, int(str(said["length"])))
