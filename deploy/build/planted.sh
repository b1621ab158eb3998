#!/usr/bin/env bash
# Builds nolook with one planted bug after another and runs `nolook chaos` on each: the verifier of this checkout must find it.
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
if [ "${1:-}" = --help ]; then
  echo "usage: planted.sh [MINUTES] [SEED]   (default: 1 1; results in out/planted)"
  exit 0
fi
minutes=${1:-1} seed=${2:-1} status=0
for patch in "$home"/deploy/build/planted/*.patch; do
  name=$(basename "$patch" .patch)
  copy=$(mktemp -d)
  trap 'rm -rf "$copy"' EXIT
  git -C "$home" archive HEAD | tar -x -C "$copy"
  (cd "$copy" && patch -s -p1 <"$patch" && ./nolook --help >/dev/null)
  echo "planted: $name"
  overload=block
  case $name in skip-*) overload=skip ;; esac
  if "$home/nolook" chaos --minutes "$minutes" --seed "$seed" --build "$copy" --out "$home/out/planted/$name" \
    -D "overload=$overload"; then
    echo "NOT FOUND: $name"
    status=1
  else
    echo "found: $name"
  fi
  rm -rf "$copy"
done
exit $status
