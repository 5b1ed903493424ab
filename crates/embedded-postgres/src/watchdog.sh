# Runs a cluster for as long as standard input stays open. Nothing is ever written to that pipe: its owner holds
# the other end, and the kernel closes it however the owner ends. Standard output is the owner's lock, held until
# the server is gone and kept from everything started here; standard error is the log.
#
# usage: watchdog.sh BINARIES FOLDER durable|disposable LC_CTYPE SETTING...
binaries=$1 folder=$2 durability=$3 ctype=$4
shift 4
exec 3<&0 </dev/null

if [ "$durability" = disposable ]; then
    stop=QUIT # leaves the data unusable, but at once
    sync=--no-sync
else
    stop=INT # a fast shutdown: ends the sessions and writes everything
    sync=
fi

# Runs a command to its end, or stops it when the owner is gone. The signal is repeated, as a program that has
# only just begun may miss the first one.
guarded() {
    "$@" 3<&- >&2 &
    child=$!
    (
        while read -r _; do :; done
        seconds=0
        while kill -s "$stop" "$child"; do
            sleep 1
            seconds=$((seconds + 1))
            [ "$seconds" -lt 30 ] || stop=QUIT
        done
    ) <&3 3<&- >/dev/null 2>&1 &
    guard=$!
    wait "$child"
    status=$?
    kill "$guard" 2>/dev/null
    wait "$guard"
    return "$status"
}

# Renamed when complete, so that a half-made cluster is never mistaken for one.
create() {
    rm -rf "$folder/new"
    guarded "$binaries/initdb" --pgdata="$folder/new" --username=postgres --pwfile="$folder/password" \
        --auth=scram-sha-256 --encoding=UTF8 --locale=C --lc-ctype="$ctype" --no-instructions $sync &&
        mv "$folder/new" "$folder/data"
}

if [ -d "$folder/data" ] || create; then
    guarded "$binaries/postgres" -D "$folder/data" "$@"
fi
if [ "$durability" = disposable ]; then
    rm -rf "$folder"
fi
