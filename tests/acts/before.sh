#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Before systemd starts in a guest: Vedette is a unit of it, as `make install` puts it there.
cp /job/vedette /usr/bin/vedette
mkdir -p /etc/vedette
echo 'rules: [/test/packs]' >/etc/vedette/vedette.yaml
sed 's#@PREFIX@#/usr#' /test/vedette.service.in >/lib/systemd/system/vedette.service
mkdir -p /etc/systemd/system/vedette.service.d
wanted="$(sed -n 's/^WantedBy=//p' /lib/systemd/system/vedette.service)"
mkdir -p "/etc/systemd/system/$wanted.wants"
ln -sf /lib/systemd/system/vedette.service "/etc/systemd/system/$wanted.wants/"
# Two web servers want one port; acts start this one themselves, and the exporter of metrics.
rm -f /etc/systemd/system/multi-user.target.wants/lighttpd.service \
  /etc/systemd/system/multi-user.target.wants/prometheus-node-exporter.service
# Emulated, starting takes as long as it does.
printf '[Service]\nTimeoutStartSec=600\nWatchdogSec=0\n' \
  >/etc/systemd/system/vedette.service.d/slow.conf
