/** Lines of `spark-defaults.conf` that say `spark.extraListeners` is `com.acme.Audit`, each in another way. */
export const LISTENER_LINES: readonly (readonly [what: string, line: string])[] = [
  ['key value', 'spark.extraListeners com.acme.Audit'],
  ['key=value', 'spark.extraListeners=com.acme.Audit'],
  ['key: value', '  spark.extraListeners : com.acme.Audit'],
  ['an escaped key', 'spark.extra\\Listeners = com.acme.Audit'],
  ['a continued line', 'spark.extraListeners com.acme.\\\n      Audit'],
  ['a line of nothing but a backslash', '\\\n# spark.extraListeners com.acme.Off\nspark.extraListeners com.acme.Audit'],
  [
    'a repeated key, of which the last counts',
    'spark.extraListeners com.acme.Old\nspark.extraListeners com.acme.Audit',
  ],
]

/** That list with ours. */
export const AUDITED = 'com.acme.Audit,dev.makoto.AttestationListener'
