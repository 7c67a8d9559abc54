"""Reads a Parquet file in a process of its own: the file is standard input, records come out as JSON lines.

Started by records.py. A few wrong bytes make pyarrow end the whole process (an exception that nobody
can catch: seen with a mutated file), so it is one that may end. The first line is the list of columns; a
line that is a text, and not a record, says what is wrong with the file.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, date, datetime
from typing import Any

MEMORY_BYTES = 3 * 1024**3
CPU_SECONDS = 600
COLUMN_BYTES = 512 * 1024 * 1024
"""One column of one row group is read as one piece."""
ROWS = 32
CHUNK = 1024 * 1024


def tell(value: object) -> None:
    """One line of output."""
    sys.stdout.write(json.dumps(value, default=_plain))
    sys.stdout.write("\n")


def _plain(value: object) -> object:
    """What JSON has no form for: text out of bytes, times as ISO 8601 in UTC where they have a zone."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).isoformat()
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)[:200]


def read(file: Any, known: dict[str, str]) -> None:
    """Tell the records of a file, with the columns that `known` names in small letters, under the names it gives them."""
    import pyarrow.parquet as pq

    # Dictionaries are not kept as such, though a bomb is one: with them 100,000 texts take 390 s instead of seconds,
    # and a batch without them is bounded, by its rows and at worst by the memory of this process.
    table = pq.ParquetFile(file, pre_buffer=False, buffer_size=CHUNK)
    schema = table.schema_arrow
    columns = [name for name in schema.names if name.lower() in known]
    tell(schema.names[:100])
    if not columns:
        return
    for number in range(table.metadata.num_row_groups):
        group = table.metadata.row_group(number)
        largest = max((group.column(each).total_uncompressed_size for each in range(group.num_columns)), default=0)
        if largest > COLUMN_BYTES:
            tell(f"a column of more than {COLUMN_BYTES // (1024 * 1024)} MB in one row group")
            return
    for batch in table.iter_batches(ROWS, columns=columns, use_threads=False):
        for row in batch.to_pylist():
            tell({known[name.lower()]: value for name, value in row.items()})


def main() -> None:
    """The argument is the known columns, as JSON."""
    os.environ["ARROW_DEFAULT_MEMORY_POOL"] = "system"  # the others reserve more than the bound, and use little of it
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, ValueError, OSError):
        pass
    with os.fdopen(0, "rb") as file:
        try:
            read(file, json.loads(sys.argv[1]))
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # whoever asked has had enough
        except Exception as error:  # noqa: BLE001 - the one place that turns all of them into a reason
            tell(f"no Parquet file, or damaged: {str(error).strip().partition(chr(10))[0][:160]}")


if __name__ == "__main__":
    main()
