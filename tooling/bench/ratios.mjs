// Ratios of interleaved pairs: A B A B …, so that a machine that drifts drifts for both.

/** Runs `first` and `second` in turn, `pairs` times, and answers each pair's figures. The order alternates from pair to pair. */
export async function measurePairs(pairs, first, second) {
  const measured = []
  for (let pair = 0; pair < pairs; pair++) {
    if (pair % 2 === 0) {
      const a = await first(pair)
      measured.push({ a, b: await second(pair) })
    } else {
      const b = await second(pair)
      measured.push({ a: await first(pair), b })
    }
  }
  return measured
}

/** Minimum, median and maximum of a/b over the pairs, for one figure. */
export function summariseRatios(measured, figure) {
  return spread(measured.map(({ a, b }) => a[figure] / b[figure]))
}

export function spread(values) {
  const sorted = [...values].sort((x, y) => x - y)
  const middle = sorted.length / 2
  const median = sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2
  return { min: sorted[0], median, max: sorted[sorted.length - 1] }
}

export function renderSpread({ min, median, max }, digits = 3) {
  return `${median.toFixed(digits)} (${min.toFixed(digits)} – ${max.toFixed(digits)})`
}
