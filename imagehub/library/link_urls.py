"""What is shown to whoever holds a link out of a library; mounted at `/l/`."""

from django.urls import re_path

from imagehub.images.sharing.terms import TOKEN
from imagehub.lib import ids
from imagehub.library.views.shared import Archive, Download, Shown

_LINK = rf"^(?P<token>[0-9A-Za-z]{{{TOKEN}}})"

app_name = "links"
urlpatterns = [
    re_path(rf"{_LINK}/?\Z", Shown.as_view(), name="shown"),
    re_path(rf"{_LINK}/pictures\.zip\Z", Archive.as_view(), name="archive"),
    re_path(
        rf"{_LINK}/(?P<image_id>{ids.PUBLIC_ID.pattern})\.(?P<extension>[a-z0-9]{{3,4}})\Z",
        Download.as_view(),
        name="download",
    ),
]
