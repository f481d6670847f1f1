"""A tree of commands that runs already is given a group of its own without systemd, limited, and given back."""

import json
import os
import subprocess

from limits import limits
from support import BUSY, GROUPS, Story, eventually, number, read, run, say

NOBODY = 65534
HOME = "/tmp/nobody"
TREE = ["setsid", "sh", "-c", f"({BUSY}) & ({BUSY}) & wait"]


def place(pid):
    return GROUPS + read(f"/proc/{pid}/cgroup").removeprefix("0::").rstrip("/")


class AdoptingGroups(Story):
    def entering(self, *command):
        """A command as the story's user, in the story's group."""
        return ["sh", "-c", f'echo $$ >"{self.session}/cgroup.procs"; exec "$@"', "sh", *self.user, *command]

    def start(self):
        """A shell with two busy children; the shell's pid, and all three."""
        process = subprocess.Popen(self.entering(*TREE))
        self.addCleanup(process.wait)
        members = lambda: run("pgrep", "-s", str(process.pid)).stdout.split()
        self.addCleanup(lambda: run("kill", "-KILL", *members()))
        self.assertTrue(eventually(lambda: len(members()) == 3))
        return process.pid, members()

    def loadline(self, *words, status=0):
        done = run(*self.entering("loadline", *words))
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout

    def adopt_limit_and_give_back(self, home):
        root, pids = self.start()
        places = {pid: place(pid) for pid in pids}
        self.assertEqual(set(places.values()), {self.session})
        around = limits(self.session)
        adopted = json.loads(self.loadline("adopt", str(root), "--name", "taken", "--json").splitlines()[-1])
        back = next(note for note in adopted["notes"] if "loadline undo" in note).split()[-1]
        group = f"{home}/taken"
        self.assertEqual(adopted["left"], [])
        self.assertEqual({place(pid) for pid in pids}, {group})
        self.assertEqual(set(read(f"{group}/cgroup.procs").split()), set(pids))

        before = limits(group)
        self.loadline("set", "taken", "cores=0.4", "memory=64MiB", "cpus=1-2", "weight=50", "pids=20")
        self.assertEqual(read(f"{group}/cpu.max"), "40000 100000")
        self.assertEqual(number(f"{group}/memory.max"), 64 << 20)
        self.assertEqual(read(f"{group}/cpuset.cpus.effective"), "1-2")
        self.assertEqual(read(f"{group}/cpu.weight"), "50")
        self.assertEqual(read(f"{group}/pids.max"), "20")
        ran_out = lambda: number(f"{group}/cpu.stat", "nr_throttled")
        first = ran_out()
        self.assertTrue(eventually(lambda: ran_out() > first + 5))

        self.loadline("undo")
        after = limits(group)
        # The kernel does not empty a core set while the job runs: all CPUs are the same.
        cpus = f"{group}/cpuset.cpus"
        self.assertEqual(before.pop(cpus), b"\n")
        self.assertIn(after.pop(cpus), (b"\n", b"0-3\n"))
        self.assertEqual(after, before)
        self.loadline("undo", back)
        self.assertEqual({pid: place(pid) for pid in pids}, places)
        self.assertGone(group)
        now = limits(self.session)
        changed = sorted(path for path in around if now[path] != around[path])
        # A user's own controllers, without which there would be no limits.
        self.assertIn(changed, ([], [f"{os.path.dirname(home)}/cgroup.subtree_control"]))
        say(f"changed since: {', '.join(changed) or 'nothing'}")

    def test_root_adopts_a_tree_that_is_in_no_job(self):
        self.user, self.session = [], GROUPS
        self.adopt_limit_and_give_back(f"{GROUPS}/loadline")

    def test_a_user_adopts_below_what_was_delegated(self):
        delegated = f"{GROUPS}/delegated"
        self.user = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "env", f"HOME={HOME}"]
        self.session = f"{delegated}/session"
        os.makedirs(self.session)
        self.addCleanup(run, "rmdir", f"{delegated}/loadline", self.session, delegated)
        for path in (delegated, self.session):
            for name in ("", "/cgroup.procs", "/cgroup.threads", "/cgroup.subtree_control"):
                os.chown(path + name, NOBODY, NOBODY)
        os.makedirs(HOME, exist_ok=True)
        os.chown(HOME, NOBODY, NOBODY)
        self.adopt_limit_and_give_back(f"{delegated}/loadline")
