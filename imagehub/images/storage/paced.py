"""A transport for the client of Azure that lets large bodies take their time, as long as they go on.

Left to itself it sends a body without TLS in one go, which must be over in the time that connecting may take.
"""

from typing import Any

from azure.core.pipeline.transport import RequestsTransport
from requests import Session
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Retry
from urllib3.connection import HTTPConnection, HTTPSConnection

from imagehub.images.storage.patience import CONNECT_SECONDS, READ_SECONDS, sending

CONNECTIONS = 32  # kept open by a process; more threads than it has


class _InPieces(HTTPConnection):
    """Sends bodies piece by piece."""

    def send(self, data: Any) -> None:
        for piece in sending(data) if isinstance(data, bytes) else [data]:
            super().send(piece)


class _InPiecesUnderTls(HTTPSConnection, _InPieces):
    """Does so under TLS, where each piece would be waited for by itself, however many there are."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _InPieces


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _InPiecesUnderTls


class _Adapter(HTTPAdapter):
    """Leads to connections of ours."""

    def init_poolmanager(self, *given: Any, **named: Any) -> None:
        super().init_poolmanager(*given, **named)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}


def transport() -> RequestsTransport:
    """Return a transport for one client, which tries nothing twice."""
    session = Session()
    never = Retry(total=False, redirect=False, raise_on_status=False)
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Adapter(pool_maxsize=CONNECTIONS, max_retries=never))
    return RequestsTransport(session=session, connection_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS)
