"""The addresses of sockets."""

from channels.routing import URLRouter
from django.urls import path, re_path

from imagehub.events.sockets import nobody_home, socket

sockets = URLRouter(
    [
        path("ws/events/", socket),  # type: ignore[arg-type]  # Channels routes ASGI applications
        re_path("", nobody_home),  # type: ignore[arg-type]  # likewise
    ]
)
