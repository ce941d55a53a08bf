"""What was harvested, to look at."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.users import signed_in
from harvester import browsing, exhibits, places
from harvester.services import adopting
from harvester.views.doors import StaffDoor


class Files(StaffDoor):
    """Leads from the collections to the documents of one, and to the pictures of one of these."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show what the address names; names may hold anything, so they stand in the query."""
        database, collection = request.GET.get("database", ""), request.GET.get("collection", "")
        if not database or not collection:
            return render(request, "harvester/files.html", {"collections": exhibits.collections()})
        place = places.title(database, collection)
        whole: dict[str, object] = {"place": place, "database": database, "collection": collection}
        if folder := request.GET.get("document", ""):
            document = browsing.document(database, collection, folder)
            return render(request, "harvester/document.html", {**whole, "exhibit": exhibits.of(document)})
        page = exhibits.page(database, collection, after=request.GET.get("after", ""))
        return render(request, "harvester/collection.html", {**whole, "page": page})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep a copy of a picture in the library of whoever asks, and show its document again."""
        asked = request.GET.get
        document = browsing.document(asked("database", ""), asked("collection", ""), asked("document", ""))
        adopting.adopt(document, request.POST.get("file", ""), by=signed_in(request))
        messages.success(request, _("The image is in your library now."))
        return redirect(request.get_full_path())
