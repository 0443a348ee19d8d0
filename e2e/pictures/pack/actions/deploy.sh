#!/bin/sh
# Pulls, drains, switches over; as a deployment would look from outside.
service= version= registry_password=
while IFS= read -r line; do
  case $line in
    service=*) service=$(printf %s "${line#*=}" | tr -d "'\"") ;;
    version=*) version=$(printf %s "${line#*=}" | tr -d "'\"") ;;
    registry_password=*) registry_password=$(printf %s "${line#*=}" | tr -d "'\"") ;;
  esac
done
echo "deploying $service $version for ${ATTUNE_RULE:-a person}, attempt $ATTUNE_ATTEMPT" >&2
echo "registry: login as deployer with $registry_password" >&2
echo "registry: pulled $service:$version, 14 layers, 212 MB" >&2
for host in web-1 web-2 web-3 web-4; do
  echo "$host: draining, $((${#service} * 7)) connections open" >&2
  sleep 0.15
  case $version in
    *-broken)
      if [ "$host" = web-3 ]; then
        echo "error: $host: drain refused: 402 connections are still open" >&2
        printf '{"error":"drain refused","host":"%s","open_connections":402}\n' "$host"
        exit 3
      fi
      ;;
  esac
  printf '%s: \033[32mswitched to %s\033[0m\n' "$host" "$version" >&2
done
printf '{"version":"%s","hosts":4}\n' "$version"
