#!/usr/bin/env python3
"""Compares the components of an SBOM with the advisories beside this file. Needs no network.

  mvn -Psbom validate                writes target/sbom.json
  security/check.py [SBOM]           exit code 0: nothing open, 1: open advisories, 2: the SBOM or the advisories cannot be used

An advisory that was looked at and does not concern us says so under "accepted", with a reason and the day on which that is looked at again.
"""
import argparse
import datetime
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
FIELDS = {"id", "package", "affected", "fixed", "what", "source", "date"}
BEFORE_A_RELEASE = ("snapshot", "alpha", "beta", "milestone", "m", "rc", "cr")


def order(version):
    """Sorts as Maven does: numbers as numbers, what comes before a release (2.0-beta9) below it, other words (32.1-jre) with it."""
    parts = re.findall(r"\d+|[a-z]+", version.lower())
    early = next((i for i, part in enumerate(parts) if part in BEFORE_A_RELEASE), None)
    numbers = [int(part) for part in parts[:early] if part.isdigit()]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    if early is None:
        return numbers, (1,)
    rest = [int(part) for part in parts[early + 1:] if part.isdigit()]
    return numbers, (0, BEFORE_A_RELEASE.index(parts[early]), rest)


def is_affected(advisory, version):
    return any(order(span["from"]) <= order(version) < order(span["before"]) for span in advisory["affected"])


def advisories():
    read = json.loads((HERE / "advisories.json").read_text(encoding="utf-8"))
    for advisory in read:
        lacking = FIELDS - advisory.keys()
        if lacking:
            raise ValueError(f"advisory {advisory.get('id')} lacks {', '.join(sorted(lacking))}")
        if "accepted" in advisory:
            datetime.date.fromisoformat(advisory["accepted"]["until"])
    return read


def components(sbom):
    found = {(f"{c.get('group', '')}:{c['name']}", c["version"]) for c in sbom["components"] if "version" in c}
    if not found:
        raise ValueError("it names no components")
    return sorted(found)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("sbom", nargs="?", type=pathlib.Path, default=HERE.parent / "target" / "sbom.json")
    arguments.add_argument("--as-of", type=datetime.date.fromisoformat, default=datetime.date.today(), metavar="DATE")
    given = arguments.parse_args()
    path, today = given.sbom, given.as_of.isoformat()
    try:
        known = advisories()
        used = components(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as e:
        print(f"cannot check {path}: {e}. Write it anew: mvn -Psbom validate", file=sys.stderr)
        return 2
    still_open = 0
    for name, version in used:
        for advisory in known:
            if advisory["package"] != name or not is_affected(advisory, version):
                continue
            accepted = advisory.get("accepted")
            if accepted and today <= accepted["until"]:
                print(f"accepted  {advisory['id']}  {name} {version}: {accepted['because']} (until {accepted['until']})")
            else:
                still_open += 1
                print(f"OPEN      {advisory['id']}  {name} {version}: {advisory['what']}. Fixed in {advisory['fixed']}; {advisory['source']}")
    latest = max((advisory["date"] for advisory in known), default="never")
    print(f"{len(used)} components, {len(known)} advisories (the latest of {latest}): {still_open} open")
    return 1 if still_open else 0


if __name__ == "__main__":
    sys.exit(main())
