#!/bin/sh
. /dev/stdin
echo "attempt $ATTUNE_ATTEMPT begins"
sleep "${seconds:-1}"
echo "attempt $ATTUNE_ATTEMPT is done"
