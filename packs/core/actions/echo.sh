#!/bin/sh
# core.echo: prints its parameter `message`.
set -u
. "${0%/*}/lib/parameters.sh"

message=
set_parameter() {
  case $1 in
    message) message=$2 ;;
  esac
}
read_parameters

printf '%s\n' "$message"
