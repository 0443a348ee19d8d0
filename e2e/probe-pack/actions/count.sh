#!/bin/sh
# Counts aloud, each line with its time; or, in halves, with a turtle of four bytes that comes two by two.
read -r parameters
field() { printf '%s' "$parameters" | sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p"; }
lines=$(field lines)
pause=$(field pause_seconds)
halves=$(field halves)
n=0
while [ "$n" -lt "$lines" ]; do
  n=$((n + 1))
  if [ "$halves" = true ]; then
    printf 'line %s has a \360\237' "$n"
    sleep "$pause"
    printf '\220\242.\n'
  else
    sleep "$pause"
    printf 'line %s at %s.\n' "$n" "$(date +%s%3N)"
  fi
done
