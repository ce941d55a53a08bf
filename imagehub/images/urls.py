"""Addresses of images."""

from django.urls import re_path

from imagehub.images.links import ADDRESS
from imagehub.images.views import serve

urlpatterns = [
    re_path(rf"^{ADDRESS.pattern.removeprefix('/')}$", serve, name="image"),
]
