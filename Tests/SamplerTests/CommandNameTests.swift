import Testing

@testable import Sampler

@Suite struct CommandNameTests {
  /// Words separated by blanks; a blank within a word is written `_`.
  private func name(_ line: String) -> String? {
    CommandName.name(
      of: line.split(separator: " ").map { word in
        String(word.map { $0 == "_" ? " " : $0 })
      })
  }

  @Test(arguments: [
    ("python train.py", "train.py"), ("python3.11 -u train.py --lr 1", "train.py"),
    ("/usr/bin/python3 /home/a/exp/train.py", "train.py"), ("python -m pkg.train -x", "pkg.train"),
    ("python -X dev -W ignore train.py", "train.py"), ("python", "python"),
    ("python -c import_time;time.sleep(1)", "python"), ("python -uc print(1)", "python"),
    ("python -Bm pkg.train", "pkg.train"), ("python -", "python"),
    ("pypy3 a.py", "a.py"), ("julia -p 4 train.jl", "train.jl"), ("julia -e 1+1", "julia"),
    ("Rscript fit.R data.csv", "fit.R"), ("perl -ne print", "perl"),
    ("node --inspect s.js", "s.js"),
    ("java -cp lib.jar -Xmx1g Main", "Main"), ("java -jar /opt/app.jar", "app.jar"),
  ])
  func anInterpreterIsCalledByItsScript(line: String, name: String) {
    #expect(self.name(line) == name)
  }

  @Test(arguments: [
    ("torchrun --nproc_per_node 4 train.py --lr 1", "torchrun train.py"),
    ("python -m torch.distributed.run --nproc_per_node=4 train.py", "torchrun train.py"),
    ("python3 /usr/local/bin/torchrun --nproc_per_node 4 x/train.py", "torchrun train.py"),
    ("accelerate launch --config_file c.yaml train.py", "accelerate train.py"),
    ("mpirun -np 4 python train.py", "mpirun train.py"), ("mpirun -np 4 python", "mpirun"),
    ("srun --gres gpu:1 python -m pkg.train", "srun pkg.train"),
    ("torchrun -m pkg", "torchrun pkg"),
    ("deepspeed --num_gpus 2 train.py", "deepspeed train.py"), ("mpirun -np 4", "mpirun"),
  ])
  func aLauncherIsNamedWithWhatItLaunches(line: String, name: String) {
    #expect(self.name(line) == name)
  }

  @Test(arguments: [
    ("nohup python train.py", "train.py"), ("sudo -u alice -E python train.py", "train.py"),
    ("env A=1 B=2 python train.py", "train.py"), ("nice -n 10 ionice -c 2 python a.py", "a.py"),
    ("timeout -k 5 10 python a.py", "a.py"), ("taskset -c 0-3 python a.py", "a.py"),
    ("taskset 3 ./a.out", "a.out"), ("numactl --cpunodebind=0 -m 0 python a.py", "a.py"),
    ("uv run --with torch train.py", "train.py"), ("conda run -n env python a.py", "a.py"),
    ("time -v python a.py", "a.py"), ("setsid -w -- python a.py", "a.py"), ("sudo", "sudo"),
    ("stdbuf -oL torchrun a.py", "torchrun a.py"), ("nohup", "nohup"),
  ])
  func whatOnlyStartsAnotherIsPassedOver(line: String, name: String) {
    #expect(self.name(line) == name)
  }

  @Test(arguments: [
    ("bash run.sh", "run.sh"), ("bash /root/.pyenv/shims/python3 train.py", "train.py"),
    ("bash -x ./run.sh a", "run.sh"), ("/bin/sh /opt/a/run", "run"),
    ("bash -o pipefail run.sh", "run.sh"), ("bash -eo pipefail run.sh", "run.sh"),
    ("bash --norc run.sh", "run.sh"), ("bash", "bash"), ("-bash", "-bash"), ("bash -i", "bash"),
    ("sh -c exec_python_train.py", "train.py"), ("sh -c python_'train.py'", "train.py"),
    ("bash -lc cd_/x_&&_python_train.py", "train.py"), ("bash -c cd_/x;python_a.py", "a.py"),
    ("bash -o pipefail -c python_a.py_|_tee_log", "a.py"), ("sh -c sleep_100", "sleep"),
    ("bash -ec A=1_B=2_python_a.py", "a.py"), ("sh -c while_:;_do_:;_done", "sh"),
    ("bash -c for_i_in_1_2;_do_python_a.py;_done", "a.py"), ("sh -c", "sh"), ("sh -c _", "sh"),
    ("bash -c source_/v/activate;_conda_activate_x;_torchrun_a.py", "torchrun a.py"),
    ("bash -c if_[_-f_x_];_then_python_a.py;_fi", "a.py"), ("bash -c (cd_x_&&_make)", "make"),
    ("bash -c conda_run_-n_e_python_a.py", "a.py"), ("bash -c sleep_5;_python_a.py", "a.py"),
  ])
  func aShellIsCalledByWhatItRuns(line: String, name: String) {
    #expect(self.name(line) == name)
  }

  @Test(arguments: [("/usr/bin/make -j8", "make"), ("./a.out", "a.out"), ("/", ""), ("x/", "")])
  func anythingElseIsItsBaseName(line: String, name: String) {
    #expect(self.name(line) == name)
  }

  @Test func noArgumentsAreNoName() {
    #expect(CommandName.name(of: []) == nil)
    #expect(CommandName.name(of: [""]) == "")
  }

  @Test(arguments: [
    "python -m ipykernel_launcher -f /run/kernel-1.json", "python -m ipykernel -f x.json",
    "python /v/ipykernel_launcher.py --f=/x/v3.json",
    "R --slave -e IRkernel::main() --args /run/user/1000/jupyter/kernel-4f.json",
  ])
  func aNotebooksKernelIsKnownByItsArguments(line: String) {
    #expect(CommandName.isNotebookKernel(line.split(separator: " ").map(String.init)))
  }

  @Test(arguments: [
    "pip install ipykernel", "python -m ipykernel install --user", "python train.py kernel.json",
  ])
  func whatOnlyMentionsKernelsIsNone(line: String) {
    #expect(!CommandName.isNotebookKernel(line.split(separator: " ").map(String.init)))
  }
}

@Suite struct AnchorTests {
  @Test(arguments: [
    "bash", "-bash", "bash -i", "bash -l", "zsh --login", "bash --rcfile /x/rc -i", "sh -s",
    "bash --posix", "fish --init-command set", "bash -o vi", "bash -",
  ])
  func aShellWithoutAnOperandWaitsForAPerson(line: String) {
    #expect(Anchor.isInteractiveShell(arguments: line.split(separator: " ").map(String.init)))
  }

  @Test(arguments: [
    "bash run.sh", "sh -c ls", "bash -lc ls", "bash -x run.sh", "bash --norc run.sh",
    "bash -o pipefail run.sh", "bash -eo pipefail run.sh", "bash -euc ls", "sh -s run",
  ])
  func aShellWithAScriptOrALineIsACommand(line: String) {
    #expect(!Anchor.isInteractiveShell(arguments: line.split(separator: " ").map(String.init)))
  }

  @Test(arguments: ["sshd", "tmux: server", "screen", "containerd-shim", "cron", "jupyter-lab"])
  func peoplesCommandsRunBelow(name: String) {
    #expect(Anchor.isAnchor(Comm(Array(name.utf8).span, from: 0, to: name.utf8.count)))
  }

  @Test(arguments: ["python3", "bash", "sshd2", "", "tmux: client"])
  func othersAreNoAnchors(name: String) {
    #expect(!Anchor.isAnchor(Comm(Array(name.utf8).span, from: 0, to: name.utf8.count)))
  }
}
