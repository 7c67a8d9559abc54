"""Frames that the modules of this package hand to one another."""

from __future__ import annotations

from typing import Final

import polars as pl

from transforms.schemas import Schema

MENTIONS: Final[Schema] = {"start": pl.Int64, "end": pl.Int64, "company_id": pl.String, "certainty": pl.String}
"""One row a mention; certainty is known, product, inferred or pronoun."""
