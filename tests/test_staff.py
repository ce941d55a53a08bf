"""What staff may do in the admin: each only what they were given, and nobody gives themselves more."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.db import models
from django.test import Client
from django.urls import reverse

from accounts.models import User
from imagehub.library.models import ShareLink
from imagehub.webhooks.models import Ending, Endpoint
from tests.rows import meta, row_of

pytestmark = pytest.mark.django_db
REGISTERED: dict[type[models.Model], Any] = admin.site._registry  # noqa: SLF001  # Django keeps them nowhere else
PEOPLE = "/admin/accounts/user/"


def allowed(staff: User, *verbs: str) -> Client:
    """Return a client of a member of staff who may do this with everything."""
    held = [permission for permission in Permission.objects.all() if permission.codename.partition("_")[0] in verbs]
    staff.user_permissions.set(held)
    client = Client()
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    return client


def offered(client: Client) -> dict[str, list[str]]:
    """Return what may be done with the rows of each list."""
    found = {}
    for model in REGISTERED:
        page = client.get(reverse(f"admin:{meta(model).label_lower.replace('.', '_')}_changelist"))
        form = page.context["action_form"]
        found[meta(model).label] = [name for name, _said in form.fields["action"].choices if name] if form else []
    return {label: names for label, names in found.items() if names}


def test_who_may_only_look_is_offered_nothing_to_do(staff: User) -> None:
    assert offered(allowed(staff, "view")) == {}


def test_who_may_change_rows_is_offered_what_can_be_done_with_them(staff: User) -> None:
    assert offered(allowed(staff, "view", "change")) == {
        "accounts.User": ["give_premium", "give_free"],
        "images.Image": ["purge_renditions"],
        "library.ShareLink": ["revoke"],
        "publications.Publication": ["hide", "show"],
        "webhooks.Endpoint": ["switch_off"],
    }


@pytest.mark.parametrize(("verbs", "is_done"), [(("view",), False), (("view", "change"), True)])
def test_links_are_taken_back_and_webhooks_switched_off_by_who_may(
    verbs: tuple[str, ...], is_done: bool, staff: User
) -> None:
    client, link, webhook = allowed(staff, *verbs), row_of(ShareLink), row_of(Endpoint)
    client.post("/admin/library/sharelink/", {"action": "revoke", "_selected_action": [link.pk]})
    client.post("/admin/webhooks/endpoint/", {"action": "switch_off", "_selected_action": [webhook.pk]})

    link.refresh_from_db()
    webhook.refresh_from_db()
    assert (link.revoked_at is not None, webhook.ending) == (is_done, Ending.PAUSED if is_done else "")
    said = LogEntry.objects.order_by("pk").values_list("change_message", flat=True)
    assert list(said) == (["Taken back", str(Ending.PAUSED.label)] if is_done else [])


def test_who_may_change_accounts_gives_no_rights(staff: User, ada: User) -> None:
    client = allowed(staff, "view", "change")
    right = Permission.objects.earliest("pk").pk
    wish = {"username": "ada", "plan": "premium", "is_active": "on"}
    rights = {"is_staff": "on", "is_superuser": "on", "user_permissions": [right]}
    assert client.post(f"{PEOPLE}{ada.pk}/change/", wish | rights).status_code == 302
    ada.refresh_from_db()
    assert (ada.plan, ada.is_staff, ada.is_superuser, ada.user_permissions.count()) == ("premium", False, False, 0)

    group = Group.objects.create(name="readers")
    assert (
        client.post(f"/admin/auth/group/{group.pk}/change/", {"name": "x", "permissions": [right]}).status_code == 403
    )
    assert group.permissions.count() == 0


def test_accounts_of_staff_are_changed_by_superusers_alone(staff: User) -> None:
    root = User.objects.create_superuser("root", "root@example.org", "correct horse battery staple")
    before = User.objects.values().order_by("pk")
    rows = list(before)
    client = allowed(staff, "view", "change", "delete")
    password = {"password1": "another long password", "password2": "another long password", "usable_password": "true"}
    for other in (root, staff):
        page = f"{PEOPLE}{other.pk}/"
        assert client.get(f"{page}change/").status_code == 200
        assert client.post(f"{page}change/", {"username": "mine", "plan": "free"}).status_code == 403
        assert client.post(f"{page}password/", password).status_code == 403
        assert client.post(f"{page}delete/", {"post": "yes"}).status_code == 403
    form = {"action": "delete_selected", "_selected_action": [root.pk], "post": "yes"}
    assert client.post(PEOPLE, form).status_code == 403
    kept = [{name: value for name, value in row.items() if name != "last_login"} for row in before.all()]
    assert kept == [{name: value for name, value in row.items() if name != "last_login"} for row in rows]
