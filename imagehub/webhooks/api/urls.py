"""The addresses of webhooks."""

from django.urls import path

from imagehub.webhooks.api import views

urlpatterns = [
    path("webhooks", views.Webhooks.as_view()),
    path("webhooks/<str:webhook_id>", views.OneWebhook.as_view()),
    path("webhooks/<str:webhook_id>/secret", views.Secret.as_view()),
    path("webhooks/<str:webhook_id>/test", views.Test.as_view()),
    path("webhooks/<str:webhook_id>/deliveries", views.Deliveries.as_view()),
    path("webhooks/<str:webhook_id>/deliveries/<str:message_id>", views.OneDelivery.as_view()),
    path("webhooks/<str:webhook_id>/deliveries/<str:message_id>/replay", views.Replay.as_view()),
    path("webhooks/<str:webhook_id>/replay", views.ReplayFailed.as_view()),
]
