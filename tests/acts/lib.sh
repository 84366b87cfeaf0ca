# SPDX-License-Identifier: Apache-2.0
# What acts share: sourced by the shell of each act. prepare.sh has made what is named here.

as() {  # as USER COMMAND...: as another user, without a login.
  local user="$1"
  shift
  HOME="/home/$user" setpriv --reuid="$user" --regid="$user" --clear-groups -- "$@"
}

login_as() {  # login_as USER COMMANDS: a shell with a login of that user.
  bash -c "echo $(id -u "$1") >/proc/self/loginuid && exec setpriv --reuid=$1 --regid=$1 \
    --clear-groups --reset-env -- bash -c \"\$0\"" "$2"
}

tty() {  # tty COMMANDS: a shell with a terminal.
  script -qec "$1" /dev/null
}

web() {  # web PROGRAM ARGUMENT...: a page of a web server that runs what it is told.
  printf '%s\0' "$@" | curl -s --max-time 20 --data-binary @- http://127.0.0.1:8081/cgi-bin/run
}

application() {  # application PROGRAM ARGUMENT...: an application server that does so.
  /opt/app/gunicorn "$@"
}

serve() {  # serve PORT [OPTION...]: somebody at the other end, on an address of the internet.
  ncat -l -k "$@" </dev/null >/dev/null 2>&1 &
  for try in $(seq 50); do
    ss -Htln "sport = :$1" | grep -q . && return
    sleep 0.1
  done
}

victim() {  # Starts a program that holds still; its pid is $victim.
  "${1:-sleep}" 300 &
  victim=$!
  sleep 0.1
}

OUTSIDE=203.0.113.5  # An address of the internet that is this machine's own.

# contained COMMANDS [BESIDE]: a privileged container as docker makes them, of this Debian's own
# programs, with the host's root folder in /host; BESIDE runs on the host meanwhile and knows it as
# $container.
contained() {
  local folder="/run/containers/$RANDOM"
  export container
  container="$(head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n')"
  mkdir -p $folder/{upper,work,rootfs}
  mount -t overlay -o "lowerdir=/,upperdir=$folder/upper,workdir=$folder/work" none $folder/rootfs
  python3 /test/acts/bundle.py "$1" >$folder/config.json
  crun --cgroup-manager=cgroupfs run -b $folder "$container" </dev/null &
  if [ -n "${2:-}" ]; then
    sleep 1.5
    eval "$2"
    crun kill "$container" KILL
  fi
  wait $!
  umount -l $folder/rootfs
}
