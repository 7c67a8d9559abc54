"""The past as it was known: at any position and moment, with everything that was derived from it, and what changed since."""

from __future__ import annotations

from datetime import timedelta

import pytest
