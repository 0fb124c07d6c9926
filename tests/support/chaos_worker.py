"""A worker of another make, to be killed and paused: ``python -m tests.chaos_worker URL LOG SEED``.

The effect of a job and its completion are one transaction. Refusals are written to the log.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

import psycopg

from tests.support import jobs


def main(url: str, log: Path, seed: str) -> None:
    """Work until killed."""
    lot = random.Random(seed)  # noqa: S311 (chooses pauses)
    with psycopg.connect(url, autocommit=True) as connection, log.open("a") as refusals:
        while True:
            claimed = jobs.claim(connection, lot.randint(1, 6), lease="1 s")
            for attempt in claimed:
                time.sleep(lot.uniform(0, 0.01))
                try:
                    with connection.transaction():
                        connection.execute(
                            "insert into app.effects values (%s, %s)",
                            [attempt.job_id, attempt.lease_token],
                        )
                        connection.execute(
                            "update app.counters set n = n + 1 where shard = %s",
                            [attempt.job_id % 64],
                        )
                        jobs.complete(connection, attempt)
                except psycopg.Error as error:
                    if error.diag.message_detail != "job.lease_lost":
                        raise
                    refusals.write(f"{attempt.job_id} {attempt.lease_token}\n")
                    refusals.flush()
            if not claimed:
                time.sleep(0.05)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
