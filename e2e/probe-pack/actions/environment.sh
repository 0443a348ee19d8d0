#!/bin/sh
# Names and values, one a line, as the kernel handed them over. Of this shell, not of a child that it starts.
tr '\000' '\n' < "/proc/$$/environ" | LC_ALL=C sort
