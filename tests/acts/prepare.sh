#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Makes a guest's Debian a machine that is worth an intrusion: users with secrets, a web server with
# a hole, an address of the internet. Before the daemon starts.
set -eu

cp /job/vedette /usr/bin/vedette
mkdir -p /opt/tools /opt/app /usr/share/vedette /var/log/audit /var/log/nginx \
  /etc/audit/rules.d /usr/lib/cgi-bin /srv/data /var/mail
for tool in cat:notes tee:scribe cp:carry touch:stamp chmod:modes rm:sweep find:seek; do
  cp "/bin/${tool%:*}" "/opt/tools/${tool#*:}"
done
cp /usr/bin/python3 /opt/tools/engine
gcc -O1 -o /opt/tools/ring /test/acts/ring.c
for user in ann:1000 bob:1001 carl:1002; do
  name="${user%:*}"
  useradd -m -s /bin/bash -u "${user#*:}" "$name" 2>/dev/null || usermod -s /bin/bash "$name"
  echo "$name:secret-of-$name" | chpasswd
done
useradd --system -u 990 -d /var/lib/robot -m -s /bin/bash robot
ip addr add 203.0.113.5/32 dev lo
ip addr add 169.254.169.254/32 dev lo
ip link add dummy0 type dummy 2>/dev/null || true

for home in /root /home/ann; do
  mkdir -p $home/.ssh $home/.aws $home/.docker $home/.kube $home/.config/gcloud \
    $home/.mozilla/firefox/x.default $home/.local/share/keyrings $home/.gnupg/private-keys-v1.d \
    $home/.config/autostart $home/.config/systemd/user $home/documents
  chmod 700 $home/.ssh $home/.gnupg
  ssh-keygen -q -t ed25519 -N '' -f $home/.ssh/id_ed25519
  for secret in .aws/credentials .docker/config.json .kube/config .netrc .npmrc .pgpass \
    .git-credentials .config/gcloud/credentials.db .mozilla/firefox/x.default/logins.json \
    .mozilla/firefox/x.default/key4.db .local/share/keyrings/login.keyring vault.kdbx \
    .gnupg/private-keys-v1.d/1.key; do
    echo "secret" >"$home/$secret"
  done
  cp $home/.ssh/id_ed25519.pub $home/.ssh/authorized_keys
  printf 'ls\nwhoami\n' >$home/.bash_history
done
chown -R ann:ann /home/ann
for log in auth.log syslog kern.log wtmp btmp lastlog audit/audit.log nginx/access.log; do
  echo 'a line' >>/var/log/$log
done
echo 'a letter' >/var/mail/ann
mkdir -p /run/secrets/kubernetes.io/serviceaccount /etc/kubernetes/pki /etc/wireguard
for secret in /run/secrets/kubernetes.io/serviceaccount/token /etc/kubernetes/admin.conf \
  /run/secrets/kubernetes.io/serviceaccount/ca.crt /etc/kubernetes/pki/ca.key \
  /etc/kubernetes/pki/ca.crt /etc/ssl/private/site.key /etc/krb5.keytab /etc/wireguard/wg0.conf \
  /tmp/krb5cc_1000; do
  echo secret >$secret
done
openssl genrsa -out /etc/ssl/private/site.key 1024 2>/dev/null
[ -e /etc/ssh/ssh_host_ed25519_key ] || ssh-keygen -q -A

# A page that runs what it is told, and an application that does. The program is not a shell, so
# that a shell below it is the act's own.
cat >/usr/lib/cgi-bin/run <<'PERL'
#!/usr/bin/perl
local $/; my @words = split /\0/, <STDIN>;
print "Content-Type: text/plain\n\n"; $| = 1;
open STDERR, ">&STDOUT";
exec { $words[0] } @words; print "cannot: $!\n";
PERL
cat >/opt/app/gunicorn <<'PYTHON'
#!/usr/bin/python3
import subprocess, sys
subprocess.run(sys.argv[1:], check=False)
PYTHON
chmod 755 /usr/lib/cgi-bin/run /opt/app/gunicorn
mkdir -p /var/www/html/uploads
cat >/etc/lighttpd/acts.conf <<'CONF'
server.modules = ("mod_alias", "mod_cgi")
server.document-root = "/var/www/html"
server.port = 8081
server.username = "www-data"
server.groupname = "www-data"
alias.url = ("/cgi-bin/" => "/usr/lib/cgi-bin/")
$HTTP["url"] =~ "^/cgi-bin/" { cgi.assign = ("" => "") }
CONF
lighttpd -f /etc/lighttpd/acts.conf
