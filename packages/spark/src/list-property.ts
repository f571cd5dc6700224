/** Spark properties that hold a comma-separated list, which other tools may have filled before us. */
const LISTS = new Set(['spark.extraListeners', 'spark.jars'])

export function isListProperty(key: string): boolean {
  return LISTS.has(key)
}

/**
 * Adds `entry` to a comma-separated list unless it is there.
 *
 * Another Makoto JAR gives way to the new one: two versions on one class path would be loaded in no certain order.
 */
export function addToList(list: string, entry: string): string {
  const entries = list
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
  if (entries.includes(entry)) return list
  const kept = isMakotoJar(entry) ? entries.filter((item) => !isMakotoJar(item)) : entries
  return [...kept, entry].join(',')
}

export function isMakotoJar(entry: string): boolean {
  return /(^|\/)makoto-spark-[^/]*\.jar$/.test(entry)
}
