"""An erased account leaves nothing."""

from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import ForeignKey, Model
from django.test import Client
from rest_framework.test import APIClient

from accounts import bearers, external, keys, services, tokens
from accounts.actors import Service
from accounts.models import ApiKey, ExternalIdentity, User
from accounts.services import KeyDraft
from avatars.models import Picture
from imagehub.api.models import Answer
from imagehub.events.catalog import Kind
from imagehub.events.models import Event
from imagehub.images.models import Image
from imagehub.lib.errors import Forbidden, InvalidApiKey, InvalidToken, UserNotFound
from tests.conftest import PASSWORD

Api = Callable[..., APIClient]


def _belonging_to(user_id: int) -> dict[str, int]:
    """Count the rows of every model that points to an account."""
    found: dict[str, int] = {}
    for model in apps.get_models():
        for field in model._meta.get_fields():  # noqa: SLF001  # Django's documented interface
            if isinstance(field, ForeignKey) and field.related_model is User:
                found[f"{model._meta.label}.{field.name}"] = _count(model, field.name, user_id)  # noqa: SLF001  # likewise
    return {name: count for name, count in found.items() if count}


def _count(model: type[Model], field: str, user_id: int) -> int:
    return model._default_manager.filter(**{field: user_id}).count()  # noqa: SLF001  # likewise


@pytest.fixture
def settled(ada: User, api: Api, photo: Callable[..., bytes]) -> Callable[[User], None]:
    """Give an account one of everything."""

    def settle(user: User) -> None:
        file = SimpleUploadedFile("p.jpg", photo(), "image/jpeg")
        made = api(user).post(
            "/pictures/create-picture", {"file": file}, format="multipart", HTTP_IDEMPOTENCY_KEY="once"
        )
        assert made.status_code == 201
        services.create_key(user, KeyDraft("k", ("pictures",)), by=user)
        services.sign_in(user.username, PASSWORD, address="198.51.100.7")
        tokens.rotate(tokens.issue(user).refresh)
        EmailAddress.objects.create(user=user, email=user.email)
        ExternalIdentity.objects.create(user=user, issuer="https://issuer.example", subject=f"subject {user.pk}")

    return settle


def test_erasing_leaves_no_row_and_no_way_in(
    ada: User, bea: User, settled: Callable[[User], None], client: Client
) -> None:
    settled(ada)
    settled(bea)
    client.post("/accounts/login/", {"login": "ada", "password": PASSWORD})
    assert (UserSession.objects.count(), Session.objects.count()) == (1, 1)
    access = tokens.issue(ada).access
    secret = services.create_key(ada, KeyDraft("k", ("pictures",)), by=ada).secret
    theirs, hers = _belonging_to(bea.pk), _belonging_to(ada.pk)
    assert {"avatars.Picture.owner", "images.Image.owner", "accounts.ApiKey.owner", "accounts.TokenFamily.user"} < set(
        hers
    )
    number = ada.pk

    services.erase_account(ada, by=ada)

    assert _belonging_to(number) == {}
    assert _belonging_to(bea.pk) == theirs
    assert not User.objects.filter(pk=number).exists()
    assert not Session.objects.exists()
    assert list(Answer.objects.values_list("caller", flat=True)) == [f"user:{bea.public_id}"]
    assert list(Event.objects.filter(audience=f"user:{number}").values_list("kind", "data")) == [
        (Kind.ACCESS_ENDED, {})
    ]
    with pytest.raises(InvalidToken):
        bearers.identify(access)
    with pytest.raises(InvalidApiKey):
        keys.identify(secret)


def test_the_log_of_staff_tells_of_an_erased_account_by_numbers_alone(
    ada: User, bea: User, staff: User, settled: Callable[[User], None]
) -> None:
    settled(ada)
    settled(bea)
    theirs = {
        user: [user, *Picture.objects.filter(owner=user), *ApiKey.objects.filter(owner=user)] for user in (ada, bea)
    }
    numbers = [str(thing.pk) for thing in theirs[ada]]
    for things in theirs.values():
        for thing in things:
            LogEntry.objects.log_actions(staff.pk, [thing], CHANGE, change_message="seen")

    services.erase_account(ada, by=staff)

    assert list(LogEntry.objects.order_by("pk").values_list("object_id", "object_repr", "change_message")) == [
        *((number, number, "seen") for number in numbers),
        *((str(thing.pk), str(thing), "seen") for thing in theirs[bea]),
    ]


def test_who_is_erased_by_staff_is_not_named_in_what_is_noted_of_it(staff: User, ada: User, client: Client) -> None:
    User.objects.filter(pk=staff.pk).update(is_superuser=True)
    client.force_login(staff)
    number = ada.pk
    assert client.post(f"/admin/accounts/user/{number}/delete/", {"post": "yes"}).status_code == 302
    assert not User.objects.filter(pk=number).exists()
    assert list(LogEntry.objects.values_list("object_id", "object_repr", "action_flag")) == [
        (str(number), str(number), DELETION)
    ]


def test_the_route_erases_the_caller_and_answers_204(ada: User, bea: User, api: Api) -> None:
    client = api(ada)
    answer = client.delete("/api/v1/auth/me")
    assert (answer.status_code, answer.content) == (204, b"")
    assert list(User.objects.all()) == [bea]
    assert client.get("/api/v1/auth/me").status_code == 401


def test_only_oneself_and_staff_may_erase(ada: User, bea: User, staff: User) -> None:
    for by in (bea, Service("robot", frozenset({"pictures"}))):
        with pytest.raises(Forbidden):
            services.erase_account(ada, by=by)
    assert User.objects.filter(pk=ada.pk).exists()
    services.erase_account(ada, by=staff)
    with pytest.raises(UserNotFound):
        services.erase_account(ada, by=staff)


def test_a_failing_part_leaves_the_account_whole(
    ada: User, settled: Callable[[User], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    settled(ada)
    before = _belonging_to(ada.pk)
    # The first app of all is the last to let go.
    last = next(iter(apps.get_app_configs()))
    monkeypatch.setattr(last, "erases_accounts_with", "tests.accounts.test_erasure.fail", raising=False)

    with pytest.raises(RuntimeError):
        services.erase_account(ada, by=ada)

    assert _belonging_to(ada.pk) == before
    assert (Picture.objects.count(), Image.objects.count()) == (1, 1)


def fail(_user: User) -> None:
    raise RuntimeError


def test_the_admin_erases_through_the_service(ada: User, settled: Callable[[User], None]) -> None:
    settled(ada)
    root = User.objects.create_superuser("root", "root@example.org", PASSWORD)
    browser = Client()
    browser.force_login(root, backend="django.contrib.auth.backends.ModelBackend")
    number = ada.pk

    page = browser.post(f"/admin/accounts/user/{number}/delete/", {"post": "yes"})
    assert (page.status_code, _belonging_to(number)) == (302, {})
    assert not Image.objects.exists()
    assert external.ERASURE_REMEMBERED > 15 * 60
