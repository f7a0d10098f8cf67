"""A letter's text as HTML, plain enough for every mail program."""

from __future__ import annotations

import re
from html import escape
from typing import Final

PAGE: Final = """\
<!DOCTYPE html>
<html lang="{language}">
<head><meta charset="utf-8"><title>{subject}</title></head>
<body style="font-family: sans-serif; font-size: 16px; line-height: 1.5; max-width: 36em">
{body}
</body>
</html>
"""

_FACT: Final = re.compile(r"([^:.]{1,40}): (\S.*)")


def html_of(text: str, *, subject: str, language: str) -> str:
    """The page that says *text*; a paragraph of ``Name: value`` lines is a table in it."""
    paragraphs = re.split(r"\n{2,}", text.strip())
    body = "\n".join(
        _table(each) or f"<p>{escape(' '.join(each.split()))}</p>" for each in paragraphs
    )
    return PAGE.format(language=escape(language), subject=escape(subject), body=body)


def _table(paragraph: str) -> str | None:
    facts = [_FACT.fullmatch(line) for line in paragraph.splitlines()]
    rows = [
        f'<tr><th scope="row" style="text-align: left; padding-right: 1em">{escape(fact[1])}</th>'
        f"<td>{escape(fact[2])}</td></tr>"
        for fact in facts
        if fact
    ]
    return f"<table>{''.join(rows)}</table>" if len(rows) == len(facts) else None
