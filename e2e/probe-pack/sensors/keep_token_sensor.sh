#!/bin/sh
receiver=$(printf '%s' "$ATTUNE_SENSOR_TRIGGERS" | sed -n 's/.*"receiver": *"\([^"]*\)".*/\1/p')
curl -s -X POST --data-binary "$ATTUNE_API_TOKEN" "$receiver"
exec sleep 3600
