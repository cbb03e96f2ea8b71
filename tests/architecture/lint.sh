#!/usr/bin/env bash
# Format and lint. Prints what is wrong and ends with 1, or prints nothing and ends with 0.
#
#   tests/architecture/lint.sh [--all] [--build DIR]
#
# clang-format and luacheck look at every file. clang-tidy takes seconds for a file, so it looks at the C++ files that
# the last commit or the working tree changed, and with --all at every one; a file it found clean is not looked at again
# until it, a header or the checks change. --build names a configured build (its compile commands); build/test without it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

all=no
build=build/test
while [ $# -gt 0 ]; do
    case $1 in
    --all) all=yes; shift ;;
    --build) build=$2; shift 2 ;;
    *) sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
    esac
done
[ -f "$build/compile_commands.json" ] || { echo "lint: $build is not configured" >&2; exit 1; }

# PATTERN…: files of the repository that exist, new ones included
present() {
    git ls-files --cached --others --exclude-standard -- "$@" | sort -u |
        while read -r file; do [ ! -f "$file" ] || printf '%s\n' "$file"; done
}
bad=0
mapfile -t sources < <(present {kernel,plugins,provinces,tests}/'*.cpp' {kernel,plugins,provinces,tests}/'*.hpp')
[ ${#sources[@]} -gt 0 ] || { echo "lint: no sources found" >&2; exit 1; }
printf '%s\0' "${sources[@]}" | xargs -0 -n 40 -P "$(nproc)" clang-format --dry-run -Werror || bad=1
luacheck -q lua-rules tests/bench || bad=1

# The compiler's own precompiled header and warnings mean nothing to clang.
stamps=$build/lint
mkdir -p "$stamps"
sed -E 's/-include [^ ]*cmake_pch\.hxx//; s/-Winvalid-pch|-Werror|-Wno-[a-z-]+//g; s/"command": "ccache /"command": "/' \
    "$build/compile_commands.json" >"$stamps/compile_commands.json"
common=$(present '*.clang-tidy' '*.hpp' | xargs sha256sum | sha256sum)
export stamps common
tidy() {
    local file=$1 stamp
    grep -q "/$file\"" "$stamps/compile_commands.json" || return 0 # of another configuration
    stamp=$stamps/$( (echo "$common"; cat "$file") | sha256sum | cut -c1-40)
    [ ! -e "$stamp" ] || return 0
    clang-tidy -quiet -p "$stamps" "$file" 2>/dev/null || return 1
    touch "$stamp"
}
export -f tidy
if [ "$all" = yes ]; then
    chosen=$(printf '%s\n' "${sources[@]}")
else
    chosen=$( (git diff --name-only HEAD~1 2>/dev/null || true; git ls-files --others --exclude-standard) | sort -u)
fi
{ grep -E '^(kernel|plugins|provinces|tests)/.*\.cpp$' <<<"$chosen" || true; } | while read -r file; do [ ! -f "$file" ] || printf '%s\0' "$file"; done |
    xargs -0 -r -n 1 -P "$(nproc)" bash -c 'tidy "$1"' lint || bad=1
exit "$bad"
