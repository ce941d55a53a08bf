"""The pages of generated images; mounted at `/generated/`."""

from django.urls import path, re_path

from generated.views.files import Download, DownloadMany, Import
from generated.views.image import Compare, OneImage
from generated.views.library import Library
from imagehub.lib import ids

app_name = "generated"
_IMAGE = rf"(?P<image_id>{ids.PUBLIC_ID.pattern})"
urlpatterns = [
    path("", Library.as_view(), name="library"),
    path("compare/", Compare.as_view(), name="compare"),
    path("download/", DownloadMany.as_view(), name="download"),
    path("import/", Import.as_view(), name="import"),
    re_path(rf"^{_IMAGE}/\Z", OneImage.as_view(), name="image"),
    re_path(rf"^{_IMAGE}/download/\Z", Download.as_view(), name="download_one"),
]
