#!/bin/sh
. /dev/stdin
echo "attempt $ATTUNE_ATTEMPT"
[ "$ATTUNE_ATTEMPT" -ge "${succeeds_at:-2}" ] || exit 3
