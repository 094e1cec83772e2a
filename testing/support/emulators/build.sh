#!/usr/bin/env bash
# Builds an emulator of a Google service with Go, once per version, and prints the path of its binary: build.sh fake-gcs-server | bigquery-emulator
set -euo pipefail

say() { printf 'emulators: %s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }

# name: Go module, its package with main, version, oldest Go release that its go.mod allows
case "${1:-}" in
  fake-gcs-server) module=github.com/fsouza/fake-gcs-server package=$module version=${2:-v1.56.1} oldest_go=1.26 ;;
  bigquery-emulator) module=github.com/goccy/bigquery-emulator package=$module/cmd/bigquery-emulator version=${2:-v0.8.1} oldest_go=1.25 ;;
  *) say "usage: build.sh fake-gcs-server | bigquery-emulator [VERSION]"; exit 2 ;;
esac
name=$1

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../../.." && pwd)
folder=$root/target/emulators/$name-${version#v}
binary=$folder/$name
if [ -x "$binary" ]; then echo "$binary"; exit 0; fi

command -v go >/dev/null \
  || stop "Go is missing: $name $version is built from source and needs Go $oldest_go or later. Install it (Debian's package golang-go where it is new enough) and put it in PATH."
found=$(GOTOOLCHAIN=local go env GOVERSION | sed 's/^go//')
[ "$(printf '%s\n%s\n' "$oldest_go" "$found" | sort -V | head -n 1)" = "$oldest_go" ] \
  || stop "Go $found is too old: $name $version needs Go $oldest_go or later. Put a newer one first in PATH."

mkdir -p "$folder"
exec 9>"$folder/lock"
flock 9
if [ -x "$binary" ]; then echo "$binary"; exit 0; fi

say "building $name $version with Go $found; that happens once"
started=$SECONDS
# Neither a C compiler nor a toolchain fetched behind one's back. From a module of our own: go install package@version also asks for a list of all versions,
# which not every proxy has for every module.
compile() {
  rm -rf "$folder/module" && mkdir -p "$folder/module" && cd "$folder/module"
  printf 'module emulators\n\ngo %s\n\nrequire %s %s\n' "$oldest_go" "$module" "$version" >go.mod
  CGO_ENABLED=0 GOTOOLCHAIN=local GOFLAGS=-mod=mod go build -trimpath -ldflags='-s -w' -o "$folder/$name.new" "$package"
}
if ! (compile) 9>&- >"$folder/build.log" 2>&1; then
  tail -n 15 "$folder/build.log" >&2
  stop "building $name $version failed after $((SECONDS - started)) s; all of the output is in $folder/build.log"
fi
mv "$folder/$name.new" "$binary"
say "built $name $version in $((SECONDS - started)) s"
echo "$binary"
