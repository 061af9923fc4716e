#!/usr/bin/env python
"""Run a command of ABM Hub, with the embedded services when no others are configured."""

import os
import sys

from abmhub.embedded.command import main

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "abmhub.settings")
    sys.exit(main(sys.argv))
