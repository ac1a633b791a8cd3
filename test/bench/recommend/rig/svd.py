"""TruncatedSVD of a file of lists (member item item ...): writes members' and items' vectors as float32.

Arguments: file, number of items, dimensions, random state, file to write. Prints scikit-learn's version.
"""
import sys

import numpy as np
import scipy.sparse as sp
import sklearn
from sklearn.decomposition import TruncatedSVD


def main():
    path, items, dimensions, state, to = sys.argv[1:]
    rows, columns, members = [], [], 0
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            met = line.split()[1:]
            rows.extend([members] * len(met))
            columns.extend(map(int, met))
            members += 1
    matrix = sp.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=(members, int(items)))
    svd = TruncatedSVD(n_components=int(dimensions), random_state=int(state))
    vectors = svd.fit_transform(matrix)
    with open(to, "wb") as out:
        out.write(vectors.astype("<f4").tobytes())
        out.write(svd.components_.T.astype("<f4").tobytes())
    print(sklearn.__version__)


main()
