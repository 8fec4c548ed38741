"""The console in a browser, against the built gateway: `make console-test`.

    console.py PROGRAM [--minutes N | --hour] [--pictures FOLDER] [--readme] [--only WORD] [--tree]

`--tree` takes the page's files from the sources instead of the program: a change is seen without a build.
"""

import argparse
import functools
import pathlib
import sys
import time
import traceback

from playwright.sync_api import sync_playwright

import endurance
import laws
from gateway import ROOT, Gateway
from page import FLAGS, options


def chosen():
    """Everything that must hold, in the order of the file, and what takes long behind it; by name."""
    found = {name: law for name, law in vars(laws).items() if callable(law) and law.__module__ == laws.__name__}
    found["nothing_takes_long_and_frames_are_kept"] = endurance.nothing_takes_long_and_frames_are_kept
    pictures = pathlib.Path(arguments.pictures)
    found["it_fits_every_screen"] = functools.partial(endurance.it_fits_every_screen, folder=pictures)
    if arguments.minutes:
        found["memory_stays"] = functools.partial(endurance.memory_stays, minutes=arguments.minutes)
    return {name: law for name, law in found.items() if arguments.only in name}


def hold(browser, gateway):
    """How many laws hold, and how many do not."""
    passed = failed = 0
    for name, law in chosen().items():
        start = time.time()
        try:
            law(browser, gateway)
            passed += 1
            print(f"pass {name} ({time.time() - start:.1f} s)", flush=True)
        except Exception:
            failed += 1
            print(f"FAIL {name}\n{traceback.format_exc(limit=-4)}", flush=True)
            if gateway.process.poll() is not None:
                gateway.start()
    return passed, failed


def main():
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=arguments.browser, args=FLAGS)
        if arguments.readme:
            endurance.picture_for_the_readme(browser, arguments.program)
            return 0
        gateway = Gateway(arguments.program)
        try:
            passed, failed = hold(browser, gateway)
        finally:
            gateway.close()
            browser.close()
    print(f"console in a browser: {passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    reader = argparse.ArgumentParser()
    reader.add_argument("program", type=lambda path: pathlib.Path(path).absolute())
    reader.add_argument("--browser", default="/usr/bin/chromium")
    reader.add_argument("--minutes", type=float, default=1)
    reader.add_argument("--hour", dest="minutes", action="store_const", const=60)
    reader.add_argument("--pictures", default=str(ROOT / ".build" / "console"))
    reader.add_argument("--tree", action="store_true")
    reader.add_argument("--readme", action="store_true")
    reader.add_argument("--only", default="")
    arguments = reader.parse_args()
    options.tree = arguments.tree
    sys.exit(main())
