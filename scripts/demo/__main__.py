"""``make demo``: the story from set-up to the last lie.

Ends with 0 only if every honest record checks out and every lie is caught.
"""

from __future__ import annotations

import logging
import time

from scripts.demo import dishonest, honest, outside, story
from scripts.demo.stage import Stage


def main() -> None:
    """Tell the story."""
    logging.basicConfig(level=logging.ERROR)
    begun = time.monotonic()
    print("Trade Ledger: three porcelain kettles travel from Jingdezhen to a door in Hamburg.")
    print("DEMO: authorities are simulated, keys are demo keys, the chain is a development chain run by this process.")
    with Stage() as stage:
        story.title("The registry is filled")
        stage.register()
        for player in stage.players.values():
            story.line(
                f"{player.actor.name}: {player.actor.role} in {player.actor.jurisdiction}, prefix {player.actor.prefix}"
            )
        captured = honest.play(stage)
        outside.play(stage)
        dishonest.play(stage, captured)
        dishonest.break_a_promise(stage, captured[-1])
    story.title("The end")
    story.line(f"Told in {time.monotonic() - begun:.0f} s. `make up` serves this log; its files are in .demo.")


if __name__ == "__main__":
    main()
