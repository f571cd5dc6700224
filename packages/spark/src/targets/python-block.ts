import { LISTENER, type SparkConfig } from '../config.ts'
import { separatorOf } from '../list-property.ts'
import { OWN_OPTIONS } from './own-options.ts'
import { DEFAULTS_READER } from './python-defaults.ts'

export const BEGIN = '# >>> makoto >>>'
export const END = '# <<< makoto <<<'

/**
 * What stands between the marks, both included.
 *
 * Spark ends an application whose listener it cannot load. A JVM that is there already, as under `spark-submit`, takes
 * no JAR from a builder any more, and `PYSPARK_SUBMIT_ARGS` comes after what a builder says: the function finds such
 * cases, warns, and leaves the builder as it is. What a builder says comes before `spark-defaults.conf`: its lists are
 * read and added to, so that nobody's listener goes. A shipped JAR that is not on the class path too costs digests in
 * stream only.
 */
export function renderBlock({ properties }: SparkConfig): string {
  const lists = properties.filter(([key]) => separatorOf(key) !== undefined)
  const shipped = lists.some(([key]) => key === 'spark.jars')
  return `${BEGIN}
# Written by \`makoto spark conf --target python\`: run it again instead of editing between these marks.
def with_makoto(builder):
    """Adds the Makoto agent: spark = with_makoto(SparkSession.builder).getOrCreate()

    Where the agent could not run, it warns and leaves the builder as it is.
    """
    import os
    import re
    import shlex
    import subprocess
    import warnings

    listener = ${quotePython(LISTENER)}
    lists = (
${lists.map(([key, value]) => `        (${renderList(key, value)}),`).join('\n')}
    )
    needed = ${shipped ? '[item for item in lists if item[0] != "spark.driver.extraClassPath"]' : 'lists'}
    known = dict(getattr(builder, "_options", {}))
${DEFAULTS_READER}
    def hindrance():
        client = "this is a client of Spark Connect: configure the server"
        try:
            from pyspark import SparkConf, SparkContext
        except ImportError:
            return client
        remote = known.get("spark.remote", os.environ.get("SPARK_REMOTE", ""))
        if "SPARK_CONNECT_MODE_ENABLED" in os.environ or (remote and not remote.startswith("local")):
            return client
        if SparkContext._gateway is None and "PYSPARK_GATEWAY_PORT" not in os.environ:
            submitted = os.environ.get("PYSPARK_SUBMIT_ARGS", "")
            for key, entry, _, option in needed:
                given = any(word.partition("=")[0] == option for word in submitted.split())
                if (key + "=" in submitted or given) and entry not in submitted:
                    return "PYSPARK_SUBMIT_ARGS sets " + key + ": add " + entry + " there"
            keys = [key for key, _, _, _ in lists if key not in known]
            try:
                defaults = spark_defaults(submitted) if keys else {}
            except (ImportError, LookupError, OSError, SystemExit, ValueError) as cause:
                advice = "name " + ", ".join(keys) + " in the builder"
                failure = type(cause).__name__ + ": " + str(cause)
                return "what spark-defaults.conf lists is not known: " + advice + " (" + failure + ")"
            known.update({key: defaults[key] for key in keys if key in defaults})
            return None
        SparkContext._ensure_initialized()
        launched = dict(SparkConf().getAll())
        if SparkContext._active_spark_context is not None:
            launched = dict(SparkContext._active_spark_context.getConf().getAll())
            if listener not in launched.get("spark.extraListeners", ""):
                return "there is a session already"
        SparkContext._jvm.java.lang.Thread.currentThread().getContextClassLoader().loadClass(listener)
        for key, value in launched.items():
            known.setdefault(key, value)
        return None

    def added(key, value, separator):
        entries = [item.strip() for item in str(known.get(key, "")).split(separator) if item.strip()]
        ours = value.split(separator)
        if all(item in entries for item in ours):
            return separator.join(entries)
        kept = [item for item in entries if item in ours or "makoto-spark-" not in item.rsplit("/", 1)[-1]]
        return separator.join([*kept, *(item for item in ours if item not in kept)])

    try:
        reason = hindrance()
    except Exception:
        reason = "the JVM runs already, without the agent's JAR: give the JAR to what started it"
    if reason is not None:
        warnings.warn("Makoto attests nothing here; " + reason, stacklevel=2)
        return builder
    for key, entry, separator, _ in lists:
        builder = builder.config(key, added(key, entry, separator))
    return (
        builder
${properties
  .filter(([key]) => separatorOf(key) === undefined)
  .map(([key, value]) => `        .config(${quotePython(key)}, ${quotePython(value)})`)
  .join('\n')}
    )
${END}`
}

function renderList(key: string, entry: string): string {
  const option = [...OWN_OPTIONS].find(([, property]) => property === key)?.[0] ?? key
  return [key, entry, separatorOf(key) ?? '', option].map(quotePython).join(', ')
}

/** A Python string literal in ASCII; nothing in it is interpolated. */
function quotePython(text: string): string {
  const escaped = Array.from(text, (char) => {
    const point = char.codePointAt(0) ?? 0
    if (char === '"' || char === '\\') return `\\${char}`
    if (point >= 0x20 && point < 0x7f) return char
    return point > 0xffff ? `\\U${point.toString(16).padStart(8, '0')}` : `\\u${point.toString(16).padStart(4, '0')}`
  })
  return `"${escaped.join('')}"`
}
