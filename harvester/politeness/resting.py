"""What keeps a visit from a host for now."""


class HostResting(Exception):
    """The host is left alone for these seconds: it asked for that, or nobody answers there."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"{seconds:.1f} s")
