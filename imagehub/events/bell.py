"""Rung after a commit, so that waiting sockets look at the outbox at once instead of at the next poll."""


def ring() -> None:
    """Wake the listeners of this process and, where a broker is configured, of all others."""
