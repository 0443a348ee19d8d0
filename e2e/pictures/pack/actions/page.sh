#!/bin/sh
# The first call of a page that says "flaky" is not answered, as it happens at night.
read -r parameters
case $parameters in
  *flaky*) [ "$ATTUNE_ATTEMPT" = 1 ] && { echo "error: nobody answers" >&2; exit 1; } ;;
esac
echo "paged mira: $(printf %s "$parameters" | sed -n 's/.*"message":"\([^"]*\)".*/\1/p')"
