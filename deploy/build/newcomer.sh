#!/usr/bin/env bash
# What a newcomer does, by the front page alone: clone, run the demo on a live RTSP camera, and read its tokens in Python.
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

if [ "${1:-}" = --help ]; then
  echo "usage: deploy/build/newcomer.sh [--here]"
  echo "Clones this repository, and follows README.md from a camera to token arrays: its commands as they stand there, but for"
  echo "the camera's address and the port. The camera is GStreamer's RTSP server. Ends with the seconds that all took."
  echo "--here  in this checkout, as built, instead of a clone"
  exit 0
fi

say() { echo "newcomer: $*"; }
seconds() { echo $(($(date +%s) - began)); }

camera_python=/usr/bin/python3
if ! "$camera_python" -c 'import gi; gi.require_version("GstRtspServer", "1.0")' 2>/dev/null; then
  say "found no GStreamer RTSP server for Python, expected Debian's gir1.2-gst-rtsp-server-1.0 as a camera" >&2
  exit 2
fi

folder=$(mktemp -d)
camera= demo=
ended() {
  [ -z "$demo" ] || kill "$demo" 2>/dev/null || true
  [ -z "$demo" ] || wait "$demo" 2>/dev/null || true
  [ -z "$camera" ] || kill "$camera" 2>/dev/null || true
  rm -rf "$folder"
}
trap ended EXIT

began=$(date +%s)
mkdir "$folder/nolook"
if [ "${1:-}" = --here ]; then
  find "$home" -mindepth 1 -maxdepth 1 ! -name .venv ! -name out -exec ln -s -t "$folder/nolook" {} +
else
  git clone -q "$home" "$folder/nolook"
  say "cloned after $(seconds) s"
fi
cd "$folder/nolook"

"$camera_python" jobs/src/test/resources/rtsp/server.py 0 >"$folder/port" &
camera=$!
until [ -s "$folder/port" ]; do sleep 0.1; done
free=$("$camera_python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')

# The section's commands: its block of sh, the command that it installs the package with, its block of Python.
section=$(sed -n '/^## From a camera to Python$/,/^## Your own broker/p' README.md |
  sed -e "s#rtsp://camera/stream#rtsp://127.0.0.1:$(cat "$folder/port")/camera#" -e "s/9092/$free/")
block() { sed -n "/^\`\`\`$1\$/,/^\`\`\`\$/p" <<<"$section" | sed '/^```/d'; }
demo_command=$(block sh)
install=$(sed -n 's/.*`\(python3 -m venv [^`]*\)`.*/\1/p' <<<"$section")
program=$(block python)
if [ -z "$demo_command" ] || [ -z "$install" ] || [ -z "$program" ]; then
  say "found no commands in README.md's section, expected a block of sh, one of python, and a command that installs" >&2
  exit 2
fi

say "$demo_command"
bash -c "exec $demo_command" >"$folder/demo.log" 2>&1 &
demo=$!
say "$install"
bash -c "$install" >"$folder/install.log" 2>&1 || {
  cat "$folder/install.log" >&2
  exit 1
}
say "installed after $(seconds) s"
until grep -q "first token frame" "$folder/demo.log"; do
  kill -0 "$demo" 2>/dev/null && [ "$(seconds)" -lt 600 ] || {
    tail -30 "$folder/demo.log" >&2
    exit 1
  }
  sleep 0.2
done
say "first token frame after $(seconds) s"
timeout 120 .venv/bin/python3 -c "$program" | tee "$folder/arrays"
[ "$(grep -c '(16, 16) int32' "$folder/arrays")" = 10 ] || {
  say "found the arrays above, expected 10 of shape (16, 16)" >&2
  exit 1
}
say "from a camera to Python in $(seconds) s"
