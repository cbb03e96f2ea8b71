#!/usr/bin/env bash
# What a build consists of (C53), one component a line: how it is used, package, version.
#
#   kernel/build/sbom.sh BUILD
#
# linked: a package whose library a program or plugin of BUILD loads. compiled: one whose headers went into it.
# bundled: an npm package that the browser front end may carry. Asks dpkg, ninja's record of includes, and the lock file,
# so nothing has to be written down twice; ends with 1 where BUILD was not built.
set -euo pipefail
build=${1:?usage: sbom.sh BUILD}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
shopt -s nullglob
programs=("$build"/bin/zikao* "$build"/lib/plugins/*/plugin.so)
[ ${#programs[@]} -gt 0 ] || { echo "sbom: nothing is built in $build" >&2; exit 1; }

# PATHS on standard input → the packages that own them. A library may be owned by the name before /usr was merged, and what
# this build made itself by nobody.
owners() {
    sort -u | while read -r path; do
        printf '%s\n' "$path"
        [[ $path != /usr/* ]] || printf '%s\n' "${path#/usr}"
    done | { xargs -r dpkg-query -S 2>/dev/null || true; } | sed -E 's/: .*//' | tr ',' '\n' | tr -d ' ' | sort -u
}
versions() { # HOW: packages on standard input
    xargs -r dpkg-query -W -f="$1\t\${Package}\t\${Version}\n" | sort -u
}
for program in "${programs[@]}"; do ldd "$program"; done | grep -oE '/[^ ]+' | xargs -r readlink -f | owners | versions linked
ninja -C "$build" -t deps | grep -oE '^ +/usr/[^ ]+' | tr -d ' ' | xargs -r readlink -f | owners | versions compiled
node -e '
  const { packages } = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
  for (const [path, { version, dev }] of Object.entries(packages))
    if (path && !dev) console.log(["bundled", path.replace(/^.*node_modules\//, ""), version].join("\t"));
' "$root/kernel/web/package-lock.json" | sort -u
