import Glibc
import Model

@testable import Sampler

/// Programs for live tests, in a directory of their own. Each ends when its parent does, and after a
/// minute whatever happens.
final class Scripts {
  private let box = FakeBox()
  /// Occurs in every command line of this test and nowhere else.
  let mark: String

  init(_ name: String) {
    mark = "loadline-\(getpid())-\(name)"
    let head = "import os, sys, time, signal, subprocess\nend = time.time() + 60\n"
    // train.py WORKERS: forks so many, then waits.
    write(
      "train.py",
      head
        + """
        me = os.getppid()
        for _ in range(int(sys.argv[1])):
            if os.fork() == 0:
                me = os.getppid()
                break
        while time.time() < end and (os.getppid() == me or 'orphan' in sys.argv): time.sleep(0.05)
        """)
    // torchrun SCRIPT: two ranks, each with a session of its own.
    write(
      "torchrun",
      head
        + """
        ranks = [subprocess.Popen([sys.executable, sys.argv[1], '0', sys.argv[2]],
                                  start_new_session=True) for _ in range(2)]
        me = os.getppid()
        while time.time() < end and os.getppid() == me: time.sleep(0.05)
        """)
    write("run.sh", "python3 \(path("train.py")) 1 inner\ntrue\n")
    write("ipykernel_launcher.py", head + "time.sleep(60)\n")
    // burn.py KIND
    write(
      "burn.py",
      head
        + """
        kind = sys.argv[1]
        def burn(seconds):
            stop = time.process_time() + seconds
            while time.process_time() < stop and time.time() < end: pass
        def child(work):
            pid = os.fork()
            if pid == 0:
                work()
                os._exit(0)
            return pid
        me = os.getppid()
        if kind == 'ignoring': signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        while time.time() < end and os.getppid() == me:
            if kind == 'workers':
                for pid in [child(lambda: burn(0.3)) for _ in range(2)]: os.waitpid(pid, 0)
            elif kind == 'generations':
                def middle():
                    for _ in range(3): os.waitpid(child(lambda: burn(0.05)), 0)
                os.waitpid(child(middle), 0)
            elif kind == 'late':
                pids = [child(lambda: burn(0.2)) for _ in range(2)]
                time.sleep(1)
                for pid in pids: os.waitpid(pid, 0)
            elif kind == 'ignoring':
                child(lambda: burn(30))
                burn(30)
        """)
    write("storm.sh", "while [ -e \(path("storm.sh")) ]; do /bin/true; /bin/true; done\n")
    // hold.py MIB WORKERS: forks share the half of it, and make the other half their own.
    write(
      "hold.py",
      head
        + """
        held = bytearray(int(sys.argv[1]) << 20)
        me = os.getppid()
        for _ in range(int(sys.argv[2])):
            if os.fork() == 0:
                me = os.getppid()
                for i in range(0, len(held) // 2, 4096): held[i] = 1
                break
        while time.time() < end and os.getppid() == me: time.sleep(0.05)
        """)
  }

  private func write(_ name: String, _ text: String) { box.write("/\(name)", text + "\n") }

  func path(_ name: String) -> String { "\(box.directory)/\(name)" }

  /// A sampler of this box that takes this test's commands for jobs whatever they use.
  func sampler(interval: Double = 0.2) -> Sampler {
    Sampler(
      Sampler.Options(
        declarations: [JobDeclaration(match: JobMatch(command: mark))], interval: interval))
  }
}
