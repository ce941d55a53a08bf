"""The addresses of faces, mounted at `/avatar/`."""

from django.urls import re_path

from avatars.avatar_views import avatar
from imagehub.lib import ids

app_name = "faces"
urlpatterns = [
    re_path(rf"^(?P<name>{ids.PUBLIC_ID.pattern})(?:\.(?P<ending>png|jpe?g|webp))?/?\Z", avatar, name="avatar"),
]
