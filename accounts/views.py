"""The account pages that are ours; signing in and passwords are the library's, with our templates."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from accounts import services, users
from accounts.forms import EraseForm, KeyForm, ProfileForm
from accounts.models import ApiKey
from accounts.services import NewKey
from imagehub.api.doors import rendered
from imagehub.lib.addresses import client_address


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Show and change who somebody is here."""
    user = users.signed_in(request)
    known = {"username": user.username, "email": user.email, "is_listed": user.is_listed}
    form = ProfileForm(request.POST or None, initial=known)
    if form.is_valid() and form.save(user):
        messages.success(request, _("Saved."))
        return redirect("accounts:profile")
    return rendered(request, "accounts/profile.html", {"form": form})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """List somebody's keys; make one, and show it this once."""
    user = users.signed_in(request)
    form = KeyForm(request.POST or None, user=user)
    made = form.save() if form.is_valid() else None
    return _keys_page(request, KeyForm(user=user) if made else form, made)


@login_required
@require_POST
def revoke_key(request: HttpRequest, key_id: str) -> HttpResponse:
    """End one of somebody's keys."""
    user = users.signed_in(request)
    services.revoke_key(key_id, by=user)
    said = _("The key is revoked.")
    if _wants_part(request):
        page = _keys_page(request, KeyForm(user=user), None)
        return trigger_client_event(page, "toast", {"text": said, "tone": "success"})
    messages.success(request, said)
    return redirect("accounts:keys")


@login_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def erase(request: HttpRequest) -> HttpResponse:
    """Say what goes with an account, ask for the password, and let it go."""
    user = users.signed_in(request)
    form = EraseForm(request.POST or None, user=user, address=client_address(request))
    if not form.is_valid():
        return rendered(request, "accounts/erase.html", {"form": form})
    services.erase_account(user, by=user)
    logout(request)
    messages.success(request, _("Your account and everything in it is gone."))
    return redirect("home")


def _keys_page(request: HttpRequest, form: KeyForm, made: NewKey | None) -> HttpResponse:
    mine = ApiKey.objects.filter(owner=users.signed_in(request), revoked_at=None).order_by("-id")
    whole = {"form": form, "keys": mine, "made": made}
    if _wants_part(request):
        # htmx shows what it is sent only with a good status.
        return render(request, "accounts/keys_part.html", whole)
    return rendered(request, "accounts/keys.html", whole)


def _wants_part(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"
