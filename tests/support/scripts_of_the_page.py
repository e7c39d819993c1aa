"""Scripts of the page, run by node: each file on top of those before it, then an expression over what is handed in."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

import study.report

REPORT = Path(study.report.__file__).parent
LOGIC = [
    REPORT / "explorer" / f"explorer_{name}.js"
    for name in ("numbers", "rows", "contexts", "reach", "explanation", "words", "odds", "logic")
]
ASSETS = REPORT / "page" / "assets"
RUNNER = """
const { readFileSync } = require('fs');
const { runInThisContext } = require('vm');
const [expression, ...paths] = process.argv.slice(1);
for (const path of paths) runInThisContext(readFileSync(path, 'utf8'), path);
globalThis.given = JSON.parse(readFileSync(0, 'utf8'));
const plain = (key, value) => (typeof value === 'bigint' ? `${value}` : value);
console.log(JSON.stringify(runInThisContext(expression), plain));
"""


def evaluate(expression, given, *assets):
    """Give what an expression is worth after the explorer's logic and some scripts; `given` is what it may name.

    Without node a test is skipped, but fails where all are to be run.
    """
    node = shutil.which("node")
    if node is None and os.environ.get("CI"):
        pytest.fail("node is not installed, which runs the page's scripts: install Node.js", pytrace=False)
    if node is None:
        pytest.skip("node is not installed")
    done = subprocess.run(
        [node, "-e", RUNNER, expression, *map(str, [*LOGIC, *(ASSETS / name for name in assets)])],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
