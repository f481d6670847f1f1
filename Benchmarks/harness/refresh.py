"""CPU time and memory of a program on a screen of tmux."""

import itertools
import shlex
import subprocess
import time

from .process import cpu_seconds, resident_bytes

COLUMNS, LINES = 160, 50


class Screen:
    """One program in a tmux server of its own."""

    numbers = itertools.count()

    def __init__(self, program):
        # A server that is still ending keeps its socket: each gets one of its own.
        socket = f"{program.environment['HOME']}/tmux-{next(Screen.numbers)}"
        self.server = ["tmux", "-u", "-S", socket, "-f", "/dev/null"]
        subprocess.run(
            [*self.server, "new-session", "-d", "-x", str(COLUMNS), "-y", str(LINES),
             "exec " + shlex.join(program.command)], check=True, env=program.environment)
        shown = subprocess.run(
            [*self.server, "list-panes", "-F", "#{pane_pid}"], check=True, capture_output=True)
        self.pid = int(shown.stdout)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run([*self.server, "kill-server"], capture_output=True)


def measure(program, settle, seconds):
    """CPU milliseconds a refresh over so many seconds, and bytes resident at the end."""
    with Screen(program) as screen:
        time.sleep(settle)
        used, began = cpu_seconds(screen.pid), time.monotonic()
        time.sleep(seconds)
        used = cpu_seconds(screen.pid) - used
        passed = time.monotonic() - began
        return used / passed * 1000, resident_bytes(screen.pid)
