#!/bin/sh
trap '' TERM
echo staying
(setsid sleep 300 &)
while :; do sleep 0.1; done
