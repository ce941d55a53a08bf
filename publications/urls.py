"""The pages of publications; mounted at `/publications/`."""

from django.urls import re_path

from imagehub.lib import ids
from publications.views.page import page

app_name = "publications"
urlpatterns = [
    re_path(rf"^(?P<publication_id>{ids.PUBLIC_ID.pattern})/\Z", page, name="page"),
]
