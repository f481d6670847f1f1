"""The sampler against C: both live, once a second, half a second apart."""

import json
import resource
import subprocess
import time

# Samples before counting begins: discovery, and everything that is new looked at twice.
WARM = 12
# Descriptors that a job takes (twelve for its limits on two levels), and those of everything else.
FOR_A_JOB, FOR_THE_REST = 27, 500


def compare(swift, reference, samples, warm=WARM, apart=0.5):
    """The reports of SamplerBenchmark and of reference.c, of the same seconds."""
    started = []
    for command in (swift, reference):
        started.append(subprocess.Popen(
            [command, str(samples), "1", str(warm)], stdout=subprocess.PIPE, text=True))
        time.sleep(apart)
    outputs = [process.communicate()[0] for process in started]
    return [json.loads(output) if output.strip() else None for output in outputs]


def disagreement(ours, theirs):
    """What the two did not read alike, as a sentence; None when their sums agree."""
    if ours is None or theirs is None:
        return "one of the two gave no report"
    wrong = []
    for key, tolerance in (("jobs", 0), ("processes", 0.02), ("memory", 0.02), ("cores", 0.1)):
        a, b = ours[key], theirs[key]
        if abs(a - b) > max(a, b) * tolerance + (0.02 if key == "cores" else 0):
            wrong.append(f"{key} {a:g} against {b:g}")
    return ", ".join(wrong) or None


def jobs_that_fit(wanted):
    """So many jobs, or fewer where this box does not allow as many open files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return min(wanted, max(0, (hard - FOR_THE_REST) // FOR_A_JOB))
