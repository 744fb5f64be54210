"""The process that writes the text index of a store while other work goes on.

Started as ``python -m renkei_kg.loading.indexer STORE FILE BASE``; its output is a line of JSON: the number
of texts and what it took, or the error.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pyoxigraph import Store

from renkei_kg.compile.textindex import write_index
from renkei_kg.loading.account import Account, cpu, peak_mb
from renkei_kg.loading.reading import LoadError
from renkei_kg.textsearch.errors import TextIndexError


def main() -> None:
    """Writes the index."""
    store, file, base = sys.argv[1:]
    try:
        number = write_index(Store.read_only(store), Path(file), base)
    except TextIndexError as error:
        print(json.dumps({"error": str(error)}))
        sys.exit(1)
    print(json.dumps({"texts": number, "cpu": cpu(), "memory_mb": peak_mb()}))


@contextmanager
def indexing(store: Path, file: Path, base: str, account: Account) -> Iterator[Callable[[], int]]:
    """Begins the index in a process of its own. Gives what waits for its end and returns the number of texts,
    or raises LoadError."""
    command = [sys.executable, "-P", "-m", "renkei_kg.loading.indexer", str(store), str(file), base]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:

        def wait() -> int:
            assert process.stdout is not None
            said = process.stdout.read()
            told = json.loads(said) if said.strip() else {}
            if process.wait() or "texts" not in told:
                raise LoadError(told.get("error", "the process that writes the text index has ended early."))
            account.cpu["texts"], account.memory_mb["indexer"] = told["cpu"], told["memory_mb"]
            return int(told["texts"])

        try:
            yield wait
        except BaseException:
            process.kill()
            raise


if __name__ == "__main__":
    main()
