"""The running server keeps to its own document: no undocumented answer, no fault of ours."""

import re
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from django.conf import settings as ours
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from rest_framework.test import APIClient
from schemathesis.checks import not_a_server_error
from schemathesis.core import NOT_SET
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from harvester.models import Item, ItemState
from tests.conftest import access_token
from tests.documents import document as interface
from tests.harvester.asking import upload
from tests.harvester.collected import document, harvest, picture

if TYPE_CHECKING:
    from accounts.models import User

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
DOCUMENT = interface()
OPERATIONS: list[Any] = [found.ok() for found in schemathesis.openapi.from_dict(DOCUMENT).get_all_operations()]  # type: ignore[union-attr]  # every one is ok
HARVESTER = [
    operation for operation in OPERATIONS if re.match(r"/api/v1/(download|images|jobs|health|metrics)", operation.path)
]
KEY = "k" * 40
# How answers look does not hang on the database; what it does not store or find does.
EXAMPLES = 8 if ours.EMBEDDED else 4
# Who is refused at the door is so whatever is asked (tests/test_routes.py goes to every door): one answer is like all.
REFUSED = 1


def is_open(operation: Any) -> bool:
    """Tell whether an operation may be asked for without saying who asks."""
    return {} in DOCUMENT["paths"][operation.path][operation.method].get("security", [{}])


def conforms(operation: Any, *, at: str, headers: dict[str, str], examples: int, checks: Any = CHECKS) -> None:
    """Send generated requests, good and bad ones, and check each answer against the document."""

    @settings(
        max_examples=examples, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=operation.as_strategy())
    def each(case: Any) -> None:
        case.call_and_validate(base_url=at, headers=headers, checks=checks)

    each()


def no_crash(_context: Any, response: Any, _case: Any) -> None:
    """Fail where a fault of ours is answered."""
    assert response.status_code != 500


@pytest.fixture(autouse=True)
def _unlimited(settings: Any) -> None:
    settings.THROTTLING = False


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_every_answer_to_a_user_is_documented(operation: Any, live_server: Any, ada: "User") -> None:
    headers = {"Authorization": f"Bearer {access_token(ada)}"}
    conforms(operation, at=live_server.url, headers=headers, examples=REFUSED if operation in HARVESTER else EXAMPLES)


@pytest.mark.alike
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_every_answer_to_a_stranger_is_documented(operation: Any, live_server: Any) -> None:
    conforms(operation, at=live_server.url, headers={}, examples=4 if is_open(operation) else REFUSED)


@pytest.mark.parametrize("operation", HARVESTER, ids=lambda operation: operation.label)
def test_every_answer_to_a_key_is_documented(operation: Any, live_server: Any, settings: Any) -> None:
    settings.API_KEY, settings.DOWNLOAD_TIMEOUT = KEY, 1
    # There is no source of documents here, which those who ask for its collections are told with a 503.
    checks = [check for check in CHECKS if check is not not_a_server_error] + [no_crash]
    conforms(operation, at=live_server.url, headers={"X-API-Key": KEY}, examples=4, checks=checks)


def test_what_is_there_is_told_as_documented(live_server: Any, settings: Any, transactional_db: None) -> None:
    settings.API_KEY = KEY
    job = upload(APIClient(headers={"X-API-Key": KEY})).json()["id"]
    Item.objects.update(state=ItemState.FAILED, finished_at=timezone.now())
    file = harvest(document(), picture())
    place = {"database": "shop", "collection": "hotels", "document": file.document.folder}
    found = {
        **{f"GET /api/v1/jobs{path}": {"jobId": job} for path in ("", "/{jobId}", "/{jobId}/errors", "/{jobId}/items")},
        "GET /api/v1/images": {},
        "GET /api/v1/images/{database}": place,
        "GET /api/v1/images/{database}/{collection}": place,
        "GET /api/v1/images/{database}/{collection}/{document}": place,
        "GET /api/v1/images/{database}/{collection}/{document}/{file}": {**place, "file": "metadata.json"},
        "POST /api/v1/jobs/{jobId}/cancel": {"jobId": job},
    }
    for operation in (one for one in HARVESTER if one.label in found):
        parts = {name: part for name, part in found[operation.label].items() if f"{{{name}}}" in operation.path}
        case = operation.Case(path_parameters=parts, body={} if operation.method == "post" else NOT_SET)
        answer = case.call_and_validate(base_url=live_server.url, headers={"X-API-Key": KEY}, checks=CHECKS)
        assert (operation.label, answer.status_code) == (operation.label, 200)
