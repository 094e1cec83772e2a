"""Vowpal Wabbit behind a pipe: a line asks for the odds of actions, or tells what an action cost.

    P <shared features> TAB <action> <action> ...   answered by the odds, in the order of the actions
    L <shared features> TAB <action> <action> ... TAB <place> <cost> <odds>   learned at once, not answered
"""

import sys

from vowpalwabbit import Workspace


def example(shared, actions, label):
    lines = ["shared |c " + shared]
    for place, action in enumerate(actions):
        before = "0:%s:%s " % (label[1], label[2]) if label and int(label[0]) == place else ""
        lines.append(before + "|a " + action)
    return "\n".join(lines)


def main():
    model = Workspace(" ".join(sys.argv[1:]) + " --quiet")
    print("vw", flush=True)
    for line in sys.stdin:
        kind, rest = line[0], line[2:].rstrip("\n").split("\t")
        actions = rest[1].split(" ")
        if kind == "P":
            odds = model.predict(example(rest[0], actions, None))
            print(" ".join("%.9g" % each for each in odds), flush=True)
        else:
            model.learn(example(rest[0], actions, rest[2].split(" ")))
    model.finish()


if __name__ == "__main__":
    main()
