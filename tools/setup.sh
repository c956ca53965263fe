# Sourced by run and test: which packages they need, and how they are installed.
BUILD_PACKAGES=(g++ cmake ninja-build pkg-config libfmt-dev libcli11-dev libsimdjson-dev libyaml-dev)
TEST_PACKAGES=(libgtest-dev libgmock-dev librapidcheck-dev python3 python3-jsonschema
  clang-19 clang-tidy-19 clang-format-19 libclang-rt-19-dev)

say() { printf 'podmoat: %s\n' "$*" >&2; }

# Shows what a command prints only if it fails.
quietly() {
  local log
  log=$(mktemp)
  if ! "$@" >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
}

install_packages() {
  local missing=() package root=()
  for package in "$@"; do
    dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "installing ${missing[*]}"
  [ "$(id -u)" -eq 0 ] || root=(sudo)
  quietly "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -q
  quietly "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
}
