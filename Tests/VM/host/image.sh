# The disk of the systemd guest, made once by make-image.

# build_image: $cache/systemd.img, made anew when what it is made of changed.
build_image() {
  local of
  of=$(cat "$here/host/make-image" "$here"/guest/command.* | sha256sum)
  [[ $(cat "$cache/systemd.of" 2>/dev/null) != "$of" ]] || return 0
  say "building the systemd guest's disk, which takes about half a minute, once"
  as_root "$here/host/make-image" "$cache/systemd.img" "$here/guest" "$(id -u)" >"$cache/systemd.log" 2>&1 ||
    unavailable "cannot build the systemd guest's disk: $(tail -1 "$cache/systemd.log")"
  echo "$of" >"$cache/systemd.of"
}
