#!/bin/sh
# Names and values, one a line, as the kernel hands them over.
tr "\000" "\n" < /proc/self/environ | LC_ALL=C sort
