"""Runs the stories of a guest: those in both/ and those in the folder of its name."""

import os
import sys
import unittest

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, here)

suite = unittest.TestSuite()
for folder in ("both", sys.argv[1]):
    path = os.path.join(here, folder)
    if os.path.isdir(path):
        suite.addTests(unittest.TestLoader().discover(path, pattern="*.py", top_level_dir=path))
result = unittest.TextTestRunner(verbosity=2, failfast=False).run(suite)
sys.exit(not result.wasSuccessful())
