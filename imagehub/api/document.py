"""Operations that answer with a picture instead of JSON: DRF does not know them, so they are written out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from imagehub.api.schema import MEANINGS

Parameter = dict[str, Any]
_PICTURE = {"image/*": {"schema": {"type": "string", "format": "binary"}}}
_NAME = {"X-Request-ID": {"schema": {"type": "string"}, "description": "The caller's name for the request, or ours."}}


@dataclass(frozen=True)
class PictureOperation:
    """A GET that shows a picture; anybody may ask."""

    name: str
    summary: str
    parameters: Sequence[Parameter]
    answers: Mapping[int, str]
    refusals: Sequence[int]

    def described(self) -> dict[str, Any]:
        """Return the operation as OpenAPI has it."""
        return {
            "operationId": self.name,
            "description": self.summary,
            "parameters": list(self.parameters),
            "security": [{}],
            "responses": dict(sorted({**self._pictures(), **self._refusals()}.items())),
        }

    def _pictures(self) -> dict[str, Any]:
        return {
            str(status): {
                "description": text,
                "headers": _NAME,
                **({"content": _PICTURE} if status in {200, 206} else {}),
            }
            for status, text in self.answers.items()
        }

    def _refusals(self) -> dict[str, Any]:
        body = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
        return {
            str(status): {"description": MEANINGS[status], "headers": _NAME, "content": body}
            for status in (*self.refusals, 500, 503)
        }


def named_as_clients_know_them(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """Return the document with the parts of addresses in the spelling of fields: `{userId}` for `{user_id}`."""
    for operations in result["paths"].values():
        for operation in operations.values():
            for part in (one for one in operation.get("parameters", []) if one["in"] == "path"):
                part["name"] = _in_camel_case(part["name"])
    return {**result, "paths": {_in_camel_case(path): rest for path, rest in result["paths"].items()}}


def _in_camel_case(text: str) -> str:
    return re.sub(r"(?<=[a-z])_([a-z])", lambda found: found[1].upper(), text)


def in_path(name: str, **schema: Any) -> Parameter:
    """Return a part of the address."""
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", **schema}}


def in_query(name: str, description: str, **schema: Any) -> Parameter:
    """Return an optional parameter behind the question mark."""
    return {"name": name, "in": "query", "description": description, "schema": schema}


def add(result: dict[str, Any], path: str, operation: PictureOperation) -> dict[str, Any]:
    """Return the document with one more operation, in the order of addresses."""
    paths = {**result["paths"], path: {"get": operation.described()}}
    return {**result, "paths": dict(sorted(paths.items()))}
