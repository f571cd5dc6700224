/** Options of spark-submit that set a property which we merge; each beats `--conf` of its property. */
export const OWN_OPTIONS: ReadonlyMap<string, string> = new Map([
  ['--jars', 'spark.jars'],
  ['--driver-class-path', 'spark.driver.extraClassPath'],
])
