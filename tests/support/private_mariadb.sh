#!/usr/bin/env bash
# A private MariaDB for tests: own folder, own socket, no network, durable as the product demands (C26).
#
#   eval "$(tests/support/private_mariadb.sh start DIR)"   sets ZIKAO_TEST_MYSQL_SOCKET
#   tests/support/private_mariadb.sh stop DIR
#
# ZIKAO_TEST_MARIADB_FLAGS adds settings, for tests of servers that are set wrongly.
# A first start on a machine prepares a template (some seconds); later ones copy it. Starting twice is harmless.
set -euo pipefail

action=${1:-}
dir=${2:-}
if [[ -z $dir || ($action != start && $action != stop) ]]; then
    echo "usage: $0 start|stop DIR" >&2
    exit 2
fi
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
socket=$dir/s
pid_file=$dir/pid
data=$dir/data

alive() { [[ -s $pid_file ]] && kill -0 "$(cat "$pid_file")" 2>/dev/null; }
answers() { mariadb-admin --no-defaults --socket="$socket" --user=root --connect-timeout=2 ping >/dev/null 2>&1; }

if [[ $action == stop ]]; then
    if alive; then
        server=$(cat "$pid_file")
        kill "$server"
        for _ in $(seq 100); do
            kill -0 "$server" 2>/dev/null || exit 0
            sleep 0.1
        done
        kill -9 "$server"
    fi
    exit 0
fi

if ((${#socket} > 100)); then
    echo "the folder's path is too long for a socket: $dir" >&2
    exit 2
fi
if ! { alive && answers; }; then
    sizes=(--innodb-log-file-size=16M --innodb-data-file-path=ibdata1:8M:autoextend --innodb-buffer-pool-size=64M
           --innodb-log-buffer-size=2M --innodb-undo-tablespaces=0 --aria-log-file-size=8M)
    if [[ ! -d $data ]]; then
        version=$(mariadbd --version | tr -cs 'A-Za-z0-9.\n' '-')
        template=${TMPDIR:-/tmp}/zikao-mariadb-$(id -u)-${version:0:40}
        if [[ ! -d $template ]]; then
            fresh=$(mktemp -d "$template.XXXXXX")
            mariadb-install-db --no-defaults --user="$(id -un)" --datadir="$fresh" --skip-test-db \
                --auth-root-authentication-method=normal "${sizes[@]}" >"$fresh.log" 2>&1 || { cat "$fresh.log" >&2; exit 1; }
            # Whoever is first keeps the name; a loser uses the winner's.
            mv -T "$fresh" "$template" 2>/dev/null || rm -rf "$fresh"
            rm -f "$fresh.log"
        fi
        cp -a "$template" "$data.new"
        mv -T "$data.new" "$data"
    fi
    mariadbd --no-defaults --user="$(id -un)" --datadir="$data" --socket="$socket" --pid-file="$pid_file" \
        --log-error="$dir/server.err" --skip-networking --innodb-flush-log-at-trx-commit=1 \
        --innodb-snapshot-isolation=ON --character-set-server=utf8mb4 --collation-server=utf8mb4_bin \
        --performance-schema=OFF --key-buffer-size=1M --table-open-cache=400 --max-connections=400 \
        --innodb-fast-shutdown=1 "${sizes[@]}" ${ZIKAO_TEST_MARIADB_FLAGS:-} </dev/null >/dev/null 2>&1 &
    disown
    for _ in $(seq 150); do
        answers && break
        sleep 0.1
    done
    answers || { echo "the private MariaDB did not start; see $dir/server.err" >&2; tail -20 "$dir/server.err" >&2; exit 1; }
fi
echo "export ZIKAO_TEST_MYSQL_SOCKET=$socket"
