#!/usr/bin/env bash
# One training run on a machine with a GPU that is had for minutes: unattended, stops on time, all results in one folder.
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

usage() {
  cat <<'TEXT'
usage: gpu.sh prepare VIDEOS WEIGHTS FOLDER
       gpu.sh run FOLDER OUT SECONDS [option of train.py]...
prepare  puts what a run needs into FOLDER, small enough to travel: the videos at 128 pixels (ffmpeg must be there), and
         the averaged weights of a checkpoint in half precision
run      trains on FOLDER for SECONDS in all; OUT gets train.log, gpu.csv, and the averaged weights in half precision in
         pieces of 15 MB (cat weights.pt.* >weights.pt). Needs PyTorch, and ffmpeg or OpenCV; no network.
TEXT
}

prepare() { # VIDEOS WEIGHTS FOLDER
  mkdir -p "$3/videos"
  (cd "$home" && "${PYTHON:-python3}" pack.py --averages "$2" "$3/weights.pt")
  find "$1" -name '*.mp4' | sort >"$3/list"
  local count=0 total
  total=$(wc -l <"$3/list")
  while read -r video; do
    count=$((count + 1))
    echo "$count of $total: $video"
    ffmpeg -nostdin -v error -y -i "$video" -an -frames:v 160 -vf "scale='if(gt(iw,ih),-2,128)':'if(gt(iw,ih),128,-2)':flags=area" \
      -c:v libx264 -preset medium -crf "${CRF:-17}" -pix_fmt yuv420p "$3/videos/$(basename "$video")"
  done <"$3/list"
  rm "$3/list"
  du -sh "$3"
}

run() { # FOLDER OUT SECONDS [OPTION]...
  local folder=$1 out=$2 until
  until=$(date -d "+$(($3 - 12)) seconds" +%T) # packing takes what is left
  shift 3
  mkdir -p "$out"
  local checkpoint=${TMPDIR:-/tmp}/gpu-run.pt watch=
  rm -f "$checkpoint"
  if command -v nvidia-smi >/dev/null; then
    nvidia-smi --query-gpu=timestamp,name,driver_version,utilization.gpu,power.draw,memory.used --format=csv -l 10 >"$out/gpu.csv" &
    watch=$!
  fi
  echo "train.py --data $folder/videos --start $folder/weights.pt --until $until $*" >"$out/train.log"
  local status=0
  (cd "$home" && "${PYTHON:-python3}" -W ignore train.py --data "$folder/videos" --start "$folder/weights.pt" --checkpoint "$checkpoint" \
    --minutes 600 --until "$until" "$@") 2>&1 | tee -a "$out/train.log" || status=$?
  [ -z "$watch" ] || kill $watch
  (cd "$home" && "${PYTHON:-python3}" pack.py --averages "$checkpoint" "$out/weights.pt")
  split -b 15000000 -d -a 1 "$out/weights.pt" "$out/weights.pt." && rm "$out/weights.pt"
  ls -l "$out"
  return $status
}

case "${1:-}" in
  prepare) [ $# = 4 ] || { usage >&2; exit 2; }; shift; prepare "$@" ;;
  run) [ $# -ge 4 ] || { usage >&2; exit 2; }; shift; run "$@" ;;
  --help | -h) usage ;;
  *) usage >&2; exit 2 ;;
esac
