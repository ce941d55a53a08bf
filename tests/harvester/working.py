"""A worker that harvests until nothing is left: `python -m tests.harvester.working`."""

import django

if __name__ == "__main__":
    django.setup()
    from harvester.engine import session

    while session.run():
        pass
