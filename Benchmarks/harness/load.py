"""Loads that are there while something is measured."""

import contextlib
import subprocess


class LoadError(Exception):
    pass


@contextlib.contextmanager
def load(tool, *arguments):
    """Runs load.c with these arguments, from when it says that all is up until the block is left."""
    process = subprocess.Popen(
        [tool, *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True)
    try:
        if process.stdout.readline() != "ready\n":
            _, complaint = process.communicate()
            raise LoadError(complaint.strip() or "the load did not start")
        yield process
    finally:
        # The end of its input ends it, and it cleans up after itself.
        with contextlib.suppress(OSError, ValueError):
            process.communicate(timeout=60)
