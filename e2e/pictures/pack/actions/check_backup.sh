#!/bin/sh
# Reads a backup that is too large for the time it has, and does not hear that it should stop.
trap 'echo "restore: a restore is not interrupted" >&2' TERM
read -r parameters
i=0
while [ $i -lt 600 ]; do
  i=$((i + 1))
  echo "restore: segment $i of 600"
  sleep 0.2
done
