"""The peer of seed.ts: TruncatedSVD(10) of the same matrix, one round for each line read.

Reads the path of a file of lists (member item item ...), the number of items and the random state as arguments.
Answers each line on standard input with one JSON line: seconds to fit, seconds for everyone's ten best, and the ten.
"""
import json
import sys
import time

import numpy as np
import scipy.sparse as sp
import sklearn
from sklearn.decomposition import TruncatedSVD


def read(path, items):
    rows, columns, members = [], [], 0
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            met = line.split()[1:]
            rows.extend([members] * len(met))
            columns.extend(map(int, met))
            members += 1
    return sp.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=(members, items))


def round_of(matrix, state):
    start = time.perf_counter()
    svd = TruncatedSVD(n_components=10, random_state=state)
    members = svd.fit_transform(matrix)
    fitted = time.perf_counter()
    scores = members @ svd.components_
    scores[matrix.nonzero()] = -np.inf
    best = np.argpartition(-scores, 10, axis=1)[:, :10]
    order = np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1)
    best = np.take_along_axis(best, order, axis=1)
    return fitted - start, time.perf_counter() - fitted, best


def main():
    matrix = read(sys.argv[1], int(sys.argv[2]))
    print(json.dumps({"version": sklearn.__version__}), flush=True)
    for line in sys.stdin:
        fit, rank, best = round_of(matrix, int(line))
        print(json.dumps({"fit": fit, "rank": rank, "best": best.tolist()}), flush=True)


main()
