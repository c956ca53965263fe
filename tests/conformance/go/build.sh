#!/usr/bin/env bash
# Builds the oracles into the folder DEST, and puts schemas into DEST/schemas. What is built already costs a few seconds, by Go's own
# build cache. Exits 77, and says why, where there is no Go that could. Usage: build.sh DEST
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
needed=26
if ! command -v go >/dev/null; then
  echo "no Go toolchain: the oracles are not built"
  exit 77
fi
minor=$(go env GOVERSION | sed -n 's/^go1\.\([0-9]*\).*/\1/p')
if [ "${minor:-0}" -lt $needed ]; then
  echo "$(go env GOVERSION) is too old for the oracles, which need Go 1.$needed"
  exit 77
fi

mkdir -p "$1"
dest=$(cd "$1" && pwd)
export CGO_ENABLED=0 GOTOOLCHAIN=local GOWORK=off GOFLAGS="-mod=readonly -trimpath -buildvcs=false"

# build MODULE PACKAGE PROGRAM
build() {
  local start=$SECONDS
  (cd "$here/$1" && go build -ldflags="-s -w" -o "$dest/$3" "$2")
  echo "$3: $((SECONDS - start)) s"
}

build calico . calico_selector_oracle
build kubernetes ./cmd/network_policy_oracle network_policy_oracle
build kubernetes ./cmd/crdvalidate crdvalidate
build cilium . cilium_oracle
"$here/schemas.sh" "$dest/schemas"
