"""Runs the stories of a guest: those in both/ and those in the folder of its name, or only some of them.

    run.py GUEST [FILE...]     a file is named as below stories/, without .py: both/moving
"""

import os
import shutil
import sys
import time
import unittest


class Timed(unittest.TextTestResult):
    """Says how long each story took."""

    def startTest(self, test):
        self.start = time.monotonic()
        super().startTest(test)

    def stopTest(self, test):
        super().stopTest(test)
        self.stream.writeln(f"   {time.monotonic() - self.start:.1f} s")


here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, here)
guest, files = sys.argv[1], sys.argv[2:]

# As it would be installed, where every user finds it.
if not shutil.which("loadline"):
    shutil.copy(os.path.join(here, "../../../.build/release/loadline"), "/usr/local/bin/loadline")

suite = unittest.TestSuite()
for folder in ("both", guest):
    path = os.path.join(here, folder)
    names = [file.removeprefix(folder + "/") + ".py" for file in files if file.startswith(folder + "/")]
    for pattern in (names if files else ["*.py"]):
        if os.path.isdir(path):
            suite.addTests(unittest.TestLoader().discover(path, pattern=pattern, top_level_dir=path))
result = unittest.TextTestRunner(verbosity=2, resultclass=Timed).run(suite)
sys.exit(not result.wasSuccessful())
