"""A person looks: the dashboard in a terminal, and the doctor."""

import re

from support import BUSY, Story, eventually, run
from terminal import Terminal


class Screens(Story):
    def test_the_dashboard_shows_the_jobs_and_the_box(self):
        self.job("--name", "trainer", "--cores", "0.5", "--", "sh", "-c", BUSY)
        self.still("--name", "holder", "--memory", "200MiB", mebibytes=64)
        terminal = Terminal(self, "loadline")
        self.assertTrue(eventually(lambda: "trainer" in terminal.screen()), terminal.screen())
        held = re.compile(r" 0\.[45]\d?/0\.5 .* T throttled")
        self.assertTrue(eventually(lambda: held.search(terminal.row("trainer"))), terminal.screen())
        self.assertIn("holder", terminal.screen())
        self.assertIn("4 cores", terminal.screen().splitlines()[0])
        terminal.tmux("send-keys", "3")
        self.assertTrue(eventually(lambda: "/0.2" in terminal.row("holder")), terminal.screen())
        terminal.tmux("send-keys", "q")
        self.assertTrue(eventually(lambda: not terminal.screen()), terminal.screen())

    def test_the_doctor_finds_nothing_to_close(self):
        output = run("loadline", "doctor").stdout
        for subject in ("cgroups          v2", "controllers", "groups for jobs", "pressure (PSI)"):
            line = next((line for line in output.splitlines() if subject in line), "")
            self.assertTrue(line.startswith("ok "), output)
