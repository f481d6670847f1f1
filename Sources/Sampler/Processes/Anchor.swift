/// Programs below which people's commands run. A command tree begins below one of these.
enum Anchor {
  /// Shells, by the name the kernel keeps; whether one is interactive depends on how it was started.
  static let shells: Set<Comm> = [
    Comm("bash"), Comm("sh"), Comm("dash"), Comm("zsh"), Comm("fish"), Comm("ksh"), Comm("mksh"),
    Comm("tcsh"), Comm("csh"), Comm("nu"), Comm("xonsh"), Comm("pwsh"), Comm("ash"), Comm("elvish"),
    Comm("-bash"), Comm("-zsh"), Comm("-sh"), Comm("rbash"),
  ]

  /// Init systems, session managers, remote shells, multiplexers, schedulers and notebook servers.
  private static let exact: Set<Comm> = [
    Comm("systemd"), Comm("init"), Comm("(sd-pam)"), Comm("tini"), Comm("dumb-init"),
    Comm("docker-init"), Comm("catatonit"), Comm("s6-svscan"), Comm("s6-supervise"),
    Comm("runsvdir"), Comm("runsv"), Comm("supervisord"), Comm("conmon"),
    Comm("containerd-shim"), Comm("pause"),
    Comm("sshd"), Comm("sshd-session"), Comm("dropbear"), Comm("login"), Comm("agetty"),
    Comm("mosh-server"), Comm("su"), Comm("cron"), Comm("crond"), Comm("atd"),
    Comm("tmux: server"), Comm("tmux"), Comm("screen"), Comm("SCREEN"), Comm("zellij"),
    Comm("byobu"), Comm("dtach"), Comm("abduco"),
    Comm("jupyter-lab"), Comm("jupyter-noteboo"), Comm("jupyter-server"), Comm("jupyterhub"),
    Comm("jupyterhub-sing"), Comm("code-server"), Comm("gnome-terminal-"), Comm("konsole"),
    Comm("xterm"), Comm("kitty"), Comm("alacritty"), Comm("wezterm-gui"), Comm("foot"),
    Comm("ghostty"), Comm("gdm-session-wor"), Comm("sddm-helper"), Comm("slurmstepd"),
  ]

  static func isAnchor(_ name: Comm) -> Bool { exact.contains(name) }

  /// Interpreters and launchers that can themselves be a container's first process.
  static func isCommand(_ name: Comm) -> Bool {
    name.hasPrefix("python") || name.hasPrefix("pt_main") || name.hasPrefix("torchrun")
      || name.hasPrefix("accelerate") || name.hasPrefix("mpirun") || name.hasPrefix("deepspeed")
      || name.hasPrefix("julia") || name.hasPrefix("Rscript")
  }

  /// Whether a shell with these arguments waits for a person's commands rather than running one.
  ///
  /// No operand and no `-c`: options alone (`-i`, `-l`, `--login`, `--posix`, …) leave a shell
  /// interactive; `bash train.sh` and `sh -c '…'` are commands.
  static func isInteractiveShell(arguments: [String]) -> Bool {
    var rest = arguments.dropFirst()
    while let argument = rest.popFirst() {
      guard argument.hasPrefix("-") || argument.hasPrefix("+") else { return false }
      if argument.hasPrefix("--") {
        if ["--rcfile", "--init-file", "--init-command"].contains(argument) { _ = rest.popFirst() }
        continue
      }
      if argument.contains("c") { return false }
      // `-o vi`, `-eo pipefail`: the next word belongs to it.
      if argument.hasSuffix("o") || argument.hasSuffix("O") { _ = rest.popFirst() }
    }
    return true
  }
}
