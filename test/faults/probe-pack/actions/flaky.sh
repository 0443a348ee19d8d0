echo "start $ATTUNE_ATTEMPT"
[ "$ATTUNE_ATTEMPT" -ge 3 ]
