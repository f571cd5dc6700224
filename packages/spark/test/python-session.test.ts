import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { LISTENER, pythonSession, sparkConfig } from '../src/index.ts'
import { AUDITED, LISTENER_LINES } from './listener-lines.ts'
import { contractOf } from './target-contract.ts'

// Python starts slowly on a machine that is busy with other suites.
vi.setConfig({ testTimeout: 60_000 })

/**
 * Runs the text in Python beside a stand-in for `pyspark`, and hands `with_makoto` one for `SparkSession.builder` that
 * records. The JVM's class path is what `classes` names, `launched` is what it was started with, and `home` is where
 * PySpark finds Spark: nowhere if null.
 */
const RECORDER = `
import json, os, sys, types, warnings
from unittest import mock

state = json.loads(os.environ["STATE"])

class Builder:
    def __init__(self):
        self._options = {}
    def config(self, key, value):
        assert type(key) is str and type(value) is str
        self._options[key] = value
        return self

def load_class(name):
    if name not in state["classes"]:
        raise Exception("java.lang.ClassNotFoundException: " + name)

def conf(properties):
    return types.SimpleNamespace(getAll=lambda: list(properties.items()))

jvm = mock.Mock()
jvm.java.lang.Thread.currentThread().getContextClassLoader().loadClass = load_class

class SparkContext:
    _gateway = object() if state["gateway"] else None
    _jvm = jvm if state["gateway"] else None
    _active_spark_context = None
    @classmethod
    def _ensure_initialized(cls):
        cls._jvm = jvm

if state["session"] is not None:
    SparkContext._active_spark_context = types.SimpleNamespace(getConf=lambda: conf(state["session"]))
pyspark = types.ModuleType("pyspark")
if state["driver"]:
    pyspark.SparkContext = SparkContext
    pyspark.SparkConf = lambda: conf(state["launched"])
sys.modules["pyspark"] = pyspark

def find_spark_home():
    home = os.environ.get("SPARK_HOME", state["home"])
    return sys.exit(-1) if home is None else home

sys.modules["pyspark.find_spark_home"] = types.SimpleNamespace(_find_spark_home=find_spark_home)

module = {}
exec(compile(sys.stdin.buffer.read(), "session", "exec"), module)
builder = Builder()
for key, value in module.get("SETTINGS", {}).items():
    builder.config(key, value)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    same = module["with_makoto"](builder)
assert same is builder
json.dump({"options": same._options, "warnings": [str(warning.message) for warning in caught]}, sys.stdout)
`

type Started = {
  /** Whether PySpark can start a JVM at all; a client of Spark Connect cannot. */
  driver: boolean
  gateway: boolean
  classes: string[]
  launched: Record<string, string>
  session: Record<string, string> | null
  home: string | null
}

type Built = { options: Record<string, string>; warnings: string[] }

const emptyHome = mkdtempSync(join(tmpdir(), 'makoto-spark-home-'))
afterAll(() => rmSync(emptyHome, { recursive: true }))

const FRESH: Started = { driver: true, gateway: false, classes: [], launched: {}, session: null, home: emptyHome }

function build(text: string, started: Partial<Started> = {}, env: NodeJS.ProcessEnv = {}): Built {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(PY)?SPARK_/.test(name))
  return JSON.parse(
    execFileSync('python3', ['-c', RECORDER], {
      input: text,
      encoding: 'utf8',
      env: { ...Object.fromEntries(inherited), ...env, STATE: JSON.stringify({ ...FRESH, ...started }) },
    }),
  )
}

function readByPython(text: string): Record<string, string> {
  const { options, warnings } = build(text)
  expect(warnings).toEqual([])
  return options
}

const OWN = '"""The team\'s sessions."""\n\nfrom __future__ import annotations\n\nNAME = "nightly"\n'

describe('Python session builder', () => {
  contractOf({
    target: pythonSession,
    keeps: OWN,
    existing: (properties) => `${OWN}\nSETTINGS = ${JSON.stringify(properties)}\n`,
    read: readByPython,
    mergesLate: true,
  })

  const config = sparkConfig({ level: 1, dbomSink: 'file:/lake/_makoto' })

  test('compiles', () => {
    const folder = mkdtempSync(join(tmpdir(), 'makoto-python-'))
    writeFileSync(join(folder, 'session.py'), pythonSession.render(config))
    execFileSync('python3', ['-m', 'py_compile', join(folder, 'session.py')])
    rmSync(folder, { recursive: true })
  })

  test('keeps what stands below the block', () => {
    const text = `${pythonSession.render(config)}\n\nAFTER = 1\n`
    expect(pythonSession.render(config, text)).toBe(text)
  })

  test('refuses a text that lost one of the marks', () => {
    const torn = pythonSession.render(config).replace('# <<< makoto <<<', '')
    expect(() => pythonSession.render(config, torn)).toThrow(/only one of the marks/)
  })
})

describe('with_makoto where the agent could not run', () => {
  const jar = 'file:///opt/makoto/makoto-spark-3.5_2.12-0.1.0.jar'
  const text = pythonSession.render(sparkConfig({ level: 1, dbomSink: 'file:/lake/_makoto', jar }))

  test.each([
    ['under spark-submit', {}, { PYSPARK_GATEWAY_PORT: '25333' }, 'the JVM runs already'],
    ['after a session that was stopped', { gateway: true }, {}, 'the JVM runs already'],
    ['beside a session without it', { gateway: true, session: {}, classes: [LISTENER] }, {}, 'a session already'],
    ['in a client of Spark Connect', { driver: false }, {}, 'configure the server'],
    ['with --jars', {}, { PYSPARK_SUBMIT_ARGS: '--jars a.jar pyspark-shell' }, `sets spark.jars: add ${jar}`],
    ['with --jars=', {}, { PYSPARK_SUBMIT_ARGS: '--jars=a.jar pyspark-shell' }, `sets spark.jars: add ${jar}`],
    ['from a server that the environment names', {}, { SPARK_REMOTE: 'sc://spark.example' }, 'client of Spark Connect'],
    ['where PySpark is in Connect mode', {}, { SPARK_CONNECT_MODE_ENABLED: '1' }, 'client of Spark Connect'],
    ['with spark.jars', {}, { PYSPARK_SUBMIT_ARGS: '--conf spark.jars=a.jar pyspark-shell' }, 'sets spark.jars'],
    [
      'with listeners',
      {},
      { PYSPARK_SUBMIT_ARGS: '--conf spark.extraListeners=com.acme.Audit pyspark-shell' },
      'sets spark.extraListeners',
    ],
  ])('warns and leaves the builder as it is: %s', (_, started, env, reason) => {
    const { options, warnings } = build(text, started, env)
    expect(options).toEqual({})
    expect(warnings).toEqual([expect.stringContaining(reason)])
  })

  test('goes on where PYSPARK_SUBMIT_ARGS has a class path of its own, which costs digests in stream only', () => {
    const env = { PYSPARK_SUBMIT_ARGS: '--driver-class-path postgres.jar pyspark-shell' }
    expect(build(text, {}, env)).toMatchObject({ options: { 'spark.jars': jar }, warnings: [] })
    const installed = sparkConfig({ level: 1, dbomSink: 'file:/lake/_makoto', installedJar: '/opt/makoto.jar' })
    expect(build(pythonSession.render(installed), {}, env).options).toEqual({})
  })

  test('takes packages of PYSPARK_SUBMIT_ARGS for no JARs', () => {
    const env = { PYSPARK_SUBMIT_ARGS: '--packages a:b:1 --conf spark.jars.packages=c:d:1 pyspark-shell' }
    expect(build(text, {}, env)).toMatchObject({ options: { 'spark.jars': jar }, warnings: [] })
  })

  test('takes an entry of PYSPARK_SUBMIT_ARGS for the agent that it is', () => {
    const env = { PYSPARK_SUBMIT_ARGS: `--jars a.jar,${jar} pyspark-shell` }
    expect(build(text, {}, env)).toMatchObject({ options: { 'spark.extraListeners': LISTENER }, warnings: [] })
  })

  test('adds the agent to what spark-submit was given, where it was given the JAR', () => {
    const launched = { 'spark.extraListeners': 'com.acme.Audit', 'spark.jars': `/opt/acme.jar,${jar}` }
    const built = build(text, { classes: [LISTENER], launched }, { PYSPARK_GATEWAY_PORT: '25333' })
    expect(built).toMatchObject({
      options: { 'spark.extraListeners': `com.acme.Audit,${LISTENER}`, 'spark.jars': `/opt/acme.jar,${jar}` },
      warnings: [],
    })
  })

  test('goes on in a session that has the agent', () => {
    const session = { 'spark.extraListeners': LISTENER }
    expect(build(text, { gateway: true, session, classes: [LISTENER] }).warnings).toEqual([])
  })
})

describe('with_makoto beside spark-defaults.conf', () => {
  const jar = 'file:///opt/makoto/makoto-spark-3.5_2.12-0.1.0.jar'
  const text = pythonSession.render(sparkConfig({ level: 1, dbomSink: 'file:/lake/_makoto', jar }))
  const TEAMS = 'spark.extraListeners com.acme.Audit\nspark.jars /opt/makoto-spark-3.5_2.12-0.0.9.jar,/opt/acme.jar\n'
  const BOTH = { 'spark.extraListeners': AUDITED, 'spark.jars': `/opt/acme.jar,${jar}` }

  function layOut(files: Record<string, string>): string {
    const root = mkdtempSync(join(tmpdir(), 'makoto-spark-'))
    onTestFinished(() => rmSync(root, { recursive: true }))
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), content)
    }
    return root
  }

  test.each<[string, (root: string) => [Partial<Started>, NodeJS.ProcessEnv]]>([
    ['in SPARK_CONF_DIR', (root) => [{}, { SPARK_CONF_DIR: join(root, 'conf') }]],
    ['in SPARK_HOME', (root) => [{}, { SPARK_HOME: root, SPARK_CONF_DIR: '' }]],
    ['in the Spark that pip installed', (root) => [{ home: root }, {}]],
    [
      'in place of it',
      (root) => [{}, { PYSPARK_SUBMIT_ARGS: `--properties-file '${root}/conf/spark-defaults.conf' pyspark-shell` }],
    ],
    [
      'in place of it, as one word',
      (root) => [{}, { PYSPARK_SUBMIT_ARGS: `--properties-file=${root}/conf/spark-defaults.conf pyspark-shell` }],
    ],
  ])('adds to the lists that stand %s', (_, arrange) => {
    const root = layOut({ 'conf/spark-defaults.conf': TEAMS })
    const { options, warnings } = build(text, ...arrange(root))
    expect(warnings).toEqual([])
    expect(options).toMatchObject(BOTH)
  })

  test.each(LISTENER_LINES)('understands %s', (_, line) => {
    const home = layOut({ 'conf/spark-defaults.conf': `${line}\nspark.app.name nightly\n` })
    expect(build(text, { home }).options).toMatchObject({ 'spark.extraListeners': AUDITED })
  })

  test.each([
    ['characters of every kind', 'spark.jars /opt/Gr\\u00f6\\u00DFe/\\ud83e\\udd84.jar', '/opt/Größe/🦄.jar'],
    ['text that is UTF-8 as it stands', 'spark.jars /opt/Größe/🦄.jar', '/opt/Größe/🦄.jar'],
    ['backslashes that stand for themselves', 'spark.jars C:\\\\acme\\\\', 'C:\\acme\\'],
    ['lines that end as on Windows', 'spark.jars /opt/a.jar,\\\r\n  /opt/b.jar\r\n', '/opt/a.jar,/opt/b.jar'],
  ])('understands %s', (_, line, list) => {
    const home = layOut({ 'conf/spark-defaults.conf': line })
    expect(build(text, { home }).options['spark.jars']).toBe(`${list},${jar}`)
  })

  test('leaves a commented-out setting alone', () => {
    const home = layOut({ 'conf/spark-defaults.conf': '  #spark.extraListeners com.acme.Off\n! spark.jars off.jar\n' })
    expect(build(text, { home }).options).toMatchObject({ 'spark.extraListeners': LISTENER, 'spark.jars': jar })
  })

  test('passes over it where another file takes its place, and not where both are asked for', () => {
    const root = layOut({ 'conf/spark-defaults.conf': TEAMS, 'own.conf': 'spark.jars /opt/own.jar\n' })
    const named = `--properties-file ${join(root, 'own.conf')}`
    const built = (args: string) =>
      build(text, { home: root }, { PYSPARK_SUBMIT_ARGS: `${args} pyspark-shell` }).options
    const own = { 'spark.jars': `/opt/own.jar,${jar}` }
    expect(built(named)).toMatchObject({ ...own, 'spark.extraListeners': LISTENER })
    expect(built(`--load-spark-defaults ${named}`)).toMatchObject({ ...own, 'spark.extraListeners': AUDITED })
  })

  test('adds to the class path that the driver has there', () => {
    const home = layOut({ 'conf/spark-defaults.conf': 'spark.driver.extraClassPath /usr/share/emrfs/*\n' })
    const name = 'makoto-spark-3.5_2.12-0.1.0.jar'
    expect(build(text, { home }).options).toMatchObject({
      'spark.driver.extraClassPath': `/usr/share/emrfs/*:/opt/makoto/${name}:${name}`,
    })
  })

  test('leaves it to what the builder says, as Spark does', () => {
    const home = layOut({ 'conf/spark-defaults.conf': TEAMS })
    const settings = { 'spark.extraListeners': 'com.acme.Mine' }
    const { options } = build(`SETTINGS = ${JSON.stringify(settings)}\n${text}`, { home })
    expect(options).toMatchObject({ ...BOTH, 'spark.extraListeners': `com.acme.Mine,${LISTENER}` })
  })

  test('follows a spark-env.sh that moves the configuration, unless it was read before', () => {
    const root = layOut({
      'conf/spark-env.sh': 'echo a line of its own\nexport SPARK_CONF_DIR="$SPARK_HOME/elsewhere"\n',
      'elsewhere/spark-defaults.conf': TEAMS,
    })
    expect(build(text, { home: root }).options).toMatchObject(BOTH)
    const read = { SPARK_ENV_LOADED: '1', SPARK_CONF_DIR: join(root, 'conf') }
    expect(build(text, { home: root }, read).options).toMatchObject({ 'spark.extraListeners': LISTENER })
  })

  test.each<[string, Record<string, string>, Partial<Started>, NodeJS.ProcessEnv, string]>([
    ['Spark is not found', {}, { home: null }, {}, 'SystemExit'],
    [
      'the file that is named cannot be read',
      {},
      {},
      { PYSPARK_SUBMIT_ARGS: '--properties-file nowhere/own.conf pyspark-shell' },
      'nowhere/own.conf',
    ],
    ['spark-env.sh says nothing', { 'conf/spark-env.sh': 'SPARK_CONF_DIR=x\nexit\n' }, {}, {}, 'spark-env.sh'],
  ])('warns and leaves the builder as it is where %s', (_, files, started, env, cause) => {
    const root = layOut(files)
    const { options, warnings } = build(text, { home: root, ...started }, env)
    expect(options).toEqual({})
    expect(warnings).toEqual([
      expect.stringContaining('what spark-defaults.conf lists is not known: name spark.extraListeners, spark.jars'),
    ])
    expect(warnings[0]).toContain(cause)
  })

  test('asks nobody where the builder names every list', () => {
    const settings = Object.fromEntries(sparkConfig({ level: 1, dbomSink: 'x', jar }).properties)
    const { options, warnings } = build(`SETTINGS = ${JSON.stringify(settings)}\n${text}`, { home: null })
    expect(warnings).toEqual([])
    expect(options).toMatchObject({ 'spark.extraListeners': LISTENER, 'spark.jars': jar })
  })
})
