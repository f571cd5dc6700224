import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { LISTENER, pythonSession, sparkConfig } from '../src/index.ts'
import { contractOf } from './target-contract.ts'

/**
 * Runs the text in Python beside a stand-in for `pyspark`, and hands `with_makoto` one for `SparkSession.builder` that
 * records. The JVM's class path is what `CLASSES` names, and `LAUNCHED` is what it was started with.
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
}

type Built = { options: Record<string, string>; warnings: string[] }

const FRESH: Started = { driver: true, gateway: false, classes: [], launched: {}, session: null }

function build(text: string, started: Partial<Started> = {}, env: NodeJS.ProcessEnv = {}): Built {
  const { PYSPARK_SUBMIT_ARGS: _, PYSPARK_GATEWAY_PORT: __, ...inherited } = process.env
  return JSON.parse(
    execFileSync('python3', ['-c', RECORDER], {
      input: text,
      encoding: 'utf8',
      env: { ...inherited, ...env, STATE: JSON.stringify({ ...FRESH, ...started }) },
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
