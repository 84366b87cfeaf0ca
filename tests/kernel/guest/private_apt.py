# SPDX-License-Identifier: Apache-2.0
"""An apt of our own: other suites can be read without touching the machine's sources.

Lists, cache and status live in a directory that the caller gives and throws away. The mirror and
proxy settings are the machine's own; nothing is ever installed.
"""

import functools
import os
import pathlib
import re
import subprocess

KEYRINGS = ("/usr/share/keyrings/debian-archive-keyring.gpg",
            "/usr/share/keyrings/debian-archive-keyring.pgp")
DEBIAN_SUITES = ("stable", "oldstable", "testing", "unstable", "sid",
                 "bullseye", "bookworm", "trixie", "forky")

CONFIG = """\
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
Dir::State "{home}/state";
Dir::State::lists "{home}/state/lists";
Dir::State::status "{home}/state/status";
Dir::Cache "{home}/cache";
Dir::Etc::sourcelist "{home}/sources.list";
Dir::Etc::sourceparts "{home}/none";
Dir::Etc::preferences "{home}/none/preferences";
Dir::Etc::preferencesparts "{home}/none";
APT::Architecture "{architecture}";
#clear APT::Architectures;
APT::Architectures {{ "{architecture}"; }};
APT::Sandbox::User "{user}";
Acquire::Languages "none";
Acquire::Retries "3";
"""


class AptError(Exception):
    """One sentence that says what apt could not do, and why."""


def run(command, **options):
    """Runs `command`, captures its output as text and never raises for its exit status."""
    environment = {**os.environ, "LC_ALL": "C"}
    try:
        return subprocess.run(command, text=True, capture_output=True, check=False,
                              env=environment, **options)
    except FileNotFoundError as missing:
        raise AptError(f"{command[0]} is not on this machine; the guest kernels come through "
                       "Debian's package client.") from missing


def machine_repositories():
    """(archive, security) URIs that this machine's apt uses for Debian; None where it has none.

    VEDETTE_DEBIAN_MIRROR replaces the archive, for machines that are not Debian's or have no
    sources, and then stands alone.
    """
    override = os.environ.get("VEDETTE_DEBIAN_MIRROR")
    if override:
        return override, None
    # Without --no-release-info only lists that were downloaded are named, and images often
    # come with their lists removed.
    listing = run(["apt-get", "indextargets", "--no-release-info", "--format",
                   "$(CREATED_BY)|$(RELEASE)|$(COMPONENT)|$(REPO_URI)"])
    archive = security = None
    for line in listing.stdout.splitlines():
        created_by, release, component, uri = line.split("|", 3)
        if created_by != "Packages" or component != "main":
            continue
        if release.endswith("-security"):
            security = security or uri
        elif release in DEBIAN_SUITES:
            archive = archive or uri
    if not archive:
        raise AptError("This machine's apt has no Debian archive among its sources; name one in "
                       "VEDETTE_DEBIAN_MIRROR to fetch guest kernels.")
    return archive, security


def stanzas(text):
    """The paragraphs of a Packages-like text as dictionaries of one-line fields."""
    for paragraph in text.split("\n\n"):
        fields = dict(re.findall(r"^([A-Za-z-]+): (.*)$", paragraph, re.MULTILINE))
        if fields:
            yield fields


@functools.cmp_to_key
def by_version(one, other):
    """Sorting key: Debian's own order of versions."""
    for relation, result in (("lt", -1), ("gt", 1)):
        if run(["dpkg", "--compare-versions", one, relation, other]).returncode == 0:
            return result
    return 0


class PrivateApt:
    """apt over a few suites. Each suite is one that `archive` has; with `-security` in its name
    it is looked for in the security archive, and left out where the machine has none. Packages
    are those of `architecture`, as Debian calls it, and none counts as installed."""

    def __init__(self, home, suites, architecture):
        self.home = pathlib.Path(home)
        self.suites = suites
        for folder in ("state/lists/partial", "cache/archives/partial", "none"):
            (self.home / folder).mkdir(parents=True, exist_ok=True)
        (self.home / "state/status").touch()
        user = "root" if os.geteuid() == 0 else ""
        (self.home / "apt.conf").write_text(CONFIG.format(
            home=self.home, user=user, architecture=architecture))
        (self.home / "sources.list").write_text("".join(self._sources()))

    def _sources(self):
        keyring = next((path for path in KEYRINGS if os.path.exists(path)), None)
        if not keyring:
            raise AptError("The package debian-archive-keyring is missing; without it kernels "
                           "cannot be trusted.")
        archive, security = machine_repositories()
        for suite in self.suites:
            uri = security if suite.endswith("-security") else archive
            if uri:
                yield f"deb [signed-by={keyring} target=Packages] {uri} {suite} main\n"

    def _apt(self, tool, *arguments, cwd=None):
        return run([tool, "-c", str(self.home / "apt.conf"), *arguments], cwd=cwd)

    def update(self):
        """Downloads the lists. A suite that is gone costs only itself; returns apt's complaints
        so that the caller can quote them if nothing is left."""
        done = self._apt("apt-get", "-q", "update")
        return [line for line in done.stderr.splitlines() if line.startswith(("E:", "W:"))]

    def newest(self, package):
        """The stanza of the highest version of `package`, or None."""
        found = list(stanzas(self._apt("apt-cache", "show", package).stdout))
        return max(found, key=lambda fields: by_version(fields["Version"]), default=None)

    def exact(self, package, version):
        """The stanza of `package` at `version`, or None."""
        found = stanzas(self._apt("apt-cache", "show", f"{package}={version}").stdout)
        return next(found, None)

    def download(self, wanted, into):
        """Downloads (package, version) pairs into a directory, their hashes checked by apt."""
        names = [f"{package}={version}" for package, version in wanted]
        done = self._apt("apt-get", "-q", "download", *names, cwd=into)
        if done.returncode != 0:
            reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise AptError(f"apt could not download {', '.join(names)} ({reason}).")

    def download_with_needs(self, packages):
        """Downloads packages and all that they depend on; returns the paths of the files."""
        done = self._apt("apt-get", "-q", "-y", "--download-only", "--no-install-recommends",
                         "install", *packages)
        if done.returncode != 0:
            reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise AptError(f"apt could not download them ({reason}).")
        return sorted((self.home / "cache/archives").glob("*.deb"))
