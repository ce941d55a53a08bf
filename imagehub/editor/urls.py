"""The editor's pages; mounted at `/edit/`."""

from django.urls import path, re_path

from imagehub.editor import views
from imagehub.lib import ids

app_name = "editor"
urlpatterns = [
    path("", views.Recent.as_view(), name="recent"),
    # Before the pictures, whose ids are never so short.
    path("choices/", views.Choices.as_view(), name="choices"),
    path("fonts/<slug:name>.ttf", views.font, name="font"),
    re_path(rf"^(?P<image_id>{ids.PUBLIC_ID.pattern})/\Z", views.Stage.as_view(), name="stage"),
]
