#!/bin/sh
# core.sleep: waits `seconds`, then prints `message`.
set -u
. "${0%/*}/lib/parameters.sh"

seconds=1
message=
set_parameter() {
  case $1 in
    seconds) seconds=$2 ;;
    message) message=$2 ;;
  esac
}
read_parameters

case ${seconds:=1} in
  *[!0-9.]* | *.*.* | .)
    printf "The parameter 'seconds' must be a number of at least 0, not '%s'\n" "$seconds" >&2
    exit 2
    ;;
esac

# In the background: a shell that waits for a foreground command takes a signal only after it.
child=
stop() {
  trap '' TERM INT
  [ -z "$child" ] || { kill "$child" && wait "$child"; } 2>/dev/null
  exit "$1"
}
trap 'stop 143' TERM
trap 'stop 130' INT
sleep "$seconds" &
child=$!
wait "$child" || exit

printf '%s\n' "${message:-Slept for $seconds s}"
