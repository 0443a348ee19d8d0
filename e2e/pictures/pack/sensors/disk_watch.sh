#!/bin/sh
# Looks at one disk after the other; tells of those that are fuller than they should be.
trap 'echo "asked to stop; no disk is being looked at"; exit 0' TERM
echo "rules to watch for: $(printf %s "$ATTUNE_SENSOR_TRIGGERS" | grep -o '"id"' | wc -l); looks every ${ATTUNE_SENSOR_CONFIG_EVERY_SECONDS:-2} s"
n=0
# One round, then it waits: a picture is taken of a sensor that runs, and it does not change while it is.
while [ "$n" -lt 9 ]; do
  n=$((n + 1))
  host="db-$((n % 4 + 1))"
  used=$(((n * 37) % 46 + 52))
  if [ "$used" -gt 90 ]; then
    echo "warning: $host:/var is $used % full" >&2
    printf '{"trigger_ref":"ops.disk_filling","payload":{"host":"%s","mount":"/var","used_percent":%s}}\n' "$host" "$used"
  else
    echo "$host:/var is $used % full"
  fi
  sleep "${ATTUNE_SENSOR_CONFIG_EVERY_SECONDS:-2}" &
  wait $!
done
echo "all disks looked at; the next round begins in an hour"
sleep 3600 &
wait $!
