"""What is done with edits: saving and reverting them, and keeping recipes under a name."""

from imagehub.editor.services.edits import keep, made, revert, save

__all__ = ["keep", "made", "revert", "save"]
