"""Logs: one line each, as text for people or as JSON for machines, ours and Django's alike."""

from typing import Any

import structlog

_BEFORE_RENDERING: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
]


def configured(form: str, level: str) -> dict[str, Any]:
    """Makes structlog hand its lines to the standard library, and returns that library's configuration.

    `form` is "text" or "json". The stream is standard error: standard output belongs to the answer of a command.
    """
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_BEFORE_RENDERING,
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    console = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "text": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processor": console,
                "foreign_pre_chain": _BEFORE_RENDERING,
            },
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processor": structlog.processors.JSONRenderer(),
                "foreign_pre_chain": [*_BEFORE_RENDERING, structlog.processors.format_exc_info],
            },
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": form}},
        "root": {"handlers": ["stderr"], "level": level},
        # Django's own handlers would print each line twice, and mail stack traces to nobody.
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            # It tells of every table of a typeface that it cuts.
            "fontTools": {"level": "WARNING"},
        },
    }
