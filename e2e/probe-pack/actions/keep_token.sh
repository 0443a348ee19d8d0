#!/bin/sh
read -r parameters
receiver=$(printf '%s' "$parameters" | sed -n 's/.*"receiver":"\([^"]*\)".*/\1/p')
stay=$(printf '%s' "$parameters" | sed -n 's/.*"stay_seconds":\([0-9]*\).*/\1/p')
curl -s -X POST --data-binary "$ATTUNE_API_TOKEN" "$receiver"
exec sleep "${stay:-0}"
