"""The addresses of faces, mounted at `/avatar/`."""

from django.urls import re_path

from avatars.avatar_views import avatar

app_name = "faces"
urlpatterns = [
    re_path(r"^(?P<name>[A-Za-z0-9_-]{1,64})(?:\.(?P<ending>png|jpe?g|webp))?/?\Z", avatar, name="avatar"),
]
