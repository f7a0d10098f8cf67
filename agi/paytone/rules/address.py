"""E-mail addresses: what is taken for one."""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 254
_ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def is_address(text: str) -> bool:
    """
    Whether *text* is one e-mail address and nothing else, as browsers see it (HTML, 4.10.5.1.5).

    The database holds the same rule.
    """
    return len(text) <= LONGEST and _ADDRESS.fullmatch(text) is not None
