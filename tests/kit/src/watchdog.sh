# Ends the shared servers of the tests when no test process has used them for a while.
#
# Arguments: the folder shared by the test processes, the servers' data folder, the seconds nobody
# may have used them, and the servers' process ids.
#
# A test process first writes users/<its pid> and then reads servers.json; this script first moves
# servers.json away and then looks for users. So whoever comes while the servers are being ended
# either is seen here, or finds no servers.json and starts servers of its own.
state=$1 data=$2 patience=$3
shift 3

ours() {
    if [ -r /proc/self/cmdline ]; then
        tr '\0' ' ' <"/proc/$1/cmdline" 2>/dev/null | grep -Fq "$data"
    else
        ps -ww -o command= -p "$1" 2>/dev/null | grep -Fq "$data"
    fi
}

any_ours() {
    for pid in "$@"; do
        ours "$pid" && return 0
    done
    return 1
}

used() {
    for user in "$state"/users/*; do
        [ -e "$user" ] || continue
        kill -0 "${user##*/}" 2>/dev/null && return 0
        rm -f "$user"
    done
    return 1
}

tell() {
    for pid in "$@"; do
        ours "$pid" && kill "-$signal" "$pid" 2>/dev/null
    done
}

quiet=0
while any_ours "$@"; do
    sleep 1
    if used; then
        quiet=0
        continue
    fi
    quiet=$((quiet + 1))
    [ "$quiet" -lt "$patience" ] && continue
    if grep -Fq "$data" "$state/servers.json" 2>/dev/null; then
        mv "$state/servers.json" "$data/servers.json" 2>/dev/null
        if used; then
            ln "$data/servers.json" "$state/servers.json" 2>/dev/null
            quiet=0
            continue
        fi
    fi
    break
done

# INT is the quick and orderly end of all three servers.
signal=INT
tell "$@"
for _ in 1 2 3 4 5 6 7 8 9 10; do
    any_ours "$@" || break
    sleep 1
done
signal=KILL
tell "$@"
rm -rf "$data"
