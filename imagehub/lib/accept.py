"""What a caller says it can show."""


def accepts(header: str, media_type: str) -> bool:
    """Tell whether an Accept header names this very type with a weight above nought; wildcards don't count.

    Browsers that can show a newer format name it; `*/*` is sent by everybody.
    """
    return any(_names(entry, media_type) for entry in header.lower().split(","))


def _names(entry: str, media_type: str) -> bool:
    offered, *parameters = (part.strip() for part in entry.split(";"))
    return offered == media_type and not any(_is_zero(parameter) for parameter in parameters)


def _is_zero(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    return name.strip() == "q" and not value.strip().strip("0.")
