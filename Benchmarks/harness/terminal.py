"""A program on a pseudo-terminal, without a multiplexer between: bytes and times."""

import contextlib
import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import termios
import time

from .refresh import COLUMNS, LINES

# Whatever is drawn on a screen of 160×50, it takes more than this.
DRAWN = 2000


class Terminal:
    def __init__(self, program):
        self.master, slave = pty.openpty()
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        name = os.ttyname(slave)
        actions = [(os.POSIX_SPAWN_OPEN, fd, name, os.O_RDWR, 0) for fd in (0, 1, 2)]
        # A session of its own, whose terminal the first file that it opens becomes.
        self.began = time.monotonic()
        self.pid = os.posix_spawn(
            program.command[0], program.command, program.environment, file_actions=actions,
            setsid=True)
        os.close(slave)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for sign, wait in ((signal.SIGTERM, 1), (signal.SIGKILL, 5)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, sign)
            end = time.monotonic() + wait
            while time.monotonic() < end:
                # What it still says would keep it waiting.
                with contextlib.suppress(OSError):
                    self.read(0.01)
                if os.waitpid(self.pid, os.WNOHANG)[0]:
                    os.close(self.master)
                    return

    def read(self, timeout):
        """What is written within so many seconds, as soon as there is something; else nothing."""
        if not select.select([self.master], [], [], timeout)[0]:
            return b""
        try:
            return os.read(self.master, 1 << 16)
        except OSError:
            return b""

    def drain(self, quiet, most=5.0):
        """Reads until nothing has come for so many seconds."""
        end = time.monotonic() + most
        while time.monotonic() < end and self.read(quiet):
            pass


def first_screen(program, pause=0.2, most=5.0):
    """Milliseconds from exec to the last byte before the first pause of a drawn screen, and what
    was written until then."""
    with Terminal(program) as terminal:
        written, last = b"", terminal.began
        while time.monotonic() - terminal.began < most:
            got = terminal.read(pause)
            if got:
                last = time.monotonic()
                written += got
            elif len(written) > DRAWN:
                break
        return (last - terminal.began) * 1000, written


def bytes_per_tick(program, settle=12, seconds=15):
    """The median over the refreshes of what one writes, when nothing is touched."""
    with Terminal(program) as terminal:
        end = time.monotonic() + settle
        while time.monotonic() < end:
            terminal.read(0.1)
        bursts, current, last = [], 0, time.monotonic()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            got = terminal.read(0.05)
            now = time.monotonic()
            if got and current and now - last > 0.3:
                bursts.append(current)
                current = 0
            if got:
                current += len(got)
                last = now
        # Refreshes that had nothing to write count as well.
        bursts += [0] * max(0, int(seconds) - 1 - len(bursts))
        return statistics.median(bursts)


def key_latency(program, count, settle=4):
    """Milliseconds from writing a key to the first byte of the answer: p50, p99, most; keys that
    nothing answered within a second are counted apart."""
    with Terminal(program) as terminal, first_in_line():
        terminal.drain(0.3, most=settle)
        times, missed = [], 0
        for number in range(count):
            # Eight down, eight up: the selection always has somewhere to go.
            key = program.keys[(number // 8) % 2]
            terminal.drain(0.012)
            began = time.monotonic()
            os.write(terminal.master, key)
            if terminal.read(1.0):
                times.append((time.monotonic() - began) * 1000)
            else:
                missed += 1
        if not times:
            return None
        times.sort()
        return (statistics.median(times), times[int(len(times) * 0.99)], times[-1], missed)


def blocked_latency(program, job, count, rounds, settle=4):
    """Milliseconds from a key to the first byte of the answer while a memory limit that was drafted
    and applied on this screen is being written and the kernel does not come back: p50, p99, most, and
    keys that nothing answered within a second; None where no write was seen to block."""
    low = b"%.3f" % (64 / 1024)
    times, missed, blocked = [], 0, 0
    with Terminal(program) as terminal, first_in_line():
        terminal.drain(0.3, most=settle)
        for _ in range(rounds):
            job.dirty()
            before = job.limit()
            # The jobs, that one, its memory, the draft's preview; then back to all jobs.
            for keys in (b"1", b"/", b"\x15" + job.name.encode(), b"\r", b"m", low, b"\r", b"p"):
                os.write(terminal.master, keys)
                terminal.drain(0.1, most=0.5)
            os.write(terminal.master, b"\r")
            began = time.monotonic()
            for keys in (b"1", b"/", b"\x15", b"\r", b"g"):
                os.write(terminal.master, keys)
                terminal.drain(0.05, most=0.2)
            got = []
            # The write is given up after 5 s.
            while time.monotonic() - began < 4.5 and len(got) < count:
                key = program.keys[(len(got) // 8) % 2]
                terminal.drain(0.012, most=0.2)
                pressed = time.monotonic()
                os.write(terminal.master, key)
                answered = terminal.read(1.0)
                got.append((time.monotonic() - pressed) * 1000 if answered else None)
            if job.is_being_limited() and job.limit() == before:
                blocked += 1
                times += [value for value in got if value is not None]
                missed += got.count(None)
            job.thaw()
            terminal.drain(0.5, most=8)
    if not blocked or not times:
        return None
    times.sort()
    return (statistics.median(times), times[int(len(times) * 0.99)], times[-1], missed)


@contextlib.contextmanager
def first_in_line():
    """What measures is not to wait for the load: it runs before all else where that is allowed."""
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    except OSError:
        yield False
        return
    try:
        yield True
    finally:
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
