"""The page's content security policy: nothing may be loaded or sent, and nothing may run but what was put in.

Every script and style is named by the hash of its text, so one that is injected later does not run.
"""

from __future__ import annotations

import base64
import hashlib
import re

from study.errors import StudyError

CODE = re.compile(r"<(script|style)((?:\s[^>]*)?)>(.*?)</\1>", re.DOTALL)
FIRST = '<meta charset="utf-8">'


def with_policy(html: str) -> str:
    """Put the policy at the head of a page, which must not change afterwards.

    Parameters
    ----------
    html : str
        The whole page, all scripts and styles in it.

    Returns
    -------
    str

    Raises
    ------
    StudyError
        If the page has no head to put it into.
    """
    if FIRST not in html:
        raise StudyError(f"the page lacks {FIRST}, after which its policy stands; mend FIRST in page/policy.py")
    hashes: dict[str, list[str]] = {"script": [], "style": []}
    for found in CODE.finditer(html):
        tag, attributes, text = found.groups()
        if "application/json" not in attributes:  # data, which no browser runs
            hashed = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            hashes[tag].append(f"'sha256-{hashed}'")
    rules = ["default-src 'none'", "img-src data:", "base-uri 'none'", "form-action 'none'"]
    rules += [" ".join([f"{tag}-src", *(dict.fromkeys(found) or ["'none'"])]) for tag, found in hashes.items()]
    meta = f'<meta http-equiv="Content-Security-Policy" content="{"; ".join(rules)}">'
    return html.replace(FIRST, FIRST + meta, 1)
