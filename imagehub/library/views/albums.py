"""The pages on which people make albums of their pictures; their forms work without script."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from imagehub.api.doors import Door, pressed, rendered, require
from imagehub.images.sharing.forms import AdditionForm, ItemForm, LinkForm, NameForm
from imagehub.lib import orders, origin
from imagehub.lib.errors import ImageNotFound
from imagehub.lib.numbers import number_of
from imagehub.library import albums
from imagehub.library.album_forms import ShareForm
from imagehub.library.limits import count_link
from imagehub.library.models import Album, Entry
from imagehub.library.services import albums as services
from imagehub.library.services import sharing, succession
from imagehub.library.views.doors import signed_in

COVERS = 4  # pictures that stand for an album
OFFERED = 48  # latest pictures of the library to choose from; the library itself offers all
PER_PAGE = 120
_MOST_PAGES = 1000
_Act = Callable[[HttpRequest, Album], HttpResponse]


class MyAlbums(Door):
    """All albums of a person."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the page, or only its cards to a page that is open already."""
        succession.catch_up(signed_in(request))
        return _mine(request, NameForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make an album and lead to it."""
        form, owner = NameForm(request.POST), signed_in(request)
        made = form.judged(lambda: services.create(form.cleaned_data["name"], owner=owner))
        return redirect("albums:album", made.public_id) if made else _mine(request, form)


class AlbumPage(Door):
    """One album, for whoever made it."""

    def get(self, request: HttpRequest, album_id: str) -> HttpResponse:
        """Show the page, or only its pictures to a page that is open already."""
        album = albums.seen_by(signed_in(request), album_id)
        succession.catch_up(album.owner)
        return _page(request, album)

    def post(self, request: HttpRequest, album_id: str) -> HttpResponse:
        """Do what the pressed button says and come back to the page."""
        return pressed(request, _ACTS)(request, albums.seen_by(signed_in(request), album_id))


def _mine(request: HttpRequest, form: NameForm) -> HttpResponse:
    rows = albums.rows_of(signed_in(request))
    covers = albums.covers_of(rows, COVERS)
    shown = [(album, covers[album.pk]) for album in rows]
    making = form.is_bound or "new" in request.GET
    whole = {"collections": shown, "form": form, "is_making": making, "here": reverse("albums:mine")}
    template = "library/album_cards.html" if request.GET.get("part") == "cards" else "library/albums.html"
    return rendered(request, template, whole)


def _page(request: HttpRequest, album: Album, **more: Any) -> HttpResponse:
    whole = {
        "album": album,
        "collection": album,
        "here": reverse("albums:album", args=[album.public_id]),
        "links": albums.links_of(album.owner, album),
        "name_form": NameForm(initial={"name": album.name}),
        "share_form": ShareForm(),
        "choice": _choice(album),
        **_stretch(request, album),
        **more,
    }
    template = "library/album_items.html" if request.GET.get("part") == "items" else "library/album.html"
    return rendered(request, template, whole)


def _stretch(request: HttpRequest, album: Album) -> dict[str, Any]:
    """Return the page of an album that is asked for, or the last one, and which picture comes after it."""
    total = albums.count_of(album)
    pages = max(1, -(-total // PER_PAGE))
    number = min(_page_of(request), pages)
    start = (number - 1) * PER_PAGE
    entries = albums.entries_of(album, start, PER_PAGE + 1)
    following = entries[PER_PAGE:]
    return {
        "entries": entries[:PER_PAGE],
        "following": following[0].image if following else None,
        "total": total,
        "page_number": number,
        "pages": pages,
        "first": start,
    }


def _choice(album: Album) -> list[Entry]:
    """Return the latest pictures of the library that are not in it."""
    own = Entry.objects.of(album.owner).filter(binned_at=None, terms__gt="", image__isnull=False)
    fresh = own.exclude(pk__in=album.items.values("entry"))
    return list(fresh.select_related("image").order_by("-number")[:OFFERED])


def _rename(request: HttpRequest, album: Album) -> HttpResponse:
    form, by = NameForm(request.POST), signed_in(request)
    if form.judged(lambda: services.change(album.public_id, form.cleaned_data, by=by)):
        return _back(request, album, _("Saved."))
    return _page(request, album, name_form=form)


def _delete(request: HttpRequest, album: Album) -> HttpResponse:
    services.delete(album.public_id, by=signed_in(request))
    messages.success(request, _("The album is gone; its pictures are still in your library."))
    return redirect("albums:mine")


def _add(request: HttpRequest, album: Album) -> HttpResponse:
    form, by = AdditionForm(request.POST), signed_in(request)
    if form.judged(lambda: services.add(album.public_id, form.chosen(), by=by)):
        return _back(request, album, _("Added."))
    return _page(request, album, add_form=form)


def _remove(request: HttpRequest, album: Album) -> HttpResponse:
    services.remove(album.public_id, [_image(request)], by=signed_in(request))
    return _back(request, album, _("Taken out of the album."))


def _cover(request: HttpRequest, album: Album) -> HttpResponse:
    services.change(album.public_id, {"cover": _image(request)}, by=signed_in(request))
    return _back(request, album, _("This picture stands for the album now."))


def _move(step: int) -> _Act:
    def move(request: HttpRequest, album: Album) -> HttpResponse:
        image_id = _image(request)
        order = albums.images_of(album)
        if image_id not in order:
            raise ImageNotFound
        after = orders.moved(order, image_id, step)
        before = next(iter(after[after.index(image_id) + 1 :]), "")
        services.move(album.public_id, [image_id], before, by=signed_in(request))
        return _back(request, album, _("Saved."))

    return move


def _share(request: HttpRequest, album: Album) -> HttpResponse:
    """Make a link and show its address, this once: it goes through no redirect, so it is kept nowhere."""
    count_link(request)
    form, by = ShareForm(request.POST), signed_in(request)
    made = form.judged(lambda: sharing.share_album(album.public_id, form.wish(), by=by))
    if made is None:
        return _page(request, album, share_form=form)
    address = origin.absolute(reverse("links:shown", args=[made[1]]))
    return _page(request, album, fresh=made[0], fresh_address=address)


def _revoke(request: HttpRequest, album: Album) -> HttpResponse:
    sharing.revoke(str(require(LinkForm(request.POST))["link"]), by=signed_in(request))
    return _back(request, album, _("The link leads nowhere now."))


def _image(request: HttpRequest) -> str:
    return str(require(ItemForm(request.POST))["image"])


def _back(request: HttpRequest, album: Album, said: str) -> HttpResponse:
    messages.success(request, said)
    page = _page_of(request)
    query = f"?page={page}" if page > 1 else ""
    return redirect(reverse("albums:album", args=[album.public_id]) + query)


def _page_of(request: HttpRequest) -> int:
    return number_of(request.GET.get("page"), _MOST_PAGES) or 1


_ACTS: dict[str, _Act] = {
    "rename": _rename,
    "delete": _delete,
    "add": _add,
    "remove": _remove,
    "cover": _cover,
    "earlier": _move(-1),
    "later": _move(1),
    "share": _share,
    "revoke": _revoke,
}
