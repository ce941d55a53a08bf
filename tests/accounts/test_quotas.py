from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from accounts.models import Plan, User
from accounts.quotas import quota_of
from imagehub.images import storage
from imagehub.images.models import Image
from imagehub.images.quotas import Quota

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("plan", "quota"),
    [
        (Plan.FREE, Quota(bytes=1_073_741_824, files=2_000)),
        (Plan.PREMIUM, Quota(bytes=53_687_091_200, files=100_000)),
    ],
)
def test_each_plan_has_its_quota(plan: Plan, quota: Quota) -> None:
    assert quota_of(User(plan=plan)) == quota


def test_an_account_that_is_full_is_told_so_and_keeps_what_it_has(
    ada: User, api: Callable[..., Any], photo: Callable[..., bytes], settings: Settings
) -> None:
    def upload() -> Any:
        file = SimpleUploadedFile("me.jpg", photo(), "image/jpeg")
        return api(ada).post("/pictures/create-picture", {"file": file}, format="multipart")

    settings.QUOTAS = {"free": {"bytes": 1 << 30, "files": 1}}
    assert upload().status_code == 201
    refused = upload()
    assert (refused.status_code, refused.json()["code"]) == (403, "IMAGE_LIMIT_REACHED")
    assert refused.json()["details"] == {"quota": "files", "limit": 1, "used": 1}
    assert Image.objects.count() == len(list(storage.walk("images/users/"))) == 1


def test_whoever_has_no_picture_gets_the_default_one_however_full_the_account_is(
    ada: User, api: Callable[..., Any], settings: Settings
) -> None:
    settings.QUOTAS = {"free": {"bytes": 0, "files": 0}}
    assert api().post(f"/pictures/create-default-picture/{ada.public_id}").status_code == 201
    assert Image.objects.count() == 1
