#!/bin/sh
# core.noop: does nothing, and ends with `exit_code`.
set -u
. "${0%/*}/lib/parameters.sh"

message=
exit_code=0
set_parameter() {
  case $1 in
    message) message=$2 ;;
    exit_code) exit_code=$2 ;;
  esac
}
read_parameters

case ${exit_code:=0} in
  [0-9] | [1-9][0-9] | 1[0-9][0-9] | 2[0-4][0-9] | 25[0-5]) ;;
  *)
    printf "The parameter 'exit_code' must be an integer from 0 to 255, not '%s'\n" "$exit_code" >&2
    exit 2
    ;;
esac

[ -z "$message" ] || printf '%s\n' "$message"
exit "$exit_code"
