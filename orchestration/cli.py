"""The command line: puts the commands together, and turns every error into a sentence and an exit code.

Exit codes: 0 fine, 1 our fault, 2 usage, 3 some input rejected or quarantined, 4 audit failed. Only what every command needs is
imported at once; Dagster (1.8 s), DuckDB (0.3 s) and the extraction (0.8 s) are imported by the commands that use them, so that
`--help` and `status` answer at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import typer

from orchestration.commands import ask, decide, keep, run, setup
from orchestration.commands.base import AUDIT_FAILED, FAULT, FINE, REFUSED_INPUT, STOPPED, USAGE, root, say

__all__ = ["AUDIT_FAILED", "FAULT", "FINE", "REFUSED_INPUT", "STOPPED", "USAGE", "answer", "main"]

# In the order in which `--help` shows them.
for part in (run, ask, decide, keep, setup):
    root.add_typer(part.app)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code; no traceback unless --debug asks for one."""
    sys.exit(answer(list(sys.argv[1:] if arguments is None else arguments)))


def answer(arguments: list[str]) -> int:
    """The exit code of a command line; errors are told on standard error."""
    debug = "--debug" in arguments
    # Before any import of theirs: neither may call home.
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    try:
        code = typer.main.get_command(root).main(arguments, prog_name="newsledger", standalone_mode=False)
        sys.stdout.flush()
    except typer.TyperException as error:
        # The class that can show itself is private to Typer; what it shows is usage and message.
        show = getattr(error, "show", None)
        show() if show else say(str(error))
        return USAGE
    except typer.Abort:
        code = STOPPED
    except (SystemExit, BrokenPipeError):
        # The reader of our output went away, as `head` does; Typer leaves in this way. Nothing is wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    except Exception as error:  # last line of defence: told in one sentence, shown in full with --debug
        if debug:
            raise
        code, message = _explained(error)
        say(message)
        return code
    if code == STOPPED:
        say("stopped. What was received is kept; the next run goes on from there.")
    return code if isinstance(code, int) else FINE


def _explained(error: Exception) -> tuple[int, str]:
    """Exit code and sentence for an error."""
    from orchestration.homes import NoLedger
    from orchestration.sources.config import BadSources
    from transforms.companies import BadCompanies
    from warehouse.errors import BadRequest, NewsledgerError, NothingPublished, QueryRefused

    if isinstance(error, NoLedger | NothingPublished | QueryRefused | BadSources | BadCompanies | BadRequest):
        return USAGE, str(error)
    if isinstance(error, NewsledgerError):
        return FAULT, str(error)
    if isinstance(error, OSError) and error.filename:
        return FAULT, f"{error.filename}: {(error.strerror or type(error).__name__).lower()}"
    return FAULT, f"a fault of ours: {type(error).__name__}: {error}. See it in full with: newsledger --debug …"


if __name__ == "__main__":
    main()
