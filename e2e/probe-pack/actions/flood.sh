#!/bin/sh
# The error is the last line but one, so that it stands in whatever is kept of the end.
read -r parameters
lines=$(printf '%s' "$parameters" | sed -n 's/.*"lines":\([0-9]*\).*/\1/p')
awk -v n="$lines" 'BEGIN {
  for (i = 1; i < n; i++)
    printf "line %07d %s %s\n", i, (i % 5000 == 0 ? "needle" : "hay is"), "\033[32mok\033[0m the quick brown fox jumps over the lazy dog, and again it does" }'
echo "error: that was too much" >&2
echo "line $lines is the last"
