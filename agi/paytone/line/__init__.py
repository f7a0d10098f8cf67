"""The whole line on one machine: its parts started, watched and ended together."""


class LineFailed(Exception):
    """The line cannot be run here; the text says why."""
