"""How we log: one event a line, JSON in production, readable in development, never a secret."""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

from imagehub.lib.redaction import redacted

Event = MutableMapping[str, Any]

_SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]
# Others' loggers that would say what ours say better, or say it twice.
_QUIET = {
    "uvicorn.access": "WARNING",
    "uvicorn.error": "WARNING",
    "urllib3": "WARNING",
    "PIL": "INFO",
    "asyncio": "WARNING",
    "django.server": "ERROR",
    # Strangers' doing, not ours; a trace for each would let them fill the disk.
    "django.security.DisallowedHost": "CRITICAL",
    "amqp": "WARNING",
    "celery": "WARNING",
    "kombu": "WARNING",
    # A broker that is away is ours to tell, once; this one repeats it with a trace for every socket.
    "channels_redis": "CRITICAL",
}


def without_secrets(_logger: object, _method: str, event: Event) -> Mapping[str, Any]:
    """Drop every secret from an event, its trace included; the last step before it is written."""
    return dict(redacted(event))


class CrashesOnly(logging.Filter):
    """Lets `django.request` tell of crashes with their trace; refusals are in the access log already."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep a record that carries an exception which nobody foresaw."""
        return bool(record.exc_info) and record.levelno >= logging.ERROR


def configuration(*, level: str, style: str) -> dict[str, Any]:
    """Return Django's LOGGING for `style` `json` or `text`, and set structlog up alike."""
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        # What nobody will read is dropped before it is put together, which costs more than to write it.
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"crashes": {"()": CrashesOnly}},
        "formatters": {"line": _formatter(style)},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": "INFO"},
            "django.request": {"filters": ["crashes"]},
            **{name: {"handlers": [], "level": quiet} for name, quiet in _QUIET.items()},
        },
    }


def _formatter(style: str) -> dict[str, Any]:
    readable = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
    )
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": _SHARED,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            without_secrets,
            structlog.processors.JSONRenderer() if style == "json" else readable,
        ],
    }
