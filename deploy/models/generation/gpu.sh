#!/usr/bin/env bash
# One training run on a machine with a GPU that is had for minutes: unattended, stops on time, all results in one folder.
set -uo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

usage() {
  cat <<'TEXT'
usage: gpu.sh FOLDER OUT SECONDS [option of train.py]...
FOLDER has train*.npz and val.npz of tokens.py. Trains for SECONDS; OUT gets train.log, gpu.csv, train.json and weights.pt.
Where compiling the network fails, it is trained as it is, in the time that is left. Needs PyTorch; no network.
TEXT
}

case "${1:-}" in
  --help | -h) usage; exit 0 ;;
esac
[ $# -ge 3 ] || { usage >&2; exit 2; }
folder=$1 out=$2 until=$(($(date +%s) + $3))
shift 3
mkdir -p "$out" || exit 1
watch=
if command -v nvidia-smi >/dev/null; then
  nvidia-smi --query-gpu=timestamp,name,driver_version,utilization.gpu,power.draw,memory.used --format=csv -l 10 >"$out/gpu.csv" &
  watch=$!
fi
train() {
  "${PYTHON:-python3}" -W ignore "$home/train.py" "$folder"/train*.npz --validation "$folder/val.npz" --out "$out" \
    --seconds $((until - $(date +%s) - 3)) "$@" 2>&1 | tee -a "$out/train.log"
}
train --compile "$@" || { echo "gpu.sh: compiled it failed, goes on without" | tee -a "$out/train.log"; train "$@"; }
status=$?
[ -z "$watch" ] || kill $watch
ls -l "$out"
exit $status
