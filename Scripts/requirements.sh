# shellcheck shell=bash
# Read by the scripts beside it (`source Scripts/requirements.sh`); does nothing on its own.
# What a build needs beside the Swift toolchain, and how a missing package of Debian or Ubuntu is installed.

# Prints one aligned line: a word, then what it is about.
say() { printf '%-9s %s\n' "$1" "$2"; }

# Runs a command as root: directly, or through sudo.
as_root() {
  if [[ $EUID -eq 0 ]]; then
    "$@"
  elif command -v sudo >/dev/null 2>&1; then
    sudo "$@"
  else
    say missing "sudo (run this as root: $*)" >&2
    return 1
  fi
}

# require_packages PACKAGE...   Installs those that are not there yet, and says so.
require_packages() {
  command -v dpkg-query >/dev/null 2>&1 || return 0
  local package status missing=()
  for package in "$@"; do
    # shellcheck disable=SC2016  # dpkg-query expands this itself
    status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
    [[ $status == *"ok installed" ]] || missing+=("$package")
  done
  [[ ${#missing[@]} -gt 0 ]] || return 0
  say install "${missing[*]} (apt-get)"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# Stops with the cure when there is no Swift 6.2 or newer.
require_swift() {
  if ! command -v swift >/dev/null 2>&1; then
    say missing "swift. Install the toolchain (6.2 or newer) from https://www.swift.org/install and run this again." >&2
    return 1
  fi
  local version
  version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\(\.[0-9]*\)\{0,1\}\).*/\1/p' | head -n 1)
  if [[ -z $version || $(printf '%s\n6.2\n' "$version" | sort -V | head -n 1) != 6.2 ]]; then
    say missing "Swift 6.2 or newer (found ${version:-none}): https://www.swift.org/install" >&2
    return 1
  fi
  say swift "$version"
}

# zlib's header for the HTTP client, SQLite's for the knowledge bases, git for SwiftPM. pip is only used where no model hub can be reached.
require_build_tools() {
  require_swift
  require_packages zlib1g-dev libsqlite3-dev git
  if ! command -v pip3 >/dev/null 2>&1 && ! command -v pip >/dev/null 2>&1; then
    require_packages python3-pip
  fi
}
