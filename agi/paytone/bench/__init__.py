"""The line under load: SIPp calls it and pays, and what that costs is measured."""


class BenchFailed(Exception):
    """The line could not be measured here; the text says why. Only play money moved."""
