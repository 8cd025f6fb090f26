# shellcheck shell=bash
# What quickstart and test share: a Node that is new enough, the packages of package-lock.json, a build.
# Sourced at the root of the project, under `set -euo pipefail`.

say() { printf '%s\n' "$@"; }

fail() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

require_node() {
  if ! command -v node > /dev/null || ! command -v npm > /dev/null; then
    fail 'Node 20.19 or later is needed, with npm (see https://nodejs.org/)'
  fi
  node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' ||
    fail "Node $(node --version) is too old: 20.19 or later is needed"
}

# No install scripts: nothing that the project needs is compiled on the way, and newer npms refuse to run them.
install_node_packages() {
  if [[ ! node_modules/.package-lock.json -nt package-lock.json ]]; then
    say 'Installing the packages (npm ci) ...'
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error > /dev/null
  fi
}

# install_debian_packages PACKAGE...: through apt when root, otherwise says what to do.
install_debian_packages() {
  (($# > 0)) || return 0
  command -v apt-get > /dev/null || fail "These are needed: $*"
  ((EUID == 0)) || fail "These are needed: sudo apt-get install $*"
  say "Installing $* (apt-get) ..."
  local log
  log=$(mktemp)
  apt_install "$@" > "$log" 2>&1 || {
    apt-get update && apt_install "$@"
  } > "$log" 2>&1 || {
    tail -n 20 "$log" >&2
    fail "apt-get could not install $*"
  }
  rm -f "$log"
}

apt_install() { DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; }

# The device is what the kernel offers; nothing that is installed can replace it.
require_fuse_device() {
  [[ -e /dev/fuse ]] || modprobe fuse 2> /dev/null || true
  [[ -c /dev/fuse ]] || fail 'There is no /dev/fuse: load the kernel module (modprobe fuse), or start the container' \
    'with --device /dev/fuse --cap-add SYS_ADMIN'
}
