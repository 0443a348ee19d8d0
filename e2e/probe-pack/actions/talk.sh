#!/bin/sh
read -r parameters
words=$(printf '%s' "$parameters" | sed -n 's/.*"words":\([0-9]*\).*/\1/p')
echo "talking"
n=0
while [ "$n" -lt "${words:-6}" ]; do
  n=$((n + 1))
  echo "word $n"
  sleep 0.5
done
echo "to stderr" > /dev/stderr
echo "done talking"
