import { resolve } from 'node:path'
import {
  type ConfigTarget,
  jarFor,
  namesOfLists,
  pythonSession,
  type SparkConfig,
  type SparkOptions,
  sparkConfig,
  sparkDefaults,
  sparkSubmit,
  type Warning,
} from '@makoto/spark'
import { defineCommand, type Values } from '../command.ts'
import { readNamedText } from '../read-file.ts'
import { SCHEMA } from '../schemas.ts'
import { UsageError } from '../usage-error.ts'

const TARGETS = {
  submit: { target: sparkSubmit, next: 'next: put these arguments before the application of your spark-submit' },
  defaults: { target: sparkDefaults, next: 'next: save this as $SPARK_CONF_DIR/spark-defaults.conf' },
  python: {
    target: pythonSession,
    next: 'next: save this as makoto_session.py and build your session with with_makoto(SparkSession.builder)',
  },
} as const satisfies Record<ConfigTarget['name'], { target: ConfigTarget; next: string }>

const LEVELS = { 1: 1, 2: 2, 3: 3 } as const

const OPTIONS = {
  target: {
    value: 'WHERE',
    choices: ['submit', 'defaults', 'python'],
    required: true,
    text: 'spark-submit arguments, spark-defaults.conf, or a Python session builder',
  },
  sink: { value: 'URI', required: true, text: 'the store, as Spark reaches it: any Hadoop file system' },
  level: {
    value: 'N',
    choices: ['1', '2', '3'],
    text: '1 unsigned, 2 signed (default), 3 signed by a control plane: for agents to come',
  },
  key: { value: 'KEY', text: 'the private key, a path or URI as the driver reaches it' },
  'password-file': { value: 'FILE', text: "holds the password of an encrypted key, or Vault's token" },
  'timestamp-url': {
    value: 'URL',
    many: true,
    text: 'RFC 3161 timestamp authority, the preferred one first; level 2 needs one',
  },
  timestamp: {
    value: 'HOW',
    choices: ['required', 'best-effort'],
    text: 'whether a statement waits for its timestamp (default: best-effort)',
  },
  'trust-key': { value: 'FILE', many: true, text: 'public key under which earlier attestations count' },
  'registry-url': { value: 'URL', text: 'the control plane of level 3: for agents to come' },
  spark: { value: 'VERSION', text: 'name the JAR of this package for this Spark, such as 3.5' },
  scala: { value: 'VERSION', text: 'Scala of that Spark (default: what Apache ships)' },
  jar: { value: 'URI', text: 'name the JAR at this place instead' },
  installed: { value: 'PATH', text: 'where the JAR lies on the driver and on every executor, if you put it there' },
  'digest-inputs': {
    value: 'HOW',
    choices: ['reference', 'record', 'none'],
    text: 'what is done about unknown inputs',
  },
  'digest-outputs': { value: 'HOW', choices: ['write', 'commit', 'none'], text: 'when outputs are hashed' },
  budget: { value: 'LIMIT', text: 'time and bytes for hashing inputs, such as 5m,64gb' },
  stages: { value: 'WHICH', choices: ['all', 'io', 'none'], text: 'which stages are attested' },
  tenant: { value: 'NAME', text: 'the tenant that statements name: for agents to come' },
  'on-failure': { value: 'HOW', choices: ['warn', 'fail'], text: 'what the agent does when it cannot attest' },
  'spool-dir': { value: 'DIR', text: 'where statements wait for the store' },
  timeout: { value: 'TIME', text: 'how long the end of a run may take, such as 30s' },
  defaults: { value: 'FILE', text: 'the spark-defaults.conf that submit comes before: what it lists is kept' },
  merge: { value: 'FILE', text: 'an existing file of the same kind; it is printed with the configuration merged in' },
} as const

export const sparkConf = defineCommand({
  name: 'spark conf',
  summary: 'Print the configuration that makes Spark attest its jobs.',
  operands: [],
  options: OPTIONS,
  examples: [
    {
      text: 'arguments for one job',
      line: 'makoto spark conf --target submit --sink s3a://lake/_makoto --key /etc/makoto/spark.key --timestamp-url https://tsa.example --spark 3.5',
    },
    {
      text: 'and keep the listeners and JARs that every job of the cluster has',
      line: 'makoto spark conf --target submit --sink hdfs:///makoto --level 1 --spark 3.5 --defaults /etc/spark/conf/spark-defaults.conf',
    },
    {
      text: 'a whole cluster',
      line: 'makoto spark conf --target defaults --installed /opt/makoto/makoto-spark-3.5_2.12-0.1.0.jar --sink hdfs:///makoto --level 1 --merge spark-defaults.conf > new.conf',
    },
    {
      text: 'a notebook',
      line: 'makoto spark conf --target python --sink file:/lake/_makoto --level 1 --spark 4.1 > makoto_session.py',
    },
  ],
  async run({ options, json, terminal }) {
    const chosen = TARGETS[options.target]
    refuseDefaults(options)
    const config = sparkConfig(readOptions(options))
    const existing = await readOptionalText(options.merge, 'file to merge')
    const defaults = await readOptionalText(options.defaults, 'spark-defaults.conf')
    const text = chosen.target.render(config, existing, defaults)
    const properties = chosen.target.settle(config, existing, defaults)
    const warnings = [...config.warnings, ...warnOfReplaced(options, config, properties)]
    if (json)
      terminal.json({
        schema: SCHEMA.sparkConf,
        target: options.target,
        text,
        properties: Object.fromEntries(properties),
        warnings,
      })
    else terminal.data(text)
    for (const { message } of warnings) terminal.say({ text: 'warning', style: 'strong' }, `: ${message}`)
    if ((options.spark ?? options.jar ?? options.installed) === undefined)
      terminal.say('The JAR is not named: give --spark 3.5, or --installed PATH where every machine has it.')
    terminal.say(chosen.next)
    return 'ok'
  },
})

function refuseDefaults({ defaults, target }: Values<typeof OPTIONS>): void {
  if (defaults === undefined || target === 'submit') return
  const hint =
    target === 'python' ? 'with_makoto reads that file where it runs' : 'to add to that file give it with --merge'
  throw new UsageError('--defaults is for --target submit', hint)
}

/** Somebody's listener would go without a word: what a command line says replaces the file's, list by list. */
function warnOfReplaced(
  { target, defaults }: Values<typeof OPTIONS>,
  config: SparkConfig,
  properties: SparkConfig['properties'],
): Warning[] {
  if (target !== 'submit' || defaults !== undefined) return []
  const replaced = namesOfLists(properties)
  const spared = namesOfLists(config.properties).filter((list) => !replaced.includes(list))
  const rest = spared.length === 0 ? '' : `, and do without ${spared.join(', ')}: outputs are hashed after their commit`
  const message = `these arguments replace what spark-defaults.conf says of ${replaced.join(', ')}${rest}. --defaults FILE keeps what it lists, and adds to all of them`
  return [{ code: 'lists-replaced', message }]
}

async function readOptionalText(path: string | undefined, what: string): Promise<string | undefined> {
  return path === undefined ? undefined : readNamedText(path, what)
}

function readOptions(options: Values<typeof OPTIONS>): SparkOptions {
  return {
    level: LEVELS[options.level ?? '2'],
    signingKey: options.key === undefined ? undefined : resolveUri(options.key).replace(/^\//, 'file:/'),
    signingPasswordFile: options['password-file'] === undefined ? undefined : resolveUri(options['password-file']),
    dbomSink: options.sink,
    trustKeys: options['trust-key']?.map(resolveUri),
    timestampUrl: options['timestamp-url']?.slice(),
    timestamp: options.timestamp,
    registryUrl: options['registry-url'],
    digestInputs: options['digest-inputs'],
    digestOutputs: options['digest-outputs'],
    budget: options.budget,
    stages: options.stages,
    tenant: options.tenant,
    onFailure: options['on-failure'],
    spoolDir: options['spool-dir'],
    timeout: options.timeout,
    jar: readJar(options),
    installedJar: options.installed,
  }
}

function readJar({ jar, spark, scala }: Values<typeof OPTIONS>): string | undefined {
  if (jar !== undefined || spark === undefined) return jar
  return jarFor({ spark, ...(scala === undefined ? {} : { scala }) }).href
}

/** A plain path is made absolute, since the driver starts elsewhere; the agent reads it as it stands, percent signs and all. */
function resolveUri(file: string): string {
  return /^[a-z][a-z0-9+.-]+:/i.test(file) ? file : resolve(file)
}
