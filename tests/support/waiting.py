"""Waiting for what a server does in its own time."""
import time


def wait_for(look, seconds=20):
    """What `look` gives as soon as that is true; it is asked again for so long."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, f"it did not come within {seconds} s"
        time.sleep(0.05)
    return found
