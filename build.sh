#!/usr/bin/env bash
# ShiTu.Edge: one entry for everything a person or a CI does with this repository.
#   ./build.sh run [-- ARGS]    from a fresh clone to recognition events: the demo, or `-- --source rtsp://…`
#   ./build.sh test             build, format check, every quick test; ends with `N passed, N failed, N skipped`
#   ./build.sh test-long        the slow tests: soaks, kills, fuzzing, 100k galleries
#   ./build.sh publish          artifacts/linux-x64-v3, artifacts/linux-x64, artifacts/trainer
#   ./build.sh bench [-- ARGS]  `shitu-edge bench`
#   ./build.sh train [-- ARGS]  `shitu-train ARGS`
#   ./build.sh clean            removes what was built (the models stay)
# What is missing is installed with apt, NuGet and npm; where that is not allowed, it is listed and the exit code is 6.
set -euo pipefail
cd "$(dirname "$0")"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
say() { printf '\033[1m==> %s\033[0m\n' "$*" >&2; }

# Debian package for each command that a verb needs.
need() {
  local missing=() pair command package
  for pair in "$@"; do
    command=${pair%%:*}; package=${pair#*:}
    command -v "$command" >/dev/null 2>&1 || missing+=("$package")
  done
  need_packages "${missing[@]}"
}

need_files() {
  local missing=() pair file package
  for pair in "$@"; do
    file=${pair%%:*}; package=${pair#*:}
    compgen -G "$file" >/dev/null || missing+=("$package")
  done
  need_packages "${missing[@]}"
}

need_packages() {
  [ $# -gt 0 ] || return 0
  local sudo=""
  [ "$(id -u)" = 0 ] || sudo="sudo -n"
  if command -v apt-get >/dev/null 2>&1 && { [ -z "$sudo" ] || $sudo true 2>/dev/null; }; then
    say "installing from Debian: $*"
    if $sudo apt-get update -qq >&2 && DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "$@" >&2; then return 0; fi
  fi
  printf 'Missing, and could not be installed here. Please install these packages and call again:\n' >&2
  printf '  %s\n' "$@" >&2
  exit 6
}

need_dotnet() {
  if ! command -v dotnet >/dev/null 2>&1 || ! dotnet --version >/dev/null 2>&1; then
    echo "Missing: the .NET SDK 10 (global.json names the version); install it and call again." >&2
    exit 6
  fi
  need gcc:gcc g++:g++ npm:npm tar:tar
  need_files "/usr/include/zlib.h:zlib1g-dev"
}

usearch() { scripts/build-usearch.sh; }

# The fingerprint of everything a published program is made of.
fingerprint() {
  { cat global.json Directory.*.props .editorconfig; find "$@" -type f -not -path '*/bin/*' -not -path '*/obj/*' -print0 | sort -z | xargs -0 cat; } | sha256sum | cut -d' ' -f1
}

# publish NAME CPU-LEVEL: one native build of the agent, only when its sources changed.
publish_agent() {
  local out="artifacts/$1" mark
  mark="$(fingerprint src/EdgeAgent src/Inference src/Index src/DemoScene)"
  if [ -x "$out/shitu-edge" ] && [ "$(cat "$out/.fingerprint" 2>/dev/null)" = "$mark" ]; then return 0; fi
  say "publishing $out (native AOT, a minute or two)"
  rm -rf "$out"
  dotnet publish src/EdgeAgent/EdgeAgent.csproj -c Release -r linux-x64 -p:CpuLevel="$2" -o "$out" -v quiet --tl:off >&2
  rm -f "$out"/*.dbg "$out"/*.pdb "$out"/*.xml
  mkdir -p "$out/models"
  cp -R models/. "$out/models/"
  echo "$mark" > "$out/.fingerprint"
}

publish_trainer() {
  local out="artifacts/trainer" mark
  mark="$(fingerprint trainer src/Inference src/DemoScene)${SHITU_LIBTORCH:-}"
  if [ -x "$out/shitu-train" ] && [ "$(cat "$out/.fingerprint" 2>/dev/null)" = "$mark" ]; then return 0; fi
  need patchelf:patchelf
  say "publishing $out"
  rm -rf "$out"
  dotnet publish trainer/Trainer.csproj -c Release -r linux-x64 --self-contained false -o "$out" -v quiet --tl:off >&2
  echo "$mark" > "$out/.fingerprint"
}

# The native build this processor can run.
agent_level() {
  if grep -q -w avx2 /proc/cpuinfo && grep -q -w fma /proc/cpuinfo && grep -q -w bmi2 /proc/cpuinfo; then echo v3; else echo base; fi
}

agent() {
  if [ "$(agent_level)" = v3 ]; then publish_agent linux-x64-v3 v3; echo artifacts/linux-x64-v3/shitu-edge
  else publish_agent linux-x64 base; echo artifacts/linux-x64/shitu-edge; fi
}

# run_tests FILTER…: every test program in turn; adds up their summaries.
run_tests() {
  local passed=0 failed=0 skipped=0 project name program log line total errors bad skip notrun code
  for project in tests/*/*.Tests.csproj; do
    name=$(basename "$project" .csproj)
    program="$(dirname "$project")/bin/Release/net10.0/ShiTu.$name.dll"
    say "$name"
    log=$(mktemp)
    code=0
    timeout --kill-after=20 "${TEST_LIMIT_S:-900}" dotnet "$program" "$@" -noColor >"$log" 2>&1 || code=$?
    grep -vE '^ *(Starting|Finished|Discovering|Discovered):' "$log" | tail -n "${TEST_TAIL:-200}" || true
    line=$(grep -E 'Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+' "$log" | tail -n 1 || true)
    rm -f "$log"
    if [ -z "$line" ]; then
      echo "$name gave no summary (exit code $code)"
      failed=$((failed + 1))
      continue
    fi
    total=$(sed -E 's/.*Total: ([0-9]+).*/\1/' <<<"$line"); errors=$(sed -E 's/.*Errors: ([0-9]+).*/\1/' <<<"$line")
    bad=$(sed -E 's/.*Failed: ([0-9]+).*/\1/' <<<"$line"); skip=$(sed -E 's/.*Skipped: ([0-9]+).*/\1/' <<<"$line")
    notrun=$(sed -E 's/.*Not Run: ([0-9]+).*/\1/' <<<"$line")
    passed=$((passed + total - bad - skip - notrun)); failed=$((failed + bad + errors)); skipped=$((skipped + skip))
    if [ "$code" -ne 0 ] && [ "$bad" -eq 0 ] && [ "$errors" -eq 0 ]; then echo "$name ended with exit code $code"; failed=$((failed + 1)); fi
  done
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" -eq 0 ]
}

build_all() {
  need_dotnet
  need ffmpeg:ffmpeg mosquitto:mosquitto patchelf:patchelf python3:python3
  need_files "/usr/lib/*/gstreamer-1.0/libgstrtsp.so:gstreamer1.0-plugins-good" "/usr/lib/*/gstreamer-1.0/libgstvideoparsersbad.so:gstreamer1.0-plugins-bad" \
    "/usr/lib/*/girepository-1.0/GstRtspServer-1.0.typelib:gir1.2-gst-rtsp-server-1.0" "/usr/lib/python3/dist-packages/gi:python3-gi" "/usr/lib/*/libgtk-3.so.0:libgtk-3-0"
  usearch
  say "restore and build"
  dotnet build ShiTu.Edge.sln -c Release -v quiet --tl:off
}

verb=${1:-help}
[ $# -eq 0 ] || shift
[ "${1:-}" != "--" ] || shift

case "$verb" in
  run)
    need_dotnet; need ffmpeg:ffmpeg; usearch
    program=$(agent)
    case " $* " in *" --source "* | *" --demo "*) ;; *) set -- --demo "$@" ;; esac
    exec "$program" run "$@"
    ;;
  test)
    build_all
    say "format"
    dotnet format ShiTu.Edge.sln --verify-no-changes --no-restore --severity warn
    publish_agent linux-x64-v3 v3; publish_agent linux-x64 base; publish_trainer
    run_tests -trait- "Speed=slow"
    ;;
  test-long)
    build_all
    publish_agent linux-x64-v3 v3; publish_agent linux-x64 base; publish_trainer
    TEST_LIMIT_S=${TEST_LIMIT_S:-14400} run_tests -trait "Speed=slow"
    ;;
  publish)
    need_dotnet; usearch
    publish_agent linux-x64-v3 v3; publish_agent linux-x64 base; publish_trainer
    ls -d artifacts/linux-x64-v3/shitu-edge artifacts/linux-x64/shitu-edge artifacts/trainer/shitu-train
    ;;
  bench)
    need_dotnet; need ffmpeg:ffmpeg; usearch
    exec "$(agent)" bench "$@"
    ;;
  train)
    need_dotnet; publish_trainer
    exec artifacts/trainer/shitu-train "$@"
    ;;
  clean)
    rm -rf artifacts src/*/bin src/*/obj trainer/bin trainer/obj tests/*/bin tests/*/obj
    ;;
  *)
    sed -n '2,10p' "$0" | sed 's/^# \{0,1\}//' >&2
    exit 2
    ;;
esac
