# Ignores SIGTERM, and so does a child that has left the process group.
trap '' TERM
(setsid sh -c "trap '' TERM; while :; do sleep 0.5; done" &)
echo staying
while :; do sleep 0.5; done
