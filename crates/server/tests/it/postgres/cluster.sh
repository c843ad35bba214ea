# A Postgres cluster of the tests' own: `sh cluster.sh <folder of the programs>`. It prints the folder of its socket once
# it is ready, and ends, leaving nothing behind, when its standard input does: however the tests end.
set -eu
cd /
folder=$(mktemp -d -t docent-postgres-XXXXXX)
trap 'rm -rf "$folder"' EXIT
"$1/initdb" -D "$folder/data" -U docent -A trust -E UTF8 --locale=C --no-sync >"$folder/log" 2>&1 || {
    cat "$folder/log" >&2
    exit 1
}
# Reached by the socket alone, so that it takes no port from anybody.
"$1/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c fsync=off -c max_connections=200 \
    </dev/null >"$folder/log" 2>&1 &
server=$!
until "$1/pg_isready" -q -h "$folder"; do
    kill -0 "$server" 2>/dev/null || {
        cat "$folder/log" >&2
        exit 1
    }
    sleep 0.1
done
echo "$folder"
cat >/dev/null
kill -INT "$server"
wait "$server" || true
