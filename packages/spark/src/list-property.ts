import type { SparkConfig } from './config.ts'

/** Spark properties that hold a list, which other tools may have filled before us, and what separates its entries. */
const SEPARATORS: ReadonlyMap<string, string> = new Map([
  ['spark.extraListeners', ','],
  ['spark.jars', ','],
  ['spark.driver.extraClassPath', ':'],
  ['spark.executor.extraClassPath', ':'],
])

/** The lists among properties: above `spark-defaults.conf`, each replaces the one that stands there. */
export function namesOfLists(properties: SparkConfig['properties']): string[] {
  return properties.map(([key]) => key).filter((key) => SEPARATORS.has(key))
}

/** Undefined where the property holds no list. */
export function separatorOf(key: string): string | undefined {
  return SEPARATORS.get(key)
}

/** The property's value with ours: in a list beside what is there, else in its place. */
export function mergeValue(key: string, existing: string, value: string): string {
  const separator = separatorOf(key)
  return separator === undefined ? value : addToList(existing, value, separator)
}

/**
 * Adds what `value` lists and the list does not.
 *
 * Another Makoto JAR gives way to the new one: two versions on one class path would be loaded in no certain order.
 */
function addToList(list: string, value: string, separator: string): string {
  const [entries, ours] = [splitList(list, separator), splitList(value, separator)]
  if (ours.every((entry) => entries.includes(entry))) return list
  const kept = ours.some(isMakotoJar) ? entries.filter((entry) => ours.includes(entry) || !isMakotoJar(entry)) : entries
  return [...kept, ...ours.filter((entry) => !kept.includes(entry))].join(separator)
}

function splitList(list: string, separator: string): string[] {
  return list
    .split(separator)
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

function isMakotoJar(entry: string): boolean {
  return /(^|\/)makoto-spark-[^/]*\.jar$/.test(entry)
}
