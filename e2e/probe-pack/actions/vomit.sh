#!/bin/sh
printf '\377\376 not utf-8 \000 nul\n' >&2
cat <<'JSON'
{"text":"a\u0000b\ud800"}
JSON
