#!/usr/bin/env bash
# A real Asterisk on loopback, from Debian's archive, in a folder under the user's cache.
#
#   lab.sh up        installs it if needed, starts it, waits until it is fully booted, prints where it is
#   lab.sh status    prints where it is; exit code 1 when it is down
#   lab.sh down      stops it
#   lab.sh cli TEXT  runs one command of its console
#   lab.sh version   the version installed
#   lab.sh install   installs it if needed, and no more
#
# CALLWRIGHT_LAB names the instance (default: `default`): each has its own configuration, run folder and block
# of 1,000 ports, and all share one installed system. The instance's folders are mounted over that system's in a
# mount namespace of its own, so nothing stays mounted when Asterisk ends. lab.json in the instance's folder tells
# programs what it printed. Exit code 75: the archive did not give Asterisk in two tries.
set -euo pipefail

HERE=$(dirname "$(readlink -f "$0")")
readonly HERE
readonly REPOSITORY=$HERE/../../..
readonly NAME=${CALLWRIGHT_LAB:-default}
readonly LABS=${CALLWRIGHT_LAB_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/callwright/lab}
readonly MIRROR=${CALLWRIGHT_DEBIAN_MIRROR:-http://deb.debian.org/debian}
readonly SYSTEM=$LABS/system
readonly INSTANCE=$LABS/instances/$NAME
readonly UNAVAILABLE=75
readonly AGENTS=8
readonly ARI_PASSWORD=lab
readonly AMI_SECRET=lab

say() { printf '%s\n' "$*" >&2; }
fail() { say "lab: $*"; exit 1; }

# Mounting and chroot need root; the caller's folders are kept.
become_root() {
  [ "$(id -u)" != 0 ] || return 0
  mkdir -p "$LABS"
  exec sudo env CALLWRIGHT_LAB="$NAME" CALLWRIGHT_LAB_HOME="$LABS" CALLWRIGHT_DEBIAN_MIRROR="$MIRROR" \
    "$HERE/lab.sh" "$@"
}

# --------------------------------------------------------------------------------------------- install

install_once() {
  rm -rf "$SYSTEM.new"
  debootstrap --variant=minbase --include=asterisk,asterisk-modules sid "$SYSTEM.new" "$MIRROR" \
    >"$LABS/install.log" 2>&1 &&
    [ -x "$SYSTEM.new/usr/sbin/asterisk" ]
}

install_system() {
  [ ! -x "$SYSTEM/usr/sbin/asterisk" ] || return 0
  say "lab: installing Asterisk from $MIRROR (about a minute)"
  mkdir -p "$LABS"
  if ! install_once && ! { sleep 5; install_once; }; then
    tail -n 5 "$LABS/install.log" >&2
    say "lab unavailable"
    exit $UNAVAILABLE
  fi
  rm -rf "$SYSTEM.new"/var/cache/apt/archives/*.deb
  mkdir -p "$SYSTEM.new/run/asterisk"
  # Without the root server's name here Asterisk blocks for seconds in look-ups that loopback cannot answer.
  printf '127.0.0.1 localhost %s A.ROOT-SERVERS.NET\n' "$(uname -n)" >"$SYSTEM.new/etc/hosts"
  mv "$SYSTEM.new" "$SYSTEM"
}

version() {
  awk '/^Package: asterisk$/ {here = 1} here && /^Version:/ {print $2; exit}' \
    "$SYSTEM/var/lib/dpkg/status" 2>/dev/null || echo 'not installed'
}

# ------------------------------------------------------------------------------------------- configure

# The first block of 1,000 ports that no other instance owns and in which nothing listens.
find_ports() {
  local base
  for ((base = 15000; base <= 30000; base += 1000)); do
    grep -qsx "BASE=$base" "$LABS"/instances/*/instance.env && continue
    ports_are_free $base || continue
    echo $base
    return
  done
  fail "no free block of ports between 15000 and 31000"
}

ports_are_free() {
  local port
  while read -r port; do
    if ((16#$port >= $1 && 16#$port < $1 + 1000)); then return 1; fi
  done < <(awk 'FNR > 1 && (FILENAME ~ /udp/ || $4 == "0A") {sub(/.*:/, "", $2); print $2}' \
    /proc/net/{tcp,tcp6,udp,udp6} 2>/dev/null)
}

# Values that stay the same while the instance exists, so that a restart keeps its addresses.
write_environment() {
  local base=${CALLWRIGHT_LAB_BASE:-}
  [ -n "$base" ] || base=$(find_ports)
  cat >"$INSTANCE/instance.env" <<TEXT
BASE=$base
HTTP_PORT=$((base + 88))
HTTPS_PORT=$((base + 89))
SIP_PORT=$((base + 60))
AMI_PORT=$((base + 38))
TRUNK_PORT=$((base + 160))
AGENT_PORT=$((base + 100))
RTP_START=$((base + 200))
RTP_END=$((base + 499))
FREE_START=$((base + 500))
FREE_END=$((base + 999))
TEXT
}

agent_sections() {
  local n
  for ((n = 1; n <= AGENTS; n++)); do
    printf '[agent%d](agent)\naors = agent%d\ncallerid = Agent %d <100%d>\n\n' $n $n $n $n
    printf '[agent%d]\ntype = aor\ncontact = sip:agent%d@127.0.0.1:%d\n\n' $n $n $((AGENT_PORT + n))
  done
}

queue_members() {
  local n
  for ((n = 1; n <= AGENTS; n++)); do printf 'member => PJSIP/agent%d,0,agent%d,PJSIP/agent%d\n' $n $n $n; done
}

render_configuration() {
  local file text
  for file in "$HERE"/etc/*.conf; do
    text=$(<"$file")
    for name in HTTP_PORT HTTPS_PORT SIP_PORT AMI_PORT TRUNK_PORT RTP_START RTP_END ARI_PASSWORD AMI_SECRET; do
      text=${text//@$name@/${!name}}
    done
    text=${text//@AGENTS@/$(agent_sections)}
    text=${text//@QUEUE_MEMBERS@/$(queue_members)}
    printf '%s\n' "$text" >"$INSTANCE/etc/$(basename "$file")"
  done
  cp "$REPOSITORY/packaging/asterisk/extensions-callwright.conf" "$INSTANCE/etc/"
}

# An authority of the lab's own (ca.pem), a certificate of it for Asterisk, and an authority that signed nothing.
make_certificates() {
  local tls=$INSTANCE/tls key=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes)
  [ ! -f "$tls/server.pem" ] || return 0
  mkdir -p "$tls"
  local authority
  for authority in ca other-ca; do
    openssl req -x509 "${key[@]}" -days 3650 -subj "/CN=Lab $authority" -keyout "$tls/$authority.key" -out "$tls/$authority.pem"
  done
  openssl req "${key[@]}" -subj /CN=lab -keyout "$tls/server.key" -out "$tls/server.csr"
  printf 'subjectAltName=IP:127.0.0.1,DNS:localhost\n' >"$tls/names"
  openssl x509 -req -in "$tls/server.csr" -CA "$tls/ca.pem" -CAkey "$tls/ca.key" -CAcreateserial -days 825 \
    -extfile "$tls/names" -out "$tls/server.new"
  mv "$tls/server.new" "$tls/server.pem"
  chmod a+r "$tls"/*.pem
  chmod a+rx "$tls"
}

# What announcements are made of: the sounds of Asterisk's own queues, of a second each, and two of the tests' own.
make_sounds() {
  local sounds=$INSTANCE/lib/sounds/en
  [ ! -d "$sounds" ] || return 0
  mkdir -p "$sounds.new/digits" "$sounds.new/lab"
  node "$HERE/tone.mjs" sound 1 "$sounds.new"/queue-{youarenext,thereare,callswaiting,holdtime,less-than,minutes}.wav "$sounds.new"/digits/{1,2,3,4,5,6,7,8,9}.wav "$sounds.new/lab/short.wav"
  node "$HERE/tone.mjs" sound 30 "$sounds.new/lab/long.wav"
  mv "$sounds.new" "$sounds"
}

configure() {
  mkdir -p "$INSTANCE"/{etc,run,log,spool,lib/moh,spool/recording}
  # One that an earlier lab left has not every port.
  grep -qs '^AMI_PORT=' "$INSTANCE/instance.env" || write_environment
  load_environment
  rm -f "$INSTANCE"/etc/*
  render_configuration
  make_certificates 2>"$INSTANCE/log/openssl.log" || fail "no certificates: see $INSTANCE/log/openssl.log"
  cp "$INSTANCE"/tls/server.{pem,key} "$INSTANCE/etc/"
  [ -f "$INSTANCE/lib/moh/music.wav" ] || node "$HERE/tone.mjs" wav "$INSTANCE/lib/moh/music.wav"
  make_sounds
  chroot "$SYSTEM" sh -c 'id -u asterisk; id -g asterisk' | paste -sd: >"$INSTANCE/owner"
  chown -R "$(<"$INSTANCE/owner")" "$INSTANCE"/{etc,run,log,spool,lib}
  chmod a+rx "$INSTANCE"/{etc,run,log,spool,lib}
}

load_environment() {
  # shellcheck source=/dev/null
  [ -f "$INSTANCE/instance.env" ] && . "$INSTANCE/instance.env"
}

# ------------------------------------------------------------------------------------------ start, stop

is_up() {
  local pid
  pid=$(cat "$INSTANCE/pid" 2>/dev/null) || return 1
  [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = asterisk ]
}

start() {
  # shellcheck disable=SC2016  # the inner shell expands
  setsid unshare --mount --propagation private bash -c '
    set -e
    system=$1 instance=$2
    mount --bind /proc "$system/proc"
    mount --bind /dev "$system/dev"
    mount --bind "$instance/etc" "$system/etc/asterisk"
    mount --bind "$instance/run" "$system/run/asterisk"
    mount --bind "$instance/log" "$system/var/log/asterisk"
    mount --bind "$instance/spool" "$system/var/spool/asterisk"
    mount --bind "$instance/lib" "$system/var/lib/asterisk"
    mkdir -p "$system/usr/share/asterisk/sounds"
    mount --bind "$instance/lib/sounds" "$system/usr/share/asterisk/sounds"
    exec chroot "$system" /usr/sbin/asterisk -f -U asterisk -G asterisk' \
    lab "$SYSTEM" "$INSTANCE" </dev/null >"$INSTANCE/log/console.log" 2>&1 &
  echo $! >"$INSTANCE/pid"
}

cli() {
  is_up || fail "instance $NAME is down"
  nsenter --target "$(<"$INSTANCE/pid")" --mount --root --wd /usr/sbin/asterisk -rx "$*"
}

wait_until_booted() {
  local try
  for ((try = 0; try < 120; try++)); do
    if is_up && cli 'core waitfullybooted' 2>/dev/null | grep -q 'fully booted'; then return 0; fi
    sleep 0.25
  done
  tail -n 20 "$INSTANCE/log/console.log" >&2
  fail "Asterisk did not boot within 30 s"
}

agents_json() {
  local n separator=''
  for ((n = 1; n <= AGENTS; n++)); do
    printf '%s\n    {"name": "agent%d", "number": "100%d", "port": %d}' "$separator" $n $n $((AGENT_PORT + n))
    separator=,
  done
}

write_address() {
  cat >"$INSTANCE/lab.json" <<TEXT
{
  "name": "$NAME",
  "version": "$(version)",
  "pid": $(<"$INSTANCE/pid"),
  "ari": {"host": "127.0.0.1", "port": $HTTP_PORT, "tlsPort": $HTTPS_PORT, "ca": "$INSTANCE/tls/ca.pem", "otherCa": "$INSTANCE/tls/other-ca.pem", "user": "callwright", "password": "$ARI_PASSWORD", "app": "callwright"},
  "ami": {"host": "127.0.0.1", "port": $AMI_PORT, "user": "callwright", "generousUser": "generous", "secret": "$AMI_SECRET"},
  "sip": {"host": "127.0.0.1", "port": $SIP_PORT, "trunkPort": $TRUNK_PORT},
  "freePorts": [$FREE_START, $FREE_END],
  "log": "$INSTANCE/log/messages.log",
  "agents": [$(agents_json)
  ]
}
TEXT
  chmod a+r "$INSTANCE/lab.json"
}

print_address() {
  load_environment
  printf 'lab %s: Asterisk %s, ARI http://127.0.0.1:%s (callwright / %s), AMI 127.0.0.1:%s (callwright / %s), SIP udp 127.0.0.1:%s, agents on udp %s-%s\n' \
    "$NAME" "$(version)" "$HTTP_PORT" "$ARI_PASSWORD" "$AMI_PORT" "$AMI_SECRET" "$SIP_PORT" $((AGENT_PORT + 1)) $((AGENT_PORT + AGENTS))
}

# One at a time, until the program ends.
lock() {
  mkdir -p "$LABS/instances"
  exec 9>"$LABS/lock"
  flock 9
}

install() {
  become_root install
  lock
  install_system
}

up() {
  become_root up
  lock
  if ! is_up; then
    install_system
    configure
    start 9>&- # Asterisk must not inherit the lock
    wait_until_booted
    write_address
  fi
  print_address
}

status() {
  if is_up; then print_address; else echo "lab $NAME: down"; return 1; fi
}

# Only the process this instance started, by its id; the folder goes, the installed system stays.
down() {
  become_root down
  if is_up; then
    local pid try
    pid=$(<"$INSTANCE/pid")
    kill -TERM "$pid"
    for ((try = 0; try < 40; try++)); do is_up || break; sleep 0.1; done
    if is_up; then kill -KILL "$pid"; fi
  fi
  rm -rf "$INSTANCE"
  echo "lab $NAME: down"
}

case ${1-} in
  up | down | status | version | install) "$1" ;;
  cli) shift; become_root cli "$@"; cli "$@" ;;
  *) sed -n '2,16s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
