"""What has to be there before anything is measured."""

import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TOOLS = f"{ROOT}/.build/bench"
SWIFT_BUILD = ["swift", "build", "-c", "release", "--static-swift-stdlib", "--disable-sandbox"]


def tool(name):
    return f"{TOOLS}/{name}"


def build():
    """Compiles the C programs and the sampler's own program; false when a compiler is missing."""
    os.makedirs(TOOLS, exist_ok=True)
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        print("There is no C compiler: no load can be made.", file=sys.stderr)
        return False
    for name in ("load", "reference"):
        source = f"{ROOT}/Benchmarks/{name}.c"
        subprocess.run(
            [compiler, "-std=gnu17", "-O2", "-w", "-o", tool(name), source, "-lpthread"],
            check=True)
    if shutil.which("swift"):
        subprocess.run([*SWIFT_BUILD, "--product", "SamplerBenchmark"], check=True, cwd=ROOT,
                       stdout=subprocess.DEVNULL)
    return True


def apart(arguments):
    """Runs this program again where only its own processes can be seen, so that nothing else on the
    box is counted; gives its exit code, or None where that is not allowed."""
    if os.getuid() != 0 or shutil.which("unshare") is None:
        return None
    namespaces = ["unshare", "--fork", "--pid", "--mount-proc", "--kill-child"]
    if subprocess.run([*namespaces, "true"], capture_output=True).returncode != 0:
        return None
    # Records of jobs without a cgroup lie below /run, the journal below /var/lib: ours are not to be
    # seen by others. A shell is the first process, as Python would be taken for a container's command.
    inside = 'mount -t tmpfs bench /run; mount -t tmpfs bench /var/lib; "$@"; exit $?'
    return subprocess.run(
        [*namespaces, "sh", "-c", inside, "sh", sys.executable, *arguments, "--inside"]).returncode


def sweep():
    """Removes groups that a load could not remove because it was killed."""
    subprocess.run([tool("load"), "jobs", "0", "0"], stdin=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
