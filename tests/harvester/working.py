"""A worker that says when it is ready, and harvests until nothing is left: `python -m tests.harvester.working`."""

import sys

import django

if __name__ == "__main__":
    django.setup()
    from harvester.engine import session

    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while session.run():
        pass
