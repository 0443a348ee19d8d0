# Prints COUNT lines, each in two writes, without any hurry.
n=0
while [ "$n" -lt "$COUNT" ]; do
  n=$((n + 1))
  printf 'line %s of ' "$n"
  sleep "$PAUSE_SECONDS"
  printf '%s\n' "$COUNT"
done
