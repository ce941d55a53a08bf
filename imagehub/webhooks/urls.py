"""The pages of webhooks."""

from django.urls import path, re_path

from imagehub.webhooks import views

app_name = "webhooks"
urlpatterns = [
    path("", views.webhooks, name="all"),
    path("<str:webhook_id>/", views.webhook, name="one"),
    path("<str:webhook_id>/secret/", views.rotate, name="rotate"),
    path("<str:webhook_id>/delete/", views.remove, name="remove"),
    path("<str:webhook_id>/replay/<str:message_id>/", views.replay, name="replay"),
    re_path(r"^(?P<webhook_id>[^/]+)/(?P<verb>test|on|off|missed)/$", views.act, name="act"),
]
