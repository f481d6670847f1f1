# The guests' kernel: Debian's, unpacked into the cache and never installed.

# fetch_kernel: sets `kernel_version`; the image is $cache/kernel/vmlinuz, the modules are below $cache/kernel/root.
fetch_kernel() {
  if [[ ! -e $cache/kernel/version ]]; then
    say "fetching a kernel"
    rm -rf "$cache/kernel"
    mkdir -p "$cache/kernel/package"
    local package
    package=$(kernel_package)
    if [[ -z $package ]]; then
      as_root apt-get update >"$cache/kernel.log" 2>&1 || :
      package=$(kernel_package)
    fi
    [[ -n $package ]] || unavailable "apt knows no linux-image-amd64"
    (cd "$cache/kernel/package" && apt-get download "$package" >"$cache/kernel.log" 2>&1) ||
      unavailable "cannot fetch $package: $(tail -1 "$cache/kernel.log")"
    dpkg -x "$cache"/kernel/package/*.deb "$cache/kernel/root"
    rm -r "$cache/kernel/package"
    local version
    version=$(ls "$cache/kernel/root/lib/modules")
    PATH=$PATH:/sbin depmod -b "$cache/kernel/root" "$version"
    mv "$cache/kernel/root/boot/vmlinuz-$version" "$cache/kernel/vmlinuz"
    echo "$version" >"$cache/kernel/version"
  fi
  kernel_version=$(cat "$cache/kernel/version")
}

# The package that Debian's newest kernel is in. The one for clouds is smaller and has no 9p.
kernel_package() {
  apt-cache depends linux-image-amd64 2>/dev/null | awk '/Depends: linux-image-/ { print $2; exit }'
}
