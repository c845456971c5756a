"""Black-Scholes prices of European calls and puts over many options.

The cumulative normal distribution is the five-term polynomial of Abramowitz
and Stegun (26.2.17). Everything is elementwise: one long chain of arithmetic,
`exp`, `log`, `sqrt` and one `where` per call of the distribution.
"""

from math import pi, sqrt

from common import Program

program = Program(__doc__)
program.option("-n", type=int, default=2000, help="options to price, in thousands")
program.option("--precision", type=int, choices=(32, 64), default=64, help="bits per number")
program.option("--seed", type=int, default=0, help="seed of the random inputs")
arguments, np = program.start()


def cumulative_normal(d):
    k = 1.0 / (1.0 + 0.2316419 * np.absolute(d))
    tail = k * (-1.821255978 + k * 1.330274429)
    tail = k * (0.31938153 + k * (-0.356563782 + k * (1.781477937 + tail)))
    tail = tail * np.exp(-0.5 * d * d) / sqrt(2.0 * pi)
    return np.where(d > 0, 1.0 - tail, tail)


def black_scholes(spot, strike, years, rate, volatility):
    spread = volatility * np.sqrt(years)
    d1 = (np.log(spot / strike) + (rate + 0.5 * volatility * volatility) * years) / spread
    d2 = d1 - spread
    n1 = cumulative_normal(d1)
    n2 = cumulative_normal(d2)
    discount = np.exp(-rate * years)
    call = spot * n1 - strike * discount * n2
    put = strike * discount * (1.0 - n2) - spot * (1.0 - n1)
    return call, put


count = arguments.n * 1000
dtype = np.float32 if arguments.precision == 32 else np.float64
random = np.random.default_rng(arguments.seed)
spot = random.uniform(5.0, 30.0, count).astype(dtype)
strike = random.uniform(1.0, 100.0, count).astype(dtype)
years = random.uniform(0.25, 10.0, count).astype(dtype)

with program.timed():
    call, put = black_scholes(spot, strike, years, 0.02, 0.3)

program.finish(
    np.stack((call, put)),
    options=count,
    mean_call=call.mean(dtype=np.float64),
    mean_put=put.mean(dtype=np.float64),
    first_calls=call[:4],
)
