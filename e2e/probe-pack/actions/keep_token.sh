#!/bin/sh
read -r parameters
receiver=$(printf '%s' "$parameters" | sed -n 's/.*"receiver":"\([^"]*\)".*/\1/p')
curl -s -X POST --data-binary "$ATTUNE_API_TOKEN" "$receiver"
