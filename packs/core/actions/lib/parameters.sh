# Reads parameters in the format `dotenv` from stdin. To be sourced by a POSIX shell script.
#
# Each parameter is `name='value'`; a quote inside is written '\'' and a value may go on over several
# lines. Nothing is ever evaluated: a value is data, whatever it holds.

parameters_newline='
'

# Calls `set_parameter name value`, which the script defines, for every parameter.
read_parameters() {
  parameters_open=
  while IFS= read -r parameters_line || [ -n "$parameters_line" ]; do
    if [ -n "$parameters_open" ]; then
      parameters_value=$parameters_value$parameters_newline
    else
      case $parameters_line in
        *=*) parameters_name= ;;
        *) continue ;;
      esac
    fi
    read_line
    [ -n "$parameters_open" ] || set_parameter "$parameters_name" "$parameters_value"
  done
}

# Takes one line. It is split at its quotes by the shell itself: cutting it with ${line%%\'*} takes
# minutes for a long value, since dash matches from every character on.
read_line() {
  parameters_line="$parameters_line'end" # a last field of ours, so that no empty one before it is lost
  parameters_ifs=$IFS
  IFS=\'
  set -f
  set -- $parameters_line
  set +f
  IFS=$parameters_ifs

  if [ -z "$parameters_open" ]; then
    parameters_name=${1%%=*}
    parameters_value=${1#*=}
    shift
    [ $# -eq 1 ] || parameters_open=yes
    [ $# -gt 1 ] || return 0 # without quotes
  fi
  while :; do
    if [ -n "$parameters_open" ]; then
      parameters_value=$parameters_value$1
      shift
      [ $# -gt 1 ] || return 0 # the value goes on in the next line
      parameters_open=
    else
      # Between two quoted parts stands a quote, written \' and so split into a backslash and nothing.
      [ "$1" = \\ ] && [ $# -gt 3 ] || return 0
      parameters_value="$parameters_value'"
      parameters_open=yes
      shift 2
    fi
  done
}
