"""``python -m benchmarks [jobs|learn|migrate|rls|xp] [options]``; without a name all of them."""

import sys

from benchmarks import jobs, learn, migrate, rls, xp

ALL = {
    "migrate": migrate.main,
    "rls": rls.main,
    "xp": xp.main,
    "learn": learn.main,
    "jobs": jobs.main,
}

if __name__ == "__main__":
    named = sys.argv[1:2] if sys.argv[1:2] and sys.argv[1] in ALL else []
    sys.argv[1:] = sys.argv[1 + len(named) :]
    for name in named or ALL:
        print(f"{name}:", file=sys.stderr)
        ALL[name]()
