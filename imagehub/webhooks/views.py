"""The pages of webhooks among those of an account."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from imagehub.api.doors import rendered
from imagehub.lib import keyset
from imagehub.lib.errors import Conflict
from imagehub.webhooks import policies, services
from imagehub.webhooks.forms import WebhookForm
from imagehub.webhooks.models import Delivery
from imagehub.webhooks.policies import Caller
from imagehub.webhooks.services import New

SHOWN = 50  # messages of a page
MISSED = timedelta(days=30)
_NUMBER = re.compile(r"[0-9]{1,18}")

Act = Callable[[str, Caller], object]
_ACTS: dict[str, tuple[Act, Any]] = {
    "test": (lambda one, by: services.test(one, by=by), _("A test is on its way.")),
    "on": (lambda one, by: services.switch_on(one, by=by), _("The webhook is on.")),
    "off": (lambda one, by: services.switch_off(one, by=by), _("The webhook is off.")),
    "missed": (
        lambda one, by: services.replay_failed(one, timezone.now() - MISSED, by=by),
        _("What it missed is on its way."),
    ),
}


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def webhooks(request: HttpRequest) -> HttpResponse:
    """List somebody's webhooks; make one, and show its secret this once."""
    by = _by(request)
    form = WebhookForm(request.POST or None, by=by)
    made = form.save() if form.is_valid() else None
    shown = {"form": WebhookForm(by=by) if made else form, "made": made}
    mine = policies.endpoints_of(by).order_by("-pk")
    return rendered(request, "webhooks/webhooks.html", {**shown, "webhooks": mine})


@login_required
@never_cache
@require_GET
def webhook(request: HttpRequest, webhook_id: str) -> HttpResponse:
    """Show a webhook and what was sent to it."""
    return _page(request, webhook_id, None)


@login_required
@never_cache
@require_POST
def rotate(request: HttpRequest, webhook_id: str) -> HttpResponse:
    """Make another secret, and show it this once."""
    return _page(request, webhook_id, services.rotate(webhook_id, by=_by(request)))


@login_required
@require_POST
def act(request: HttpRequest, webhook_id: str, verb: str) -> HttpResponse:
    """Test a webhook, switch it, or send it again what it missed."""
    work, said = _ACTS[verb]
    return _done(request, webhook_id, lambda: work(webhook_id, _by(request)), said)


@login_required
@require_POST
def replay(request: HttpRequest, webhook_id: str, message_id: str) -> HttpResponse:
    """Send a message again."""
    said = _("The message is on its way again.")
    return _done(request, webhook_id, lambda: services.replay(webhook_id, message_id, by=_by(request)), said)


@login_required
@require_POST
def remove(request: HttpRequest, webhook_id: str) -> HttpResponse:
    """Let a webhook go."""
    services.remove(webhook_id, by=_by(request))
    messages.success(request, _("The webhook is gone."))
    return redirect("webhooks:all")


def _page(request: HttpRequest, webhook_id: str, made: New | None) -> HttpResponse:
    endpoint = policies.endpoint_of(_by(request), webhook_id)
    log = Delivery.objects.filter(endpoint=endpoint).prefetch_related("attempts").order_by("-pk")
    before = request.GET.get("before", "")
    older = log.filter(pk__lt=int(before)) if _NUMBER.fullmatch(before) else log
    page = keyset.part(older, SHOWN + 1)
    shown = {"webhook": endpoint, "made": made, "deliveries": page[:SHOWN]}
    following = page[SHOWN - 1].pk if len(page) > SHOWN else None
    return render(request, "webhooks/webhook.html", {**shown, "following": following})


def _done(request: HttpRequest, webhook_id: str, work: Callable[[], object], said: Any) -> HttpResponse:
    try:
        work()
    except Conflict as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, said)
    return redirect("webhooks:one", webhook_id)


def _by(request: HttpRequest) -> Caller:
    return cast("Caller", request.user)
