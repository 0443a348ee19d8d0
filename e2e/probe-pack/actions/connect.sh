#!/bin/sh
# Connects to a host, or is refused by it, as an action of a real pack would be.
read -r parameters
host=$(printf '%s' "$parameters" | sed -n 's/.*"host":"\([^"]*\)".*/\1/p')
i=0
while [ $i -lt 40 ]; do
  i=$((i + 1))
  echo "looking for $host, step $i"
done
case $host in
  full*)
    echo "error: $host refused the connection: 402 are open" >&2
    echo "giving up" >&2
    exit 3
    ;;
esac
echo "connected to $host"
