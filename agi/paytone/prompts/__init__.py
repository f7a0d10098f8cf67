"""Prompts: what the line can say, by name."""

from typing import NewType

Prompt = NewType("Prompt", str)
"""
The kebab-case name of one recording, such as ``card-misread``; or a figure, such as
``money-112-40``, for which a language's grammar has several (`paytone.prompts.spoken`).

A recording's text stands in ``sounds/<language>.toml`` and its audio in ``sounds/<language>/``.
"""
