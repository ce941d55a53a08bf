"""POST requests that may be sent again: the first answer is kept and repeated."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Generic, TypeVar

import orjson
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from imagehub.api.callers import caller_of
from imagehub.api.models import Answer
from imagehub.api.renderers import dump
from imagehub.lib.digests import keyed, sha256_of
from imagehub.lib.errors import IdempotencyConflict, ImageHubError, Invalid
from imagehub.lib.transactions import late_transaction, repeated

T = TypeVar("T")

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_FIRST_REFUSAL = 400


class CreateOnce(APIView, Generic[T]):
    """A creating POST whose effect happens once per idempotency key, however often and wherever it is sent."""

    def prepare(self, request: Request, **kwargs: Any) -> T:
        """Read and judge the request, without writing anything."""
        raise NotImplementedError

    def create(self, request: Request, prepared: T, **kwargs: Any) -> Response:
        """Call the service and word its answer; with a key its first write begins the transaction of the kept answer.

        So it may store bytes before that write, and must not after it.
        """
        raise NotImplementedError

    def post(self, request: Request, **kwargs: Any) -> Response:
        """Create, or repeat the answer to the first request with this key."""
        key = key_of(request)
        if key is None:
            return self.create(request, self.prepare(request, **kwargs), **kwargs)
        caller, fingerprint = caller_of(request), fingerprint_of(request)
        slot = _digest([caller.encode(), request.path.encode(), key.encode()])
        if kept := _kept(slot):
            return replay(kept, fingerprint)
        answer = Answer(slot=slot, caller=caller, fingerprint=fingerprint, status=0, body="null")
        try:
            prepared = self.prepare(request, **kwargs)
            return repeated(lambda: _first(answer, lambda: self.create(request, prepared, **kwargs)))
        except (_TwinWasFirst, ImageHubError, APIException):
            # What is refused now may be what a twin has done meanwhile.
            if kept := _kept(slot):
                return replay(kept, fingerprint)
            raise


class _TwinWasFirst(Exception):  # not an error: the answer is there
    """Another request with the same key committed while this one prepared its own, or waited for the slot."""


def key_of(request: Request) -> str | None:
    """Return the idempotency key: 1 to 255 visible characters, bare or quoted; None without the header."""
    raw = request.headers.get(HEADER)
    if raw is None:
        return None
    key = raw[1:-1] if len(raw) > 1 and raw[0] == raw[-1] == '"' else raw
    if not _KEY.fullmatch(key):
        raise Invalid(details={HEADER: [_("Use 1 to 255 visible characters.")]})
    return key


def fingerprint_of(request: Request) -> str:
    """Return a digest of what was asked: query, fields and the bytes of files, whatever the encoding of the body."""
    return _digest([request.META.get("QUERY_STRING", "").encode(), *_parts(request.data)])


def replay(kept: Answer, fingerprint: str) -> Response:
    """Repeat a kept answer to the same question; another question is a conflict."""
    if kept.fingerprint != fingerprint:
        raise IdempotencyConflict
    headers = {REPLAYED: "true"} | ({"Location": kept.location} if kept.location else {})
    return Response(orjson.loads(kept.body), status=kept.status, headers=headers)


def _kept(slot: str) -> Answer | None:
    return Answer.objects.filter(slot=slot).first()


def _first(answer: Answer, create: Callable[[], Response]) -> Response:
    """Create and keep the answer in one transaction; a twin waits at its slot until it commits or fails."""
    with late_transaction(partial(_take_slot, answer)) as late:
        response = create()
        late.hold(partial(_keep, answer, response))
    return response


def _take_slot(answer: Answer) -> None:
    answer.pk = None  # that of a try that was undone may be another's by now
    try:
        with transaction.atomic():
            answer.save(force_insert=True)
    except IntegrityError:
        raise _TwinWasFirst from None


def _keep(answer: Answer, response: Response) -> None:
    if response.status_code >= _FIRST_REFUSAL:
        answer.delete()
        return
    answer.status, answer.location = response.status_code, response.headers.get("Location", "")
    answer.body = dump(response.data).decode()
    answer.save(update_fields=["status", "body", "location"])


def _parts(data: Any) -> Iterator[bytes]:
    if not isinstance(data, QueryDict):
        yield orjson.dumps(data, option=orjson.OPT_SORT_KEYS)
        return
    for name in sorted(data):
        yield name.encode()
        for value in data.getlist(name):
            yield _content(value) if isinstance(value, UploadedFile) else str(value).encode()


def _content(file: "UploadedFile[Any]") -> bytes:
    digest = sha256_of(file.chunks())
    file.seek(0)
    return digest.encode()


def _digest(parts: list[bytes]) -> str:
    # Keyed, because a request may hold a password: a plain hash of it could be searched for.
    return keyed("idempotency", parts).hex()
