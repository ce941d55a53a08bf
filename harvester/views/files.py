"""What was harvested, to look at."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from harvester import browsing, exhibits, places
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
