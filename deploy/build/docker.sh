#!/usr/bin/env bash
# Sees to it that a Docker engine runs, with a Java image for the tests; prints the image's name. Where that cannot be
# had, says why and exits with 1. A started engine's process id is left in the file given as argument.
set -uo pipefail
started=${1:?a file for the process id of an engine that is started}
base=eclipse-temurin:17-jre
own=nolook-test/jre:17

say() { echo "nolook test: $*" >&2; }

root() { [ "$(id -u)" = 0 ]; }

if ! docker info >/dev/null 2>&1; then
  if ! root; then
    say "found no Docker engine, and no root's rights to start one"
    exit 1
  fi
  if ! command -v dockerd >/dev/null; then
    say "installing a Docker engine with apt-get"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends docker.io \
      iptables; } >/dev/null 2>&1 || { say "found no Docker engine, and apt-get has none"; exit 1; }
  fi
  log=$(mktemp)
  dockerd >"$log" 2>&1 </dev/null &
  echo $! >"$started"
  for _ in $(seq 60); do
    docker info >/dev/null 2>&1 && break
    sleep 0.5
  done
  docker info >/dev/null 2>&1 || { say "found that dockerd does not start: $(tail -1 "$log")"; exit 1; }
fi
if ! docker compose version >/dev/null 2>&1 && ! command -v docker-compose >/dev/null && root; then
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    docker-compose; } >/dev/null 2>&1 || say "found no Compose: the test of the compose file is left out"
fi
say "Docker engine $(docker version --format '{{.Server.Version}}' 2>/dev/null)"

has() { docker image inspect "$1" >/dev/null 2>&1; }

if has $base || timeout 120 docker pull -q $base >/dev/null 2>&1; then
  echo $base
  exit 0
fi
if ! has $own; then
  root || { say "found that $base cannot be pulled, and no root's rights to build one"; exit 1; }
  say "$base cannot be pulled: building one from Debian's packages"
  command -v debootstrap >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get install -y -qq debootstrap >/dev/null 2>&1
  folder=$(mktemp -d)
  debootstrap --variant=minbase --include=openjdk-17-jre-headless,ca-certificates bookworm "$folder" >/dev/null 2>&1 &&
    tar -C "$folder" -c . | docker import - $own >/dev/null
  rm -rf "$folder"
  has $own || { say "found that no Java image can be pulled or built"; exit 1; }
fi
echo $own
