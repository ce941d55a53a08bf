"""The API of publications; mounted at `/api/v1/publications`, without trailing slashes."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
