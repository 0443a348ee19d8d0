# FIRST_SECONDS: how long its first attempt takes; LATER_SECONDS: any other.
echo "start $ATTUNE_ATTEMPT"
if [ "$ATTUNE_ATTEMPT" = 1 ]; then sleep "${FIRST_SECONDS:-1}"; else sleep "${LATER_SECONDS:-0.1}"; fi
echo "end $ATTUNE_ATTEMPT"
