# One boot of a guest, from its command to its exit status.

# run_guest COMMAND [ARGUMENT...]: exits with the command's status.
run_guest() {
  # Not local: the trap looks at them when this function is over.
  folder=$(mktemp -d "${TMPDIR:-/tmp}/loadline-vm.XXXX")
  machine=
  # timeout passes the signal on.
  trap '[[ -z $machine ]] || { kill "$machine"; wait "$machine"; } 2>/dev/null || :; rm -rf "$folder"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  mkdir "$folder/control"
  cp "$here/guest/start" "$folder/control/start"
  printf '%q ' "$@" >"$folder/control/command"
  truncate -s 64M "$folder/scratch"
  PATH=$PATH:/sbin mke2fs -q -t ext4 "$folder/scratch"

  local status=0
  machine_arguments
  timeout -k 5 "$limit" qemu-system-x86_64 "${arguments[@]}" </dev/null &
  machine=$!
  wait "$machine" || status=$?
  machine=
  [[ -z $verbose ]] || sed 's/^/kernel: /' "$folder/console" >&2
  if [[ -s $folder/control/status ]]; then exit "$(cat "$folder/control/status")"; fi
  tail -15 "$folder/console" >&2
  if [[ $status == 124 || $status == 137 ]]; then
    say "time was up after $limit s"
    exit 124
  fi
  say "the guest ended without a result (qemu: $status); above are the kernel's last messages"
  exit 125
}

# machine_arguments: sets `arguments` for qemu.
machine_arguments() {
  local boot="console=ttyS0 quiet loglevel=4 panic=-1 psi=1 mitigations=off tsc=unstable"
  boot+=" random.trust_cpu=on loadline.guest=$guest loadline.hierarchy=$hierarchy"
  if [[ $guest == systemd && $hierarchy != v2 ]]; then boot+=" systemd.unified_cgroup_hierarchy=0"; fi
  if [[ $guest == systemd && $hierarchy == v1 ]]; then boot+=" systemd.legacy_systemd_cgroup_controller=1"; fi
  arguments=(
    -nodefaults -no-user-config -display none -no-reboot
    # In software: needs no rights and no virtualisation of the host's, and is the same everywhere.
    -machine q35 -accel tcg,thread=multi -cpu max -m 2048 -smp 4,sockets=2
    -object memory-backend-ram,id=m0,size=1024M -numa node,nodeid=0,cpus=0-1,memdev=m0
    -object memory-backend-ram,id=m1,size=1024M -numa node,nodeid=1,cpus=2-3,memdev=m1
    -kernel "$cache/kernel/vmlinuz" -initrd "$cache/initramfs" -append "$boot"
    -serial "file:$folder/console"
    -chardev stdio,id=output,signal=off -device virtio-serial-pci -device virtconsole,chardev=output
    -object rng-random,filename=/dev/urandom,id=random -device virtio-rng-pci,rng=random
    -drive "file=$folder/scratch,format=raw,if=none,id=scratch,cache=unsafe"
    -device virtio-blk-pci,drive=scratch,serial=scratch
  )
  share() {
    arguments+=(-fsdev "local,id=$1,path=$2,security_model=none,multidevs=remap${3-}"
      -device "virtio-9p-pci,fsdev=$1,mount_tag=$1")
  }
  share control "$folder/control"
  share repository "$repository" ,readonly=on
  share modules "$cache/kernel/root/lib/modules" ,readonly=on
  if [[ $guest == min ]]; then
    share root / ,readonly=on
  else
    # Written to memory only, so every boot finds the disk as it was made.
    arguments+=(-drive "file=$cache/systemd.img,format=raw,if=none,id=root,snapshot=on,cache=unsafe"
      -device virtio-blk-pci,drive=root,serial=root)
  fi
}
