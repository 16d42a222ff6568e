"""Verifies every signature of every message in a directory with dkimpy: one line a message,
its name and for each signature its algorithm and pass or fail."""
import os
import re
import sys

import dkim

directory, keys = sys.argv[1], {}
for line in open(sys.argv[2]):
    name, record = line.rstrip("\n").split(" ", 1)
    keys[name] = record.encode()


def text(name, timeout=5):
    return keys.get((name.decode() if isinstance(name, bytes) else name).rstrip("."))


for name in sorted(os.listdir(directory)):
    message = open(os.path.join(directory, name), "rb").read()
    results = []
    for index, signature in enumerate(re.findall(rb"(?im)^DKIM-Signature:[^\n]*\n(?:[ \t][^\n]*\n)*", message.split(b"\r\n\r\n")[0] + b"\r\n")):
        algorithm = re.search(rb"a=([a-z0-9-]+)", signature).group(1).decode()
        try:
            passed = dkim.DKIM(message).verify(idx=index, dnsfunc=text)
            results.append(algorithm + (" pass" if passed else " fail"))
        except Exception as problem:
            results.append("%s error %r" % (algorithm, problem))
    print(name, ", ".join(results), flush=True)
