/// A configuration that shows every key, with comments; `loadline config example` prints it.
package let exampleConfiguration = #"""
  # loadline reads /etc/loadline/config.toml and then ~/.config/loadline/config.toml (or
  # $XDG_CONFIG_HOME/loadline/config.toml). The second overrides the settings of the first; its jobs
  # go before those of the first. Nothing here is needed: without a file loadline shows the jobs it
  # finds. Check a file with: loadline config check FILE

  # How often the box is read: seconds or a text such as "500ms", from 0.2 to 60.
  interval = 1

  # default, dark, light, high-contrast, mono, or a file of your own in ~/.config/loadline/themes.
  theme = "default"

  # "auto" asks the terminal; "never", "8", "16", "256" and "true" choose.
  color = "auto"

  # Draw with plain ASCII. Left out, the locale decides.
  # ascii = true

  # Show only, offer no action that changes the box.
  read_only = false

  mouse = true

  [gpu]
  # "auto" asks the drivers that are there, "off" asks none, "simulated" plays a script.
  source = "auto"
  # The script, from this file's directory; left out, one of three devices is played.
  # scenario = "gpus.toml"

  # What findings follow from: docs/diagnosis.md has every rule and number.
  [rules]
  # Rules that are not looked at.
  mute = ["gpu-hollow"]
  # A job that began less than so long ago has no findings.
  warm-up = 120

  [rules.cpu-quota]
  # Throttled in a tenth of the quota's periods for half a minute, instead of 5 % for 10 seconds.
  amber = 0.1
  amber-time = "30s"

  # A job: what belongs to it, and what it may use. The first [[job]] that matches is taken.
  [[job]]
  name = "llama-ft"
  tags = { team = "nlp", project = "llama" }
  # Share of a resource that is short: 1 to 10000, 100 is ordinary.
  weight = 200
  # Never propose to take from it.
  protected = true

  # Everything that is given here must hold.
  [job.match]
  # A user's name.
  user = "alice"
  # A regular expression, found anywhere in the command line. In single quotes a backslash is itself.
  command = 'finetune\.py\b'

  [job.budget]
  cores = 16
  # KiB, MiB, GiB are powers of 1024; kB, MB, GB powers of 1000.
  memory = "128GiB"
  io_read = "1GB/s"
  io_write = "500MB/s"
  # Indices or UUIDs.
  gpus = [0, 1]
  # All in all.
  money = "120.50"
  time = "2d12h"

  # Never propose to bring it below this.
  [job.floor]
  cores = 4
  memory = "64GiB"

  # In a cgroup path, * stands for anything within a component, ** for anything at all.
  [[job]]
  name = "nightly"
  match = { cgroup = "/system.slice/etl-*.service" }
  class = "best-effort"
  budget = { cores = 6, memory = "10GiB" }

  # A systemd unit. Without a name the job keeps the one that was found.
  [[job]]
  match = { unit = "jupyter@*.service" }
  budget = { cores = 8, memory = "64GiB" }

  """#
