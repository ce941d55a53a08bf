"""The addresses of accounts and credentials."""

from django.urls import path

from accounts.api import key_views, views

urlpatterns = [
    path("register", views.Register.as_view(), name="api_register"),
    path("token", views.Token.as_view(), name="api_token"),
    path("token/refresh", views.Refresh.as_view(), name="api_token_refresh"),
    path("token/verify", views.Verify.as_view(), name="api_token_verify"),
    path("logout", views.Logout.as_view(), name="api_logout"),
    path("me", views.Me.as_view(), name="api_me"),
    path("api-keys", key_views.ApiKeys.as_view(), name="api_keys"),
    path("api-keys/<str:key_id>", key_views.OneApiKey.as_view(), name="api_key"),
]
