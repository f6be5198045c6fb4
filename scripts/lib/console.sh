# shellcheck shell=bash
# What the scripts say, and how they fail. Everything goes to stderr: a caller's stdout may be a table or a CSV file.

if [ -t 2 ] && [ -z "${NO_COLOR:-}" ]; then
  BOLD=$'\033[1m' RED=$'\033[31m' PLAIN=$'\033[0m'
else
  BOLD='' RED='' PLAIN=''
fi

# One line per thing that takes time, so that nobody stares at silence.
step() { printf '%s==>%s %s\n' "$BOLD" "$PLAIN" "$*" >&2; }

note() { printf '    %s\n' "$*" >&2; }

fail() {
  printf '%s%s: %s%s\n' "$RED" "${0##*/}" "$*" "$PLAIN" >&2
  exit 1
}

# run_logged COMMAND...: quiet while it works; where it does not, the beginning and the end of what it said.
run_logged() {
  local status=0 log
  log=$(mktemp)
  "$@" >"$log" 2>&1 || status=$?
  if [ "$status" -ne 0 ]; then
    note "\"$(basename "$1") ${*:2:2}\" ended with status $status and said:"
    awk -v lines="$(wc -l <"$log")" 'NR <= 8 || NR > lines - 15 { print "    | " $0 } NR == 9 && lines > 23 { print "    | ..." }' "$log" >&2
  fi
  rm -f "$log"
  return "$status"
}

have() { command -v "$1" >/dev/null 2>&1; }

is_root() { [ "$(id -u)" -eq 0 ]; }

digest() {
  if have sha256sum; then sha256sum; else shasum -a 256; fi | cut -d ' ' -f 1
}

# system_install PACKAGE...: from the system's own packages, where that can be done without asking.
system_install() {
  is_root && have apt-get || return 1
  step "Installing $* from the system's packages"
  DEBIAN_FRONTEND=noninteractive run_logged apt-get update -q || return 1
  DEBIAN_FRONTEND=noninteractive run_logged apt-get install -q -y --no-install-recommends "$@"
}
