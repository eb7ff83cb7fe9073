"""Coverage factors: quantiles of Student's t for two-sided probabilities (GUM table G.2, one digit more)."""

from __future__ import annotations

from decimal import Decimal

from fieldcal.domain.errors import BadInput

# Degrees of freedom: t at 90, 95, 95.45, 99 and 99.73 %. In between the lower row holds: never too small a factor.
PROBABILITIES = ("0.90", "0.95", "0.9545", "0.99", "0.9973")
_TABLE = """
1 6.314 12.706 13.968 63.657 235.784
2 2.920 4.303 4.527 9.925 19.206
3 2.353 3.182 3.307 5.841 9.219
4 2.132 2.776 2.869 4.604 6.620
5 2.015 2.571 2.649 4.032 5.507
6 1.943 2.447 2.517 3.707 4.904
7 1.895 2.365 2.429 3.499 4.530
8 1.860 2.306 2.366 3.355 4.277
9 1.833 2.262 2.320 3.250 4.094
10 1.812 2.228 2.284 3.169 3.957
11 1.796 2.201 2.255 3.106 3.850
12 1.782 2.179 2.231 3.055 3.764
13 1.771 2.160 2.212 3.012 3.694
14 1.761 2.145 2.195 2.977 3.636
15 1.753 2.131 2.181 2.947 3.586
16 1.746 2.120 2.169 2.921 3.544
17 1.740 2.110 2.158 2.898 3.507
18 1.734 2.101 2.149 2.878 3.475
19 1.729 2.093 2.140 2.861 3.447
20 1.725 2.086 2.133 2.845 3.422
21 1.721 2.080 2.126 2.831 3.400
22 1.717 2.074 2.120 2.819 3.380
23 1.714 2.069 2.115 2.807 3.361
24 1.711 2.064 2.110 2.797 3.345
25 1.708 2.060 2.105 2.787 3.330
26 1.706 2.056 2.101 2.779 3.316
27 1.703 2.052 2.097 2.771 3.303
28 1.701 2.048 2.093 2.763 3.291
29 1.699 2.045 2.090 2.756 3.280
30 1.697 2.042 2.087 2.750 3.270
35 1.690 2.030 2.074 2.724 3.229
40 1.684 2.021 2.064 2.704 3.199
45 1.679 2.014 2.057 2.690 3.175
50 1.676 2.009 2.051 2.678 3.157
60 1.671 2.000 2.043 2.660 3.130
80 1.664 1.990 2.032 2.639 3.096
100 1.660 1.984 2.025 2.626 3.077
200 1.653 1.972 2.013 2.601 3.038
"""
ROWS = {int(row.split()[0]): [Decimal(t) for t in row.split()[1:]] for row in _TABLE.strip().splitlines()}
NORMAL = [Decimal(t) for t in ["1.645", "1.960", "2.000", "2.576", "3.000"]]


def student_t(probability: Decimal, freedom: int | None) -> Decimal:
    """`freedom` None: infinitely many. Raises BadInput `out-of-range` for another probability or no freedom."""
    known = [Decimal(p) for p in PROBABILITIES]
    if probability not in known:
        raise BadInput("out-of-range", field="probability", value=probability, accepted=", ".join(PROBABILITIES))
    place = known.index(probability)
    if freedom is None:
        return NORMAL[place]
    if freedom < 1:
        raise BadInput("out-of-range", field="freedom", value=freedom, accepted=">= 1")
    return ROWS[max(row for row in ROWS if row <= freedom)][place]
