"""The programs that are compared, and how each is started."""

import os
import shutil
import subprocess
from dataclasses import dataclass, field


@dataclass
class Program:
    name: str
    command: list[str]
    # What moves the selection down and up.
    keys: tuple[bytes, bytes]
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def file(self):
        return os.path.realpath(self.command[0])


DOWN, UP = b"\x1b[B", b"\x1b[A"


def installed(loadline, home):
    """loadline as it would be installed, and those of its peers that this box has.

    All refresh once a second and start from their defaults: `home` is an empty directory.
    """
    programs = [Program("loadline", loadline, (b"j", b"k"))]
    if path := shutil.which("htop"):
        programs.append(Program("htop", [path, "-d", "10"], (DOWN, UP)))
    if path := shutil.which("btop"):
        os.makedirs(f"{home}/.config/btop", exist_ok=True)
        with open(f"{home}/.config/btop/btop.conf", "w") as file:
            file.write("update_ms = 1000\n")
        programs.append(Program("btop", [path], (DOWN, UP)))
    if path := shutil.which("top"):
        programs.append(Program("top", [path, "-d", "1"], (DOWN, UP)))
    for program in programs:
        program.environment = {
            "HOME": home, "XDG_CONFIG_HOME": f"{home}/.config", "LANG": "C.UTF-8",
            "PATH": os.environ["PATH"], "TERM": "xterm-256color",
        }
    return programs


def stripped(path, directory):
    """A copy without symbols, as `make install` makes it."""
    copy = f"{directory}/loadline"
    if shutil.which("strip") is None:
        shutil.copy(path, copy)
    else:
        subprocess.run(["strip", "-o", copy, path], check=True)
    return copy
