#!/usr/bin/env bash
# Prints the folder of prometheus and promtool: those that are installed, else Debian's package, unpacked under target/ and
# not installed. Where neither can be had, says why and exits with 1.
set -uo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
unpacked=$home/target/prometheus

say() { echo "nolook test: $*" >&2; }

if command -v prometheus >/dev/null && command -v promtool >/dev/null; then
  dirname "$(command -v promtool)"
  exit 0
fi
if [ ! -x "$unpacked/usr/bin/promtool" ]; then
  command -v apt-get >/dev/null && command -v dpkg >/dev/null || { say "found no Prometheus, and no apt-get"; exit 1; }
  mkdir -p "$unpacked" && cd "$unpacked" || exit 1
  say "downloading Prometheus with apt-get"
  { apt-get download -qq prometheus || { apt-get update -qq && apt-get download -qq prometheus; }; } >/dev/null 2>&1
  for package in prometheus_*.deb; do
    dpkg -x "$package" . 2>/dev/null || { say "found no Prometheus, and apt-get has none"; exit 1; }
    rm "$package"
  done
fi
"$unpacked/usr/bin/promtool" --version >/dev/null 2>&1 || { say "found a Prometheus that does not run here"; exit 1; }
echo "$unpacked/usr/bin"
