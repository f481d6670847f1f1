"""The whole story on the screen: a person finds the job that is held back, gives it cores, sees it recover, and
takes it back. The jobs are systemd's scopes where systemd runs, else groups of loadline's own."""

import re

from limits import drop_ins, limits, properties
from support import BUSY, HAS_SYSTEMD, Story, read, say
from terminal import Terminal, row

STARVED, RICH = "move-starved", "move-rich"
UNITS = (f"{STARVED}.scope", f"{RICH}.scope")
SHARE = re.compile(r"ran out in ([\d.]+) % of periods|([\d.]+) % of periods throttled")


def grant(screen, name):
    """What a job's line says that it was granted."""
    found = re.search(r"[\d.]/([\d.]+)", row(screen, name))
    return found and float(found[1])


def throttled(screen):
    """In how many periods the quota of the selected job ran out."""
    found = SHARE.search(" ".join(screen.split()))
    return found and float(found[1] or found[2]) / 100


def clock(screen):
    """The second of the moment that is shown."""
    return re.search(r"\d\d:\d\d:\d\d", screen.splitlines()[0])[0]


class Moving(Story):
    def start(self, name, cores, command):
        if HAS_SYSTEMD:
            return self.scope(name, f"CPUQuota={cores * 100:.0f}%", command=command)
        return self.group("--cores", str(cores), name=name, command=command)

    def state(self):
        return limits(self.starved, self.rich), properties(*UNITS) if HAS_SYSTEMD else {}

    def test_a_throttled_job_is_given_cores_recovers_and_is_as_before_after_undo(self):
        self.starved = self.start(STARVED, 1, ["sh", "-c", f"({BUSY}) & {BUSY}"])
        self.rich = self.start(RICH, 2, ["sleep", "600"])
        self.terminal = Terminal(self, "loadline --interval 1", columns=160, rows=40)
        self.find_the_throttled_job()
        before, files = self.state(), drop_ins(*UNITS) if HAS_SYSTEMD else []

        self.draft_one_and_a_half_cores()
        self.assertEqual(self.state(), before, "a draft writes nothing")
        self.terminal.keys("Enter")
        self.terminal.assertShows("Applied")
        self.assertEqual(read(f"{self.starved}/cpu.max"), "250000 100000")
        self.assertEqual(read(f"{self.rich}/cpu.max"), "50000 100000")
        self.watch_it_recover(clock(self.terminal.frame()))

        self.terminal.keys("z")
        self.terminal.assertShows("UNDO preview  2 changes, nothing is written yet")
        self.terminal.keys("Enter")
        self.terminal.assertShows("Taken back")
        after = self.state()
        self.terminal.keys("Enter")
        self.terminal.assertShows(lambda screen: (throttled(screen) or 0) > 0.5)
        self.terminal.assertShows(lambda screen: "T throttled" in row(screen, STARVED))
        self.assertEqual({path: after[0].get(path) for path in before[0]}, before[0])
        self.assertEqual(after[1], before[1])
        new = sorted(after[0].keys() - before[0].keys())
        if HAS_SYSTEMD:
            new += sorted(set(drop_ins(*UNITS)) - set(files))
        say(f"as before: {len(before[0])} limit files, {len(before[1])} properties; new since: {', '.join(new) or 'nothing'}")
        self.terminal.keys("q")
        self.terminal.assertShows(lambda screen: not screen)

    def find_the_throttled_job(self):
        self.terminal.assertShows(lambda screen: "T throttled" in row(screen, STARVED) and row(screen, RICH))
        self.terminal.keys("/", *"state:throttled", "Enter")
        self.terminal.assertShows(lambda screen: row(screen, STARVED) and not row(screen, RICH))
        # Of both jobs the donor comes first.
        self.terminal.keys("/", "C-u", *"move-", "Enter", "N")
        self.terminal.assertShows(lambda screen: row(screen, RICH))

    def draft_one_and_a_half_cores(self):
        self.terminal.keys("g", ">")
        self.terminal.assertShows("DRAFT")
        self.terminal.keys("+", "+", "Enter", "p")
        self.terminal.assertShows("DRAFT preview")
        self.terminal.assertShows("CPUQuota=250.00%" if HAS_SYSTEMD else "/loadline/move-starved/cpu.max")

    def watch_it_recover(self, applied):
        """Both lines move in the same tick, and what the quota cost is gone with one of the next."""
        self.terminal.keys("Enter", "G")
        ticks, moved, share = [], None, None

        def has_recovered(screen):
            nonlocal moved, share
            if "UNDO" in screen or not row(screen, STARVED):
                return False
            if clock(screen) not in [applied, *ticks]:
                ticks.append(clock(screen))
            now = (grant(screen, RICH), grant(screen, STARVED))
            self.assertIn(now, [(2, 1), (0.5, 2.5)], screen)
            if now == (0.5, 2.5) and moved is None:
                moved = len(ticks)
            share = throttled(screen)
            return moved is not None and share is not None and share < 0.01

        self.terminal.assertShows(has_recovered)
        say(f"both lines moved with tick {moved} after the write; throttled {share:.1%} at tick {len(ticks)}")
