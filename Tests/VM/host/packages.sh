# What the machine that runs the guests needs.

as_root() { if [[ $(id -u) == 0 ]]; then "$@"; else sudo -n "$@"; fi; }

# install_packages GUEST: installs what is missing.
install_packages() {
  [[ $(uname -m) == x86_64 ]] || unavailable "the guests are for x86_64 and this machine is $(uname -m)"
  local missing=()
  need() { command -v "$1" >/dev/null || missing+=("$2"); }
  local PATH=$PATH:/usr/sbin:/sbin
  need qemu-system-x86_64 qemu-system-x86
  need cpio cpio
  need depmod kmod
  need mke2fs e2fsprogs
  is_static_busybox || missing+=(busybox-static)
  [[ $1 == min ]] || need mmdebstrap mmdebstrap
  ((${#missing[@]})) || return 0
  command -v apt-get >/dev/null || unavailable "there is no apt-get to install ${missing[*]} with"
  say "installing ${missing[*]}"
  apt_install "${missing[@]}" ||
    { as_root apt-get update >>"$cache/packages.log" 2>&1 && apt_install "${missing[@]}"; } ||
    unavailable "cannot install ${missing[*]}: $(tail -1 "$cache/packages.log")"
}

apt_install() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >"$cache/packages.log" 2>&1
}

is_static_busybox() { [[ -x /bin/busybox ]] && ! ldd /bin/busybox >/dev/null 2>&1; }
