# SPDX-License-Identifier: Apache-2.0
"""How kernels are called in tables that outlive their updates: by series, and by architecture where
it is not a PC's."""

OTHERS = ("arm64",)  # Debian's releases end in it.


def kernel_of(release):
    """"6.1" of "6.1.0-56-cloud-amd64", "6.1 arm64" of "6.1.0-56-cloud-arm64"."""
    series = ".".join(release.split(".")[:2])
    flavour = release.rpartition("-")[2]
    return f"{series} {flavour}" if flavour in OTHERS else series


def order_of(kernel):
    """A key to sort by: PCs first, by age."""
    series, _, name = kernel.partition(" ")
    return name, tuple(int(part) for part in series.split("."))
