#!/usr/bin/env bash
# Checks and measures the CUDA path unattended, in at most four minutes; all results lie under one folder.
set -uo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

usage() {
  cat <<'TEXT'
usage: gpu.sh [--dry-run] [--out DIR] [--seconds N] [--device N] [--python PYTHON] [--wheels DIR] [--base FILE.onnx]
              [--clips DIR] [--java DIR]
Needs a CUDA device with its libraries, and Python with numpy and an ONNX Runtime for it; no network.
  --dry-run      on the CPU, shortly: shows that everything works
  --out DIR      where results go (default: out/gpu)
  --seconds N    most time for all of it (default: 235; a dry run: 60)
  --device N     number of the CUDA device (default: 0)
  --python FILE  interpreter (default: that of deploy/bench/peers in a dry run, where it is; else python3)
  --wheels DIR   wheels that travel along (onnxruntime_gpu), installed into a virtual environment under --out
  --base FILE    a second, larger encoder
  --clips DIR    frames as .npy files, uint8 [frames, H, W, 3]; made-up ones otherwise
  --java DIR     a Java runtime that travels along (DIR/bin/java): the Java pipeline is measured too, from
                 jobs/target/nolook.jar and jobs/target/lib, built with -Pcuda. It must bring all of its libraries
                 (lib/libjavajpeg.so of Debian's JDK needs the system's libjpeg.so.62)
Written: machine.txt, measure.json, restart.txt, java-*.txt, summary.txt.
TEXT
}

dry=no out=$home/out/gpu seconds= device=0 python= wheels= base= clips= java=
while [ $# -gt 0 ]; do
  case "$1" in
    --dry-run) dry=yes; shift; continue ;;
    --help | -h) usage; exit 0 ;;
    --out | --seconds | --device | --python | --wheels | --base | --clips | --java)
      [ $# -gt 1 ] || { echo "gpu.sh: $1: found nothing, expected a value" >&2; exit 2; }
      printf -v "${1#--}" %s "$2"; shift 2 ;;
    *) echo "gpu.sh: found '$1', expected an option" >&2; usage >&2; exit 2 ;;
  esac
done
began=$(date +%s)
[ -n "$seconds" ] || { [ $dry = yes ] && seconds=60 || seconds=235; }
remains() { echo $((seconds - ($(date +%s) - began))); }
say() { echo "gpu.sh: $* ($(remains) s left)"; }

mkdir -p "$out" || exit 1
out=$(cd "$out" && pwd)
status=0

if [ -z "$python" ]; then
  python=python3
  [ $dry = no ] || [ ! -x "$home/deploy/bench/peers/.venv/bin/python" ] || python=$home/deploy/bench/peers/.venv/bin/python
fi
if [ -n "$wheels" ]; then
  say "installing the wheels of $wheels"
  # The interpreter may be a virtual environment itself, whose packages (numpy, NVIDIA's libraries) its child does not see.
  parents=$("$python" -c 'import site; print(*site.getsitepackages(), sep="\n")') &&
    "$python" -m venv --system-site-packages "$out/venv" &&
    "$out/venv/bin/python" -m pip install -q --disable-pip-version-check --no-index --no-deps "$wheels"/*.whl || exit 1
  python=$out/venv/bin/python
  echo "$parents" >"$("$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/parents.pth" || exit 1
fi
# Folders of the libraries in NVIDIA's wheels: preload_dlls() looks beside its own package alone.
libraries() {
  "$python" -c '
import glob, site, sys
roots = site.getsitepackages() + [p for p in sys.path if p.endswith("-packages")]
print(":".join(sorted({d for r in roots for d in glob.glob(r + "/nvidia/**/lib", recursive=True) + glob.glob(r + "/torch/lib")})))'
}

[ $dry = yes ] || export LD_LIBRARY_PATH="$(libraries)${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
if ! "$python" -c 'import numpy, onnxruntime' 2>"$out/python.txt"; then
  echo "gpu.sh: found no numpy or onnxruntime for $python, expected both: give --python or --wheels ($out/python.txt)" >&2
  exit 1
fi
rm -f "$out/python.txt"

provider=cuda batches=1,2,4,8,16,32,64,128
[ $dry = no ] || { provider=cpu batches=1,2,8; }
small=$home/deploy/models/nolook-small/encoder.onnx
arguments=(--model "small=$small" --provider $provider --device "$device" --batches $batches)
[ -z "$base" ] || arguments+=(--model "base=$base")
[ -z "$clips" ] || arguments+=(--clips "$clips")

{
  date -u
  uname -a
  nvidia-smi 2>&1 || echo "no nvidia-smi"
  "$python" -c 'import onnxruntime as o; print("onnxruntime", o.__version__, o.get_available_providers())'
} >"$out/machine.txt"

# The Java pipeline is kept half of the time, where it travels along: it needs about a minute.
share=$(($(remains) - 15))
[ -z "$java" ] || share=$((share / 2))
say "checks and measurements"
timeout $((share + 10)) "$python" "$home/deploy/bench/gpu/measure.py" "${arguments[@]}" --seconds $share \
  --out "$out/measure.json" || { say "FAILED: measure.py"; status=1; }

say "the same tokens after a restart"
for run in 1 2; do
  timeout 60 "$python" "$home/deploy/bench/gpu/measure.py" "${arguments[@]}" --digest --out "$out/unused"
done | sort | uniq -c >"$out/restart.txt" || status=1
grep -q '[0-9]' "$out/restart.txt" && ! grep -qv '^ *2 ' "$out/restart.txt" || { say "FAILED: other tokens after a restart"; status=1; }

# ONNX Runtime's own libraries beside its Java binding, from the wheel: a newer one serves the older binding.
natives() {
  "$python" - "$home" "$out/natives" <<'PY'
import glob, os, pathlib, sys, zipfile
import onnxruntime
home, folder = sys.argv[1], pathlib.Path(sys.argv[2])
folder.mkdir(exist_ok=True)
capi = pathlib.Path(onnxruntime.__file__).parent / "capi"
for library in capi.glob("libonnxruntime*.so*"):
    name = library.name.split(".so")[0] + ".so"
    if not (folder / name).exists():
        os.symlink(library, folder / name)
jars = glob.glob(home + "/jobs/target/lib/onnxruntime_gpu*.jar")
if not jars:
    sys.exit("gpu.sh: found no jobs/target/lib/onnxruntime_gpu*.jar, expected one: build with -Pcuda;"
             " the binding of the CPU's build knows no CUDA, whatever libraries are beside it")
for jar in jars:
    with zipfile.ZipFile(jar) as file:
        for entry in file.namelist():
            if entry.endswith("linux-x64/libonnxruntime4j_jni.so"):
                (folder / "libonnxruntime4j_jni.so").write_bytes(file.read(entry))
PY
}

nolook() { # FILE SECONDS ARGUMENTS...
  local file=$1 limit=$2
  shift 2
  local opens
  opens=$(sed -n 's|.*<flink.opens>\(.*\)</flink.opens>.*|\1|p' "$home/pom.xml")
  local native=()
  [ $dry = yes ] || native=(-Donnxruntime.native.path="$out/natives")
  (cd "$out" && timeout "$limit" "$java/bin/java" \
    -Xmx3g -XX:+UseParallelGC $opens "${native[@]}" -cp "$home/jobs/target/nolook.jar:$home/jobs/target/lib/*" \
    io.nolook.cli.Main "$@") >"$out/$file" 2>&1 || { say "FAILED: $file"; status=1; }
}

if [ -n "$java" ]; then
  where=cuda
  [ $dry = no ] || where=cpu
  say "Java: admission"
  [ $dry = yes ] || natives || status=1
  options=(-D "inference.device=$where" -D "inference.device-number=$device" -D model.encoder=builtin:nolook-small/fp32)
  nolook java-check-model.txt 60 check-model builtin:nolook-small/fp32 "${options[@]}"
  left=$(($(remains) - 5))
  if [ $left -gt 25 ]; then
    say "Java: the pipeline"
    cameras=64 frames=200
    [ $dry = no ] || { cameras=8 frames=100; }
    nolook java-throughput.txt $left bench throughput --out "$out/java" --cameras $cameras --frames $frames \
      -D batch.size=$cameras "${options[@]}"
  else
    say "no time is left for the Java pipeline"
  fi
fi

"$python" - "$out" <<'PY' | tee "$out/summary.txt" || status=1
import json, pathlib, sys
out = pathlib.Path(sys.argv[1])
measured = out / "measure.json"
report = json.loads(measured.read_text()) if measured.exists() else {}
report = {"date": "no measure.json", "provider": "", "gpus": [], "onnxruntime": "", "models": {}, **report}
print(report["date"], report["provider"], *report["gpus"], "onnxruntime", report["onnxruntime"])
for name, model in report["models"].items():
    same = model.get("identity", {}).get("same", {})
    print(name, "same bits alone and in batches of", [b for b, s in same.items() if s["tokens_as_alone"] and s["caches_as_alone"]])
    for part in ("beside_cpu", "beside_tf32", "beside_fp16"):
        found = model.get(part, {})
        if "differ" in found:
            print(f"{name} {part}: {found['differ']} of {found['tokens']} tokens differ")
        elif found:
            print(name, part, found)
    for part in ("speed_fp32", "speed_tf32", "speed_fp16"):
        for batch, speed in model.get(part, {}).items():
            if batch == "failed":
                print(name, part, speed)
                continue
            split = speed["milliseconds"]
            print(
                f"{name} {part} batch {batch}: {speed['frames_per_second']:.0f} frames/s, {speed['cameras_at_30']} cameras;"
                f" ms in {split['copy_in']:.2f}, run {split['run']:.2f}, out {split['copy_out']:.2f};"
                f" caches through host memory {speed['through_host_frames_per_second']:.0f} frames/s"
            )
    if "failed" in str(model.get("convert_fp16")):
        print(name, "half precision:", model["convert_fp16"])
    print(name, "memory", model.get("memory"), "left out", model.get("left_out"))
print("restart:", (out / "restart.txt").read_text().strip())
for file in sorted(out.glob("java-*.txt")):
    print(file.name + ":", *file.read_text().splitlines()[-8:], sep="\n  ")
PY
say "done, results in $out"
exit $status
