#!/bin/sh
. /dev/stdin
setsid env -i "$(command -v sleep)" "900.$mark" &
echo waiting
exec sleep "901.$mark"
