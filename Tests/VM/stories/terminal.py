"""A person at a terminal."""

import os
import subprocess
import tempfile
import time

from support import eventually


class Terminal:
    """A pane of a tmux server of its own."""

    def __init__(self, test, command, columns=110, rows=30):
        self.test = test
        self.folder = tempfile.TemporaryDirectory()
        test.addCleanup(self.folder.cleanup)
        self.tmux("new-session", "-d", "-x", str(columns), "-y", str(rows), command)
        test.addCleanup(self.tmux, "kill-server")

    def tmux(self, *words):
        words = ["tmux", "-u", "-S", f"{self.folder.name}/socket", "-f", "/dev/null", *words]
        environment = {**os.environ, "TERM": "xterm-256color"}
        return subprocess.run(words, capture_output=True, text=True, env=environment).stdout

    def keys(self, *keys):
        """Types keys by tmux's names, `Enter`, `C-u`, or characters."""
        self.tmux("send-keys", *keys)

    def screen(self):
        return self.tmux("capture-pane", "-p")

    def frame(self):
        """The screen while nothing is being drawn on it."""
        now = self.screen()
        # On a busy machine it may change with every look.
        for _ in range(5):
            time.sleep(0.05)
            before, now = now, self.screen()
            if now == before:
                break
        return now

    def assertShows(self, what):
        """Waits until the screen says a text, or fulfils a condition. Looking costs as much as drawing: not too often."""
        is_there = what if callable(what) else lambda screen: what in screen
        self.test.assertTrue(eventually(lambda: is_there(self.frame()), pause=0.2), self.screen())

    def row(self, name):
        """The line of the table that begins with a job's name."""
        return row(self.screen(), name)


def row(screen, name):
    """The line of a table that begins with a job's name."""
    return next((line for line in screen.splitlines() if line.strip(" ▶").startswith(name)), "")
