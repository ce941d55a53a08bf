"""Addresses of the news by polling; sockets are in `imagehub.routing`."""

from django.urls import path

from imagehub.events.views import EventsView

urlpatterns = [path("", EventsView.as_view(), name="events")]
