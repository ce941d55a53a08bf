"""The account pages: ours, and the sign-in library's under the same roof."""

from django.urls import include, path
from django.views.generic import RedirectView

from accounts import views

_pages = [
    path("profile/", views.profile, name="profile"),
    path("keys/", views.keys, name="keys"),
    path("keys/<str:key_id>/revoke/", views.revoke_key, name="revoke_key"),
    path("delete/", views.erase, name="erase"),
]

urlpatterns = [
    path("", include((_pages, "accounts"))),
    path("sessions/", include("allauth.usersessions.urls")),
    # An account has one address, and the profile is where it changes.
    path("email/", RedirectView.as_view(pattern_name="accounts:profile"), name="account_email"),
    path("", include("allauth.account.urls")),
]
