"""What is shown to whoever holds a link; mounted at `/shared/`."""

from django.urls import re_path

from generated.views.shared import Download, SharedBoard
from imagehub.images.sharing.terms import TOKEN
from imagehub.lib import ids

_LINK = rf"^(?P<token>[0-9A-Za-z]{{{TOKEN}}})/"

app_name = "shared"
urlpatterns = [
    re_path(rf"{_LINK}\Z", SharedBoard.as_view(), name="board"),
    re_path(rf"{_LINK}(?P<image_id>{ids.PUBLIC_ID.pattern})\.png\Z", Download.as_view(), name="download"),
]
