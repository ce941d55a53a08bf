"""Addresses of images."""

from django.urls import re_path

from imagehub.images.signing import image_url
from imagehub.images.views import serve

__all__ = ["image_url", "urlpatterns"]

urlpatterns = [
    re_path(
        r"^i/(?P<image_id>[A-Za-z0-9_-]{1,64})/(?P<name>[a-z0-9-]{1,32})\.(?P<extension>[a-z]{3,5})$",
        serve,
        name="image",
    ),
]
