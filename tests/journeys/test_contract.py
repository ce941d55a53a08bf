"""The running server keeps to its own document: no undocumented answer, no fault of ours."""

from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.conftest import access_token

if TYPE_CHECKING:
    from accounts.models import User

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
DOCUMENT = SchemaGenerator().get_schema(public=True)  # type: ignore[no-untyped-call]  # drf-spectacular carries no types here
OPERATIONS: list[Any] = [found.ok() for found in schemathesis.openapi.from_dict(DOCUMENT).get_all_operations()]  # type: ignore[union-attr]  # every one is ok


def conforms(operation: Any, *, at: str, headers: dict[str, str], examples: int) -> None:
    """Send generated requests, good and bad ones, and check each answer against the document."""

    @settings(
        max_examples=examples, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=operation.as_strategy())
    def each(case: Any) -> None:
        case.call_and_validate(base_url=at, headers=headers, checks=CHECKS)

    each()


@pytest.fixture(autouse=True)
def _unlimited(settings: Any) -> None:
    settings.THROTTLING = False


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_every_answer_to_a_user_is_documented(operation: Any, live_server: Any, ada: "User") -> None:
    conforms(operation, at=live_server.url, headers={"Authorization": f"Bearer {access_token(ada)}"}, examples=12)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_every_answer_to_a_stranger_is_documented(operation: Any, live_server: Any) -> None:
    conforms(operation, at=live_server.url, headers={}, examples=4)
