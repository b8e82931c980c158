#!/usr/bin/env bash
# Puts libtorch and TorchSharp's native half into OUT: links to libtorch's package folder (with COPY=1: copies), and a copy of
# libLibTorchSharp.so, which is fitted to a libstdc++ older than GCC 13's where the system has one. The packages stay as they are.
# With SHITU_LIBTORCH=FOLDER the copy looks there instead, in the real folder: libraries of a PyTorch with CUDA find NVIDIA's beside themselves
# ($ORIGIN/../../nvidia/…), and the loader takes $ORIGIN from the path that it opened, not from where a link leads.
# usage: prepare.sh TORCHSHARP_NATIVE LIBTORCH_NATIVE OUT
set -euo pipefail
sharp=$1 torch=$2 out=$3
here=$(cd "$(dirname "$0")" && pwd)
libraries=(libc10.so libtorch_cpu.so libtorch.so libtorch_global_deps.so libgomp-98b21ff3.so.1)
fitted="$out/libLibTorchSharp.so.new"

fail() { echo "prepare.sh: $1" >&2; exit 1; }
need() { for tool in "${@:2}"; do command -v "$tool" > /dev/null || fail "$1; $tool is needed for it (apt install gcc patchelf)"; done; }

# What a libtorch of another origin says of itself: PyTorch's version.py, or the archive's build-version; nothing where there is neither.
version_of() {
  if [ -e "$1/../version.py" ]; then sed -n "s/^__version__ = ['\"]\([0-9.]*\).*/\1/p" "$1/../version.py"
  elif [ -e "$1/../build-version" ]; then sed 's/[^0-9.].*//' "$1/../build-version"; fi
}

check_other() {
  local due found name
  for name in libtorch.so libtorch_cpu.so libc10.so; do
    [ -e "$other/$name" ] || fail "SHITU_LIBTORCH=$other has no $name: it must be the lib folder of libtorch or PyTorch, as …/site-packages/torch/lib"
  done
  [ "${COPY:-0}" != 1 ] || fail "SHITU_LIBTORCH is used where it lies; leave it out to copy libtorch beside the program"
  due=$(basename "${torch%/runtimes/*}")
  found=$(version_of "$other")
  [ -z "$found" ] || [ "$found" = "$due" ] || fail "SHITU_LIBTORCH=$other is libtorch $found; TorchSharp here is made for $due (pip install torch==$due)"
}

# The loader's own word on whether it will load, before the program is there to fail.
check_fit() {
  local said
  said=$(ldd -r "$fitted" 2>&1 || true)
  if grep -q 'not found' <<< "$said"; then fail "SHITU_LIBTORCH=$other needs libraries that are not found: $(grep 'not found' <<< "$said" | awk '{ print $1 }' | sort -u | tr '\n' ' ')"; fi
  if grep -q 'undefined symbol.*libLibTorchSharp' <<< "$said"; then fail "SHITU_LIBTORCH=$other has not what TorchSharp calls ($(grep -c 'undefined symbol' <<< "$said") functions are missing): it is another version of libtorch"; fi
}

mkdir -p "$out"
other=
if [ -n "${SHITU_LIBTORCH:-}" ]; then
  other=$(cd "$SHITU_LIBTORCH" 2> /dev/null && pwd -P) || fail "SHITU_LIBTORCH=$SHITU_LIBTORCH: no such folder"
  check_other
fi

for name in "${libraries[@]}"; do
  rm -f "$out/$name"
  [ -z "$other" ] || continue
  if [ "${COPY:-0}" = 1 ]; then cp "$torch/$name" "$out/$name"; else ln -s "$torch/$name" "$out/$name"; fi
done
rm -f "$fitted"
cp "$sharp/libLibTorchSharp.so" "$fitted"
chmod u+w "$fitted"
standard=$(g++ -print-file-name=libstdc++.so.6 2>/dev/null || true)
[ -e "$standard" ] || standard=$(ldconfig -p | awk '/libstdc\+\+\.so\.6 .*x86-64/ { print $NF; exit }')
if ! grep -aq 'GLIBCXX_3\.4\.32' "$standard"; then
  need "this system's libstdc++ is older than GCC 13's, and TorchSharp is fitted to it" gcc patchelf
  gcc -O2 -shared -fPIC -Wl,-soname,libglibcxx_shim.so -Wl,--version-script="$here/glibcxx_shim.map" -o "$out/libglibcxx_shim.so.new" "$here/glibcxx_shim.c" -Wl,--no-as-needed "$standard"
  mv -f "$out/libglibcxx_shim.so.new" "$out/libglibcxx_shim.so"
  patchelf --replace-needed libstdc++.so.6 libglibcxx_shim.so "$fitted"
fi

if [ -n "$other" ]; then
  need "TorchSharp is pointed to SHITU_LIBTORCH" patchelf
  # shellcheck disable=SC2016 # $ORIGIN is the loader's word.
  patchelf --set-rpath '$ORIGIN:'"$other" "$fitted"
  [ ! -e "$other/libtorch_cuda.so" ] || patchelf --add-needed libtorch_cuda.so "$fitted"
  check_fit
fi

mv -f "$fitted" "$out/libLibTorchSharp.so"
