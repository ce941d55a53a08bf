"""Addresses of images."""

from django.urls import re_path

from imagehub.images.views import serve
from imagehub.lib import ids

urlpatterns = [
    re_path(
        rf"^i/(?P<image_id>{ids.PUBLIC_ID.pattern})/(?P<name>[A-Za-z0-9_.,:;~-]{{1,4096}}?)\.(?P<extension>[a-z]{{3,5}})$",
        serve,
        name="image",
    ),
]
