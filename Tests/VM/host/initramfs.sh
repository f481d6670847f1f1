# The first file system of both guests: busybox, the modules needed to reach the second one, and guest/init.

modules=(virtio_pci virtio_blk virtio_console 9pnet_virtio 9p overlay ext4)

# build_initramfs: $cache/initramfs, made anew when the kernel or anything in it changed.
build_initramfs() {
  local of folder file module
  of="$kernel_version $(cat "$here/guest/init" "$here/host/initramfs.sh" | sha256sum)"
  [[ $(cat "$cache/initramfs.of" 2>/dev/null) != "$of" ]] || return 0
  folder=$(mktemp -d "$cache/initramfs.XXXX")
  mkdir -p "$folder"/{bin,modules,proc,sys,dev,root,low,upper}
  cp /bin/busybox "$folder/bin/busybox"
  cp "$here/guest/init" "$folder/init"
  for module in "${modules[@]}"; do
    PATH=$PATH:/sbin modprobe -d "$cache/kernel/root" -S "$kernel_version" -D "$module"
  done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' >"$folder/files"
  while read -r file; do
    cp "$(readlink -f "$file")" "$folder/modules/"
    basename "$file" >>"$folder/modules/order"
  done <"$folder/files"
  (cd "$folder" && find . | cpio -o -H newc -R 0:0 2>/dev/null | gzip -1) >"$cache/initramfs.new"
  rm -r "$folder"
  mv "$cache/initramfs.new" "$cache/initramfs"
  echo "$of" >"$cache/initramfs.of"
}
