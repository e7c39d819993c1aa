"""A page in headless Chromium, spoken to over a pipe with the DevTools protocol: no other package is needed for it."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import sys
import time

NAMES = ("chromium", "chromium-browser", "google-chrome")
PROGRAM = next((path for name in NAMES if (path := shutil.which(name))), None)
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage",
    "--no-first-run", "--remote-debugging-pipe",
)  # fmt: skip
PROFILE = "--user-data-dir="
AS_3_AND_4 = """
import fcntl, os, sys
apart = [fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in sys.argv[1:3]]
for wanted, number in zip((3, 4), apart):
    os.dup2(number, wanted)
os.execv(sys.argv[3], sys.argv[3:])
"""
KEYS = {"Tab": 9, "Enter": 13, "Escape": 27, " ": 32, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}
TEXTS = {"Enter": "\r", " ": " "}
SHIFT = 8


class Browser:
    """One page; commands and answers are JSON, each ended by a zero byte."""

    def __init__(self, profile):
        ours_in, theirs_out = os.pipe()
        theirs_in, ours_out = os.pipe()
        self.process = subprocess.Popen(
            [sys.executable, "-c", AS_3_AND_4, str(theirs_in), str(theirs_out), PROGRAM, *FLAGS, f"{PROFILE}{profile}"],
            pass_fds=(theirs_in, theirs_out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self.reader, self.writer = os.fdopen(ours_in, "rb"), os.fdopen(ours_out, "wb")
        self.number, self.events, self.session, self.rest = 0, [], None, b""
        target = self("Target.createTarget", url="about:blank")["targetId"]
        self.session = self("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self(f"{domain}.enable")

    def __call__(self, method, **parameters):
        """Send a command and wait for its answer; keeps the events that come before."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        self.writer.write(json.dumps(message).encode() + b"\0")
        self.writer.flush()
        while (answer := self._read()).get("id") != self.number:
            self.events.append(answer)
        assert "error" not in answer, answer
        return answer["result"]

    def _read(self):
        while b"\0" not in self.rest:
            ready, _, _ = select.select([self.reader], [], [], 60)
            more = os.read(self.reader.fileno(), 1 << 20) if ready else b""
            assert more, "the browser does not answer"
            self.rest += more
        message, _, self.rest = self.rest.partition(b"\0")
        return json.loads(message)

    def open(self, path, hash_="", until="document.readyState === 'complete'"):
        """Open a file, and wait until an expression is true in it."""
        self("Page.navigate", url="about:blank")
        self("Page.navigate", url=path.as_uri() + hash_)
        self.wait_for(f"document.URL.startsWith('file:') && {until}")

    def wait_for(self, expression):
        deadline = time.monotonic() + 60
        while not self.ask(expression):
            assert time.monotonic() < deadline, f"the page does not come to {expression}"
            time.sleep(0.02)

    def ask(self, expression):
        """Value of a JavaScript expression in the page; a promise is waited for."""
        result = self("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def press(self, key, text="", shift=False):
        """Press a key: one of `KEYS`, or a digit or letter with its text."""
        code, text = KEYS.get(key, ord(key[0].upper())), text or TEXTS.get(key, "")
        for kind in ("keyDown", "keyUp"):
            typed = {"text": text} if text and kind == "keyDown" else {}
            held = {"modifiers": SHIFT} if shift else {}
            self("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, **typed, **held)

    def show(self, width, height=800, dark=False):
        """Give the window a size, and the light or the dark that the reader prefers."""
        self("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self("Emulation.setEmulatedMedia", features=[scheme])

    def complaints(self):
        """Everything that the page complained of: exceptions, errors, and what its policy forbade."""
        thrown = [e["params"] for e in self.events if e["method"] == "Runtime.exceptionThrown"]
        said = [e["params"]["entry"] for e in self.events if e["method"] == "Log.entryAdded"]
        return [*thrown, *(entry for entry in said if entry["level"] in ("error", "warning"))]

    def asked(self):
        """Kinds of addresses that were asked for, such as ``file``."""
        urls = [e["params"]["request"]["url"] for e in self.events if e["method"] == "Network.requestWillBeSent"]
        return {url.partition(":")[0] for url in urls}

    def close(self):
        self.process.terminate()
        self.process.wait(timeout=30)
        self.reader.close()
        self.writer.close()
