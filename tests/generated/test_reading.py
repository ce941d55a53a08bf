"""What is taken, case by case: base64 by one rule, prompts, metadata, and JSON that means harm."""

import base64
import gzip
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from generated import reading
from generated.models import Generated
from imagehub.lib.errors import FileTooLarge, UnsupportedFormat
from tests.generated.conftest import Send, base64_of, png, trace

Api = Callable[..., APIClient]
ALL = bytes(range(256))
GOOD = base64.b64encode(ALL).decode()


@pytest.mark.parametrize(
    ("text", "data"),
    [
        (GOOD, ALL),
        (f"data:image/png;base64,{GOOD}", ALL),
        ("AA==", b"\0"),
        ("AAA=", b"\0\0"),
        ("AAAA", b"\0\0\0"),
        ("+/+/", b"\xfb\xff\xbf"),
    ],
)
def test_strict_base64_is_read(text: str, data: bytes) -> None:
    assert reading.decoded(text) == data


@pytest.mark.parametrize(
    "text",
    [
        "",
        "data:image/png;base64,",
        " AAAA",
        "AAAA ",
        "AAAA\n",
        "AA\r\nAA",
        "AA AA",
        GOOD[:76] + "\n" + GOOD[76:],
        GOOD.replace("+", "-").replace("/", "_"),
        "-_-_",
        "AA",
        "AAA",
        "A",
        "AA=",
        "AA===",
        "AAAA=",
        "AAAA==",
        "====",
        "=AAA",
        "AA==AAAA",
        "AB==",  # bits left over
        "AAB=",
        "AA!A",
        "AAAé",
        "AAA\0",
        "AAA\ud800",
        "\uff21" * 4,  # full width
        "data:image/png,AAAA",
        "data:image/png;charset=utf-8;base64,AAAA",
        "DATA:image/png;base64,AAAA",
        "data:image/png;base64, AAAA",
        "data:image/png;base64,data:image/png;base64,AAAA",
        "data:text/html,<script>",
    ],
    ids=ascii,
)
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(reading.NotBase64):
        reading.decoded(text)


def test_a_prefix_of_another_type_is_refused_as_such() -> None:
    for kind in ["image/jpeg", "text/html", "image/svg+xml"]:
        with pytest.raises(UnsupportedFormat):
            reading.decoded(f"data:{kind};base64,AAAA")


def test_what_is_too_long_is_not_decoded() -> None:
    with pytest.raises(FileTooLarge):
        reading.decoded("A" * (14 * 1024 * 1024))


@pytest.mark.parametrize("value", ["", None, 7, ["AAAA"], {"a": 1}, True, "AAAA\n", "data:text/html,x"], ids=repr)
def test_image_data_that_is_no_base64_is_a_field_of_its_own(api: Api, ada: User, value: object) -> None:
    before = trace()
    answer = api(ada).post("/api/images", {"prompt": "x", "imageData": value})
    assert (answer.status_code, answer.json()["code"], answer.json()["success"]) == (400, "VALIDATION_ERROR", False)
    assert list(answer.json()["details"]) == ["imageData"]
    assert trace() == before


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("x", "x"),
        ("  x  ", "x"),
        ("a\r\nb\rc\td", "a\nb\nc\td"),
        ("a\0b\x1b[31m", "ab[31m"),
        ("safe\u202egpj.exe", "safegpj.exe"),
        ("e\u0301", "é"),
        pytest.param("x" + "\u0300" * 100_000, "x" + "\u0300" * 30, id="a crowd of marks"),
        ("<script>alert(1)</script> {{7*7}} =cmd()", "<script>alert(1)</script> {{7*7}} =cmd()"),
        ("🦊 日本", "🦊 日本"),
        (" " + "x" * 1000 + "\0", "x" * 1000),
    ],
)
def test_a_prompt_is_cleaned(api: Api, ada: User, send: Send, said: str, kept: str) -> None:
    assert send(api(ada), prompt=said).json()["data"]["prompt"] == kept


@pytest.mark.parametrize("value", ["", "   ", "\0", "\u202e", "x" * 1001, None, 7, ["x"], {"a": 1}], ids=ascii)
def test_a_prompt_that_is_none_is_refused(api: Api, ada: User, send: Send, value: object) -> None:
    before = trace()
    answer = send(api(ada), prompt=value)
    assert (answer.status_code, list(answer.json()["details"])) == (400, ["prompt"])
    assert trace() == before


@pytest.mark.parametrize("value", [None, 7, "x", [], [1], {"x": "y" * (16 * 1024)}], ids=lambda value: str(value)[:20])
def test_metadata_that_are_no_small_object_are_refused(api: Api, ada: User, send: Send, value: object) -> None:
    before = trace()
    answer = send(api(ada), metadata=value)
    assert (answer.status_code, list(answer.json()["details"])) == (400, ["metadata"])
    assert trace() == before


def nested(levels: int) -> Any:
    """Return an object with this many levels."""
    value: Any = {}
    for _ in range(levels - 1):
        value = {"a": value}
    return value


@pytest.mark.parametrize(
    "metadata",
    [{}, {"x": "y" * (16 * 1024 - 8)}, nested(60), {"n": [None, True, 1.5, -(2**53)], "nul": "\0", "é": "🦊"}],
    ids=["empty", "16 KB", "deep", "kinds"],
)
def test_metadata_come_back_as_they_were(api: Api, ada: User, send: Send, metadata: dict[str, Any]) -> None:
    image_id = send(api(ada), metadata=metadata).json()["data"]["image_id"]
    assert api(ada).get(f"/api/images/{image_id}").json()["data"]["metadata"] == metadata


@pytest.mark.parametrize(
    ("model", "kept"), [("sdxl", "sdxl"), (" a\0b ", "ab"), (7, ""), (None, ""), ("m" * 300, "m" * 200)]
)
def test_the_model_is_taken_from_the_metadata(api: Api, ada: User, send: Send, model: object, kept: str) -> None:
    send(api(ada), metadata={"model": model})
    assert Generated.objects.get().model == kept


HOSTILE = {
    "deep lists": ("[" * 100_000 + "]" * 100_000, 400),
    "deep metadata": ('{"prompt":"x","imageData":"AAAA","metadata":' + '{"a":' * 10_000 + "1" + "}" * 10_001, 400),
    "rather deep": ('{"prompt":"x","imageData":"AAAA","metadata":' + '{"a":' * 500 + "1" + "}" * 501, 400),
    "unclosed": ("[" * 10_000_000, 400),
    "many keys": ("{" + ",".join(f'"k{number}":1' for number in range(100_000)) + "}", 400),
    "many empty": ("[" + "[]," * 4_000_000 + "[]]", 400),
    "not a number": ('{"prompt":"x","imageData":"AAAA","metadata":{"n":NaN}}', 400),
    "infinity": ('{"prompt":"x","imageData":"AAAA","metadata":{"n":1e999}}', 400),
    "lone surrogate": ('{"prompt":"\\ud800","imageData":"AAAA"}', 400),
    "twice": ('{"prompt":"x","prompt":"y","imageData":"AAAA"}', 400),
    "digits": ('{"prompt":"x","imageData":"AAAA","metadata":{"n":' + "9" * 100_000 + "}}", 400),
    "escapes": ('{"prompt":"' + "\\u0041" * 2_000_000 + '"}', 400),
    "nothing": ("", 400),
    "a list": ("[]", 400),
    "text": ('"x"', 400),
    "null": ("null", 400),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_json_is_refused_soon(api: Api, ada: User, name: str) -> None:
    body, status = HOSTILE[name]
    before = trace()
    started = time.process_time()
    answer = api(ada).generic("POST", "/api/images", body, content_type="application/json")
    taken = time.process_time() - started
    assert (answer.status_code, answer.json()["success"]) == (status, False)
    assert taken < 1
    assert trace() == before


def test_a_compressed_body_is_not_inflated(api: Api, ada: User) -> None:
    bomb = gzip.compress(json.dumps({"prompt": "x" * 10_000_000}).encode())
    answer: Any = api(ada).post(
        "/api/images", bomb, content_type="application/json", headers={"Content-Encoding": "gzip"}
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "PARSE_ERROR")


def test_another_kind_of_body_is_refused(api: Api, ada: User) -> None:
    for kind in ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"]:
        answer = api(ada).generic("POST", "/api/images", "prompt=x", content_type=kind)
        assert (answer.status_code, answer.json()["success"]) == (415, False)


def test_base64_of_a_real_picture_is_kept_whole(api: Api, ada: User) -> None:
    body = {"prompt": "x", "imageData": base64_of(png())}
    assert api(ada).post("/api/images", body).status_code == 201
