"""Prompts: what the line can say, by name."""

from typing import NewType

Prompt = NewType("Prompt", str)
"""
The kebab-case name of one recording, such as ``card-misread``.

Its text stands in ``sounds/<language>.toml`` and its audio in ``sounds/<language>/``.
"""
