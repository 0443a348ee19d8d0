date +%s%N
sleep 0.15
date +%s%N
