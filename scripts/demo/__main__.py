"""``make demo``: the story from set-up to the last lie.

Ends with 0 only if every honest record checks out and every lie is caught.
"""

from __future__ import annotations

import argparse
import logging
import time
from pathlib import Path

from scripts.demo import custody, dishonest, honest, outside, story
from scripts.demo.stage import HOME, Stage


def main() -> None:
    """Tell the story."""
    parser = argparse.ArgumentParser(prog="python -m scripts.demo")
    parser.add_argument("--home", type=Path, default=HOME, help="home folder, made anew (default: .demo)")
    home: Path = parser.parse_args().home
    logging.basicConfig(level=logging.ERROR)
    begun = time.monotonic()
    print("Trade Ledger: three porcelain kettles travel from Jingdezhen to a door in Hamburg.")
    print("DEMO: authorities are simulated, keys are demo keys, the chain is a development chain run by this process.")
    with Stage(home) as stage:
        story.title("The registry is filled")
        stage.register()
        for player in stage.players.values():
            story.line(
                f"{player.actor.name}: {player.actor.role} in {player.actor.jurisdiction}, prefix {player.actor.prefix}"
            )
        captured = honest.play(stage)
        custody.play(stage)
        outside.play(stage)
        dishonest.play(stage, captured)
        dishonest.break_a_promise(stage, captured[-1])
    story.title("The end")
    story.line(
        f"Told in {time.monotonic() - begun:.0f} s. `tradeledger up` serves this log from its home, {home.name}."
    )


if __name__ == "__main__":
    main()
