"""Which filters are answered."""

import math
import re
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from bson import ObjectId

from harvester.sources import filters
from imagehub.lib.errors import Invalid

OPERATORS = "$eq $ne $gt $gte $lt $lte $in $nin $and $or $nor $not $exists $type $regex $options $elemMatch $size $all"
OBJECT_ID = "66f0a1b2c3d4e5f601234567"


def nested(depth: int, operator: str = "$and") -> Any:
    query: Any = {"a": 1}
    for _ in range(depth):
        query = {operator: [query]}
    return query


def objects(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = {"b": value}
    return {"a": value}


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"city": "Paris"},
        {"address.city": "Paris", "stars": {"$gte": 3, "$lt": 5}},
        {"a": {"$gt": ""}},
        {"a": {"$eq": None}, "b": {"$ne": False}, "c": {"$lte": 1.5}},
        {"a": {"$in": [1, "x", None, {"b": 1}]}, "b": {"$nin": []}, "tags": {"$all": ["x", "y"]}},
        {"$or": [{"a": 1}, {"$and": [{"b": 2}, {"$nor": [{"c": 3}]}]}]},
        {"a": {"$not": {"$gt": 5}}, "b": {"$not": {"$regex": "^x"}}},
        {"a": {"$exists": True}, "b": {"$exists": 0}, "c": {"$type": "string"}, "d": {"$type": [2, "null", -1]}},
        {"name": {"$regex": "^Hotel [A-Z][a-z]+ (sol|luna)$", "$options": "is"}},
        {"name": {"$regex": "\\d{2,5}\\.(?:jpg|png)"}},
        {"name": {"$regex": "[*+]{3}[^)]\\)\\*"}},
        {"rooms": {"$elemMatch": {"beds": {"$gt": 1}, "view": "sea"}}, "x": {"$elemMatch": {"$gt": 1, "$lt": 5}}},
        {"rooms": {"$size": 3}},
        {"a": {"b": {"c": [1, [2]]}}},
        {"_id": {"$gt": {"$oid": OBJECT_ID}}, "at": {"$lt": {"$date": "2024-01-02T03:04:05Z"}}},
        {"_id": {"$oid": OBJECT_ID}},
        {"a": 2**63 - 1, "b": -(2**63)},
        nested(4),
        objects(8),
    ],
)
def test_documented_operators_are_answered(query: dict[str, Any]) -> None:
    filters.judge(query)


@pytest.mark.parametrize(
    "query",
    [
        {"$where": "sleep(1000)"},
        {"$expr": {"$gt": ["$a", "$b"]}},
        {"$function": {"body": "x", "args": [], "lang": "js"}},
        {"$text": {"$search": "x"}},
        {"$jsonSchema": {}},
        {"$comment": "x"},
        {"a": {"$where": "1"}},
        {"a": {"$accumulator": {}}},
        {"a": {"$near": [0, 0]}},
        {"a": {"$mod": [2, 0]}},
        {"a": {"$bitsAllSet": 1}},
        {"a": {"$geoWithin": {}}},
        {"$and": [{"a": 1}, {"$where": "1"}]},
        {"$or": [{"$and": [{"$nor": [{"$expr": True}]}]}]},
        {"a": {"$not": {"$where": "1"}}},
        {"a": {"$not": 5}},
        {"a": {"$not": {}}},
        {"a": {"$elemMatch": {"$where": "1"}}},
        {"a": {"$elemMatch": {"b": {"$where": "1"}}}},
        {"a": {"$elemMatch": [1]}},
        {"a": {"$in": [{"$where": "1"}]}},
        {"a": {"$in": "x"}},
        {"a": {"$eq": {"$gt": 1}}},
        {"a": {"b": {"$gt": 1}}},
        {"a": {"$gt": 1, "b": 2}},
        {"a": {"b": 2, "$gt": 1}},
        {"$and": []},
        {"$and": {"a": 1}},
        {"$and": [5]},
        {"$not": {"a": 1}},
        {"": 1},
        {"a..b": 1},
        {".a": 1},
        {"a.$b": 1},
        {"a\0b": 1},
        {"a\ud800": 1},
        {"a": "x\0"},
        {"a": "\ud800"},
        {"a": 2**63},
        {"a": math.nan},
        {"a": math.inf},
        {"a": "x" * 1001},
        {"a": {"$exists": "yes"}},
        {"a": {"$exists": []}},
        {"a": {"$type": {}}},
        {"a": {"$type": 1000}},
        {"a": {"$type": []}},
        {"a": {"$size": -1}},
        {"a": {"$size": True}},
        {"a": {"$size": 1.5}},
        {"a": {"$options": "i", "$regex": 5}},
        {"a": {"$regex": "x", "$options": "x"}},
        {"a": {"$regex": "x", "$options": "ii"}},
        {"a": {"$oid": OBJECT_ID, "$gt": 1}},
        {"_id": {"$oid": "nothing"}},
        {"at": {"$date": "yesterday"}},
        {"at": {"$date": "0001-01-01T00:00:00+14:00"}},
        {"$oid": OBJECT_ID},
        nested(6),
        nested(400),
        objects(11),
        objects(400),
        {"$or": [{"a": number} for number in range(1001)]},
        {"a": {"$in": list(range(1001))}},
        {str(number): 1 for number in range(1001)},
    ],
)
def test_all_else_is_refused(query: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refusal:
        filters.judge(query)
    assert refusal.value.details is not None
    assert list(refusal.value.details) == ["filter"]


def test_a_refusal_names_every_operator_that_is_answered() -> None:
    with pytest.raises(Invalid) as refusal:
        filters.judge({"$where": "1"})
    assert sorted(set(re.findall(r"\$\w+", str(refusal.value.details)))) == sorted(OPERATORS.split())


@pytest.mark.parametrize("query", [[], "a", None, 5])
def test_a_filter_is_an_object(query: Any) -> None:
    with pytest.raises(Invalid):
        filters.judge(query)


@pytest.mark.parametrize(
    "condition", [{"$regex": "a+a+b"}, {"$regex": "^a.*b", "$options": "m"}, {"$regex": "x" * 129}]
)
def test_a_pattern_whose_search_takes_too_long_is_refused_wherever_it_stands(condition: dict[str, Any]) -> None:
    for query in ({"a": condition}, {"$or": [{"a": {"$not": condition}}]}, {"a": {"$elemMatch": condition}}):
        with pytest.raises(Invalid):
            filters.judge(query)


def test_a_large_filter_is_refused_at_once() -> None:
    query = {"$or": [{"a": "x" * 900}] * 1_000_000}
    started = time.thread_time()
    with pytest.raises(Invalid):
        filters.judge(query)
    assert time.thread_time() - started < 1  # going through all of it takes many


def test_ids_and_times_reach_the_source_in_its_own_types() -> None:
    query = {
        "_id": {"$in": [{"$oid": OBJECT_ID}]},
        "at": {"$lt": {"$date": "2024-01-02T05:04:05+02:00"}},
        "b": [{"c": 1}],
    }
    assert filters.compiled(query) == {
        "_id": {"$in": [ObjectId(OBJECT_ID)]},
        "at": {"$lt": datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)},
        "b": [{"c": 1}],
    }
