#!/usr/bin/env bash
# Builds nolook with one planted bug after another: `nolook chaos`, or the simulation, must find it.
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
if [ "${1:-}" = --help ]; then
  echo "usage: planted.sh [MINUTES] [SEED]          chaos finds those of planted/ (default: 1 1; results in out/planted)"
  echo "       planted.sh simulation [HISTORIES]    the simulation finds those of planted/simulation (default: 1000)"
  exit 0
fi

# The checkout's last commit with a patch, in a folder that is removed at the end.
planted() {
  copy=$(mktemp -d)
  trap 'rm -rf "$copy"' EXIT
  git -C "$home" archive HEAD | tar -x -C "$copy"
  (cd "$copy" && patch -s -p1 <"$1")
  echo "planted: $(basename "$1" .patch)"
}

status=0
found() {
  if [ "$2" = yes ]; then
    echo "found: $1"
  else
    echo "NOT FOUND: $1"
    status=1
  fi
  rm -rf "$copy"
}

if [ "${1:-}" = simulation ]; then
  for patch in "$home"/deploy/build/planted/simulation/*.patch; do
    planted "$patch"
    log=$copy/simulation.log
    (cd "$copy" && mvn -B -ntp ${NOLOOK_MAVEN_ARGS:-} test -pl operators -am -Dtest=SimulationTest \
      -Dsurefire.failIfNoSpecifiedTests=false -Dsimulation.histories="${2:-1000}") >"$log" 2>&1 || true
    yes=no
    grep -m 1 -o 'reproduce with -Dsimulation.seed=[0-9]*' "$log" && yes=yes
    found "$(basename "$patch" .patch)" $yes
  done
  exit $status
fi

minutes=${1:-1} seed=${2:-1}
for patch in "$home"/deploy/build/planted/*.patch; do
  planted "$patch"
  name=$(basename "$patch" .patch)
  (cd "$copy" && ./nolook --help >/dev/null)
  overload=block
  case $name in skip-*) overload=skip ;; esac
  yes=yes
  "$home/nolook" chaos --minutes "$minutes" --seed "$seed" --build "$copy" --out "$home/out/planted/$name" \
    -D "overload=$overload" && yes=no
  found "$name" $yes
done
exit $status
