#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Made recorded.vdt: acts of several families below one scope, done for real in a guest:
#   run_guest.py --kernel 6.1 --mode lsm --file build/release/vedette --file rules/packs:/packs
#     --file tests/replay/data/record.sh --out OUT -- /job/record.sh
# and then OUT/guest.vdt is recorded.vdt.
cat > /tmp/config.yaml <<X
recording:
  all: "evt.num > 0 and not evt.kind in (system_call, file_access)"
X
vedette run --config /tmp/config.yaml --mode lsm --rules /packs \
  --store /tmp/v.db --record /out/guest.vdt \
  --scope pid:$$ --output json \
  > /out/alerts.jsonl 2> /out/daemon.log &
D=$!
i=0
while ! grep -q watching /out/daemon.log && [ $i -lt 60 ]; do sleep 1; i=$((i+1)); done
B=/tmp/w/bin; mkdir -p $B
for a in cat mv ln chmod rm mkdir mount umount nc ls cp sh sleep; do ln -s /bin/busybox $B/$a; done
$B/cat /etc/shadow > /dev/null
$B/cp /bin/busybox /tmp/w/nginx; ln -s /tmp/w/nginx $B/nginx
cat > /tmp/w/web.sh <<X
$B/sh -c "exit 0"; true
X
cp /bin/busybox /tmp/w/php-fpm; (exec -a php-fpm /tmp/w/nginx sh /tmp/w/web.sh)
echo x > /tmp/w/a; $B/mv /tmp/w/a /tmp/w/b
$B/ln /tmp/w/b /tmp/w/c
$B/ln -s b /tmp/w/d
$B/chmod 4755 /tmp/w/b
$B/rm /tmp/w/c
$B/mkdir /tmp/w/m; $B/mount -t tmpfs none /tmp/w/m; $B/umount /tmp/w/m
$B/sleep 30 & kill -9 $!
$B/nc -w 1 127.0.0.1 4444 < /dev/null
($B/nc -l -p 7777 > /dev/null & sleep 1; echo hi | $B/nc -w 1 127.0.0.1 7777)
for n in 1 2 3; do $B/ls /etc > /dev/null; /nonexistent/prog 2>/dev/null; done
sleep 1
kill -INT $D; wait $D
cat /out/daemon.log
exit 0
