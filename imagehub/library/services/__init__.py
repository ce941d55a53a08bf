"""What can be done with a library."""

from imagehub.library.services.erasure import erase

__all__ = ["erase"]
