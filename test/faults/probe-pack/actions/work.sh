# FIRST_SECONDS: how long its first attempt takes; LATER_SECONDS: any other. FIRST_EXIT: how its first attempt ends.
echo "start $ATTUNE_ATTEMPT"
if [ "$ATTUNE_ATTEMPT" = 1 ]; then sleep "${FIRST_SECONDS:-1}"; else sleep "${LATER_SECONDS:-0.1}"; fi
echo "end $ATTUNE_ATTEMPT"
[ "$ATTUNE_ATTEMPT" = 1 ] && exit "${FIRST_EXIT:-0}"
exit 0
