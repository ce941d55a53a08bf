"""The pages of publications; mounted at `/publications/`."""

from django.urls import path, re_path

from imagehub.lib import ids
from publications.views.editor import Editor
from publications.views.mine import MyPublications
from publications.views.page import page
from publications.views.review import Review

app_name = "publications"
urlpatterns = [
    path("", MyPublications.as_view(), name="mine"),
    path("review/", Review.as_view(), name="review"),
    re_path(rf"^(?P<publication_id>{ids.PUBLIC_ID.pattern})/edit/\Z", Editor.as_view(), name="edit"),
    re_path(rf"^(?P<publication_id>{ids.PUBLIC_ID.pattern})/\Z", page, name="page"),
]
