#!/bin/sh
read -r parameters
i=0
while [ $i -lt 4000 ]; do
  i=$((i + 1))
  echo "reindex: block $i of 4000"
  sleep 0.2
done
