"""The pages of the library; mounted at `/library/`."""

from django.urls import URLPattern, URLResolver, path, re_path

from imagehub.lib import ids
from imagehub.library.views import grid
from imagehub.library.views.files import Download, DownloadMany, Upload
from imagehub.library.views.image import OneImage
from imagehub.library.views.library import Elsewhere

app_name = "library"
_IMAGE = rf"(?P<image_id>{ids.PUBLIC_ID.pattern})"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", Elsewhere.as_view(), name="library"),
    path("download/", DownloadMany.as_view(), name="download"),
    path("grid/", grid.Opening.as_view(), name="grid"),
    path("grid/ids/", grid.Ids.as_view(), name="ids"),
    path("grid/shapes/", grid.Shapes.as_view(), name="shapes"),
    path("grid/tiles/", grid.Tiles.as_view(), name="tiles"),
    path("upload/", Upload.as_view(), name="upload"),
    re_path(rf"^{_IMAGE}/\Z", OneImage.as_view(), name="image"),
    re_path(rf"^{_IMAGE}/download/\Z", Download.as_view(), name="download_one"),
]
