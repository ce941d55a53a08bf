"""The ids of documents as text, so that each text means one id and each id has one text.

An ObjectId reads as its 24 digits, a UUID in its usual form, a number in decimal digits and a string as itself;
a string that could be taken for one of the others is quoted as in JSON. Anything else is a JSON list of it, in the
source's extended JSON.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from bson import Binary, Decimal128, MaxKey, MinKey, ObjectId, Regex, Timestamp, json_util
from bson.binary import UuidRepresentation
from bson.codec_options import DatetimeConversion
from bson.datetime_ms import DatetimeMS
from bson.errors import BSONError
from django.utils.translation import gettext as _

from harvester.naming import LONGEST_ID
from imagehub.lib.errors import Invalid

_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,18}")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_QUOTED = re.compile(r"[\"\[].*|.*[\x00-\x1f\x7f].*|", re.DOTALL)
_EXTENDED = json_util.JSONOptions(
    json_mode=json_util.JSONMode.CANONICAL,
    uuid_representation=UuidRepresentation.STANDARD,
    datetime_conversion=DatetimeConversion.DATETIME_AUTO,
)
# Types in the source's own order; types that stand together are compared with one another.
_ORDER: tuple[tuple[tuple[type, ...], tuple[str, ...]], ...] = (
    ((MinKey,), ("minKey",)),
    ((type(None),), ("null",)),
    ((int, float, Decimal128), ("number",)),
    ((str,), ("string", "symbol")),
    ((Mapping,), ("object",)),
    ((bytes, UUID, Binary), ("binData",)),
    ((ObjectId,), ("objectId",)),
    ((bool,), ("bool",)),
    ((datetime, DatetimeMS), ("date",)),
    ((Timestamp,), ("timestamp",)),
    ((Regex, re.Pattern), ("regex",)),
    ((MaxKey,), ("maxKey",)),
)


def text_of(identity: Any) -> str:
    """Return an id as text."""
    if isinstance(identity, str):
        return identity if _plain(identity) is identity else json_util.dumps(identity)
    if isinstance(identity, ObjectId | UUID):
        return str(identity)
    if isinstance(identity, int) and not isinstance(identity, bool):
        return str(int(identity))
    return json_util.dumps([identity], json_options=_EXTENDED)


def read(text: str) -> Any:
    """Return the id that a text means; Invalid when it means none."""
    try:
        if len(text.encode()) <= LONGEST_ID:
            identity = parsed(text)
            if text_of(identity) == text:
                return identity
    except (ValueError, TypeError, LookupError, RecursionError, BSONError):
        pass
    raise unreadable()


def parsed(text: str) -> Any:
    """Return the id that `text_of` wrote."""
    if not _QUOTED.fullmatch(text):
        return _plain(text)
    value = json_util.loads(text, json_options=_EXTENDED)
    return value if isinstance(value, str) else value[0]


def unreadable() -> Invalid:
    """Return the refusal of what is no id."""
    return Invalid(details={"document_id": [_("This is no id of a document here.")]})


def are_alike(one: object, other: object) -> bool:
    """Tell whether two ids are of one type, as far as the source tells types apart."""
    return _place(one) == _place(other)


def behind(identity: Any) -> dict[str, Any]:
    """Return the condition on documents whose ids follow, in the source's order, which goes across types."""
    later = [name for _types, names in _ORDER[_place(identity) + 1 :] for name in names]
    # A comparison alone would see no id of another type.
    return {"$or": [{"_id": {"$gt": identity}}, {"_id": {"$type": later}}]} if later else {"_id": {"$gt": identity}}


def _plain(text: str) -> Any:
    if _QUOTED.fullmatch(text):
        return None
    if ObjectId.is_valid(text) and text == text.lower():
        return ObjectId(text)
    if _NUMBER.fullmatch(text) and -(2**63) <= int(text) < 2**63:
        return int(text)
    return UUID(text) if _UUID.fullmatch(text) else text


def _place(identity: object) -> int:
    if isinstance(identity, bool):
        return next(place for place, (types, _names) in enumerate(_ORDER) if bool in types)
    return next(place for place, (types, _names) in enumerate(_ORDER) if isinstance(identity, types))
