import { expect, test } from 'vitest'
import { type ConfigTarget, type SparkOptions, sparkConfig } from '../src/index.ts'

/** A target, and the program that reads its text in real life. */
export type TargetUnderTest = {
  target: ConfigTarget
  /** Text of this kind that sets these properties and holds things of its own. */
  existing(properties: Record<string, string>): string
  /** What stands in `existing` whatever the properties, and has to stay as it is. */
  keeps: string
  read(text: string): Record<string, string>
  /** What is left out where nobody says what stands below. */
  spare?: string
  /** Whether lists are merged where the text runs. */
  mergesLate?: boolean
}

const JAR = 'file:///opt/makoto/makoto-spark-3.5_2.12-0.1.0.jar'
const CLASS_PATH = '/opt/makoto/makoto-spark-3.5_2.12-0.1.0.jar:makoto-spark-3.5_2.12-0.1.0.jar'
const LISTENER = 'dev.makoto.AttestationListener'

const OPTIONS: SparkOptions = {
  level: 2,
  signingKey: 'file:/etc/makoto/spark.key',
  dbomSink: 's3a://lake/_makoto',
  timestampUrl: 'https://tsa.example/api/v1/timestamp',
  jar: JAR,
}

const AWKWARD = {
  spaces: 'two  words',
  quotes: `it's "quoted"`,
  'a dollar and a backquote': '$HOME `id` $(id) $1 $$',
  backslashes: '\\\\server\\share\\new\\u0041\\',
  unicode: 'Größe \u2028 数据 🦄',
  'signs of comments and separators': '#not = a : comment!',
  'a leading separator': '= value',
  'signs of Python formats': '%s {x} {{y}} """ #',
} as const

export function contractOf({ target, existing, keeps, read, spare, mergesLate = false }: TargetUnderTest): void {
  const config = sparkConfig(OPTIONS)
  const expected = Object.fromEntries(config.properties.filter(([key]) => key !== spare))
  const render = (text: string) => target.render(config, text)

  test('sets every property', () => {
    expect(read(target.render(config))).toEqual(expected)
  })

  test('says what its text sets', () => {
    expect(Object.fromEntries(target.settle(config))).toEqual(expected)
    const before = existing({
      'spark.extraListeners': 'com.acme.Audit',
      'spark.driver.extraClassPath': '/usr/share/emrfs/*',
      'spark.makoto.level': '1',
    })
    const settled = Object.fromEntries(target.settle(config, before))
    if (mergesLate) expect(settled).toEqual(Object.fromEntries(config.properties))
    else expect(settled).toEqual(read(render(before)))
  })

  test.each(Object.entries(AWKWARD))('carries a value with %s unchanged', (_, tenant) => {
    const text = target.render(sparkConfig({ ...OPTIONS, tenant }))
    expect(read(text)['spark.makoto.tenant']).toBe(tenant)
  })

  test('keeps what it does not know', () => {
    const text = render(existing({ 'spark.sql.shuffle.partitions': '7' }))
    expect(text).toContain(keeps)
    expect(read(text)).toMatchObject({ 'spark.sql.shuffle.partitions': '7', 'spark.makoto.level': '2' })
  })

  test('adds to the listeners and JARs that are there', () => {
    const text = render(existing({ 'spark.extraListeners': 'com.acme.Audit', 'spark.jars': '/opt/acme.jar' }))
    expect(read(text)).toMatchObject({
      'spark.extraListeners': `com.acme.Audit,${LISTENER}`,
      'spark.jars': `/opt/acme.jar,${JAR}`,
    })
  })

  test('adds a shipped JAR to the class path that the driver has', () => {
    const before = '/usr/share/emrfs/*:/opt/makoto/makoto-spark-3.5_2.12-0.0.9.jar:makoto-spark-3.5_2.12-0.0.9.jar'
    const text = render(existing({ 'spark.driver.extraClassPath': before }))
    expect(read(text)).toMatchObject({ 'spark.driver.extraClassPath': `/usr/share/emrfs/*:${CLASS_PATH}` })
    expect(read(text)).not.toHaveProperty(['spark.executor.extraClassPath'])
    expect(render(text)).toBe(text)
  })

  test('adds an installed JAR to the class paths that are there', () => {
    const installed = sparkConfig({
      ...OPTIONS,
      jar: undefined,
      installedJar: '/opt/makoto/makoto-spark-3.5_2.12-0.1.0.jar',
    })
    const before = { 'spark.executor.extraClassPath': '/opt/acme/*:/opt/makoto/makoto-spark-3.5_2.12-0.0.9.jar' }
    const text = target.render(installed, existing(before))
    expect(read(text)).toMatchObject({
      'spark.driver.extraClassPath': '/opt/makoto/makoto-spark-3.5_2.12-0.1.0.jar',
      'spark.executor.extraClassPath': '/opt/acme/*:/opt/makoto/makoto-spark-3.5_2.12-0.1.0.jar',
    })
    expect(read(text)).not.toHaveProperty(['spark.jars'])
    expect(target.render(installed, text)).toBe(text)
  })

  test('does not add what is already listed', () => {
    const listeners = `com.acme.Audit, ${LISTENER} ,com.acme.Last`
    const text = render(existing({ 'spark.extraListeners': listeners }))
    expect(read(text)['spark.extraListeners']?.split(LISTENER)).toHaveLength(2)
  })

  test('replaces the JAR of another version', () => {
    const text = render(existing({ 'spark.jars': '/opt/makoto-spark-3.5_2.12-0.0.9.jar,/opt/acme.jar' }))
    expect(read(text)['spark.jars']).toBe(`/opt/acme.jar,${JAR}`)
  })

  test('replaces an older setting of its own', () => {
    const text = render(target.render(sparkConfig({ ...OPTIONS, dbomSink: 'file:/old' })))
    expect(read(text)).toEqual(expected)
  })

  test.each([
    ['nothing', ''],
    ['a text of its own', existing({ 'spark.extraListeners': 'com.acme.Audit', 'spark.jars': 'a.jar' })],
    ['a text without an end of line', existing({ 'spark.app.name': 'nightly' }).trimEnd()],
  ])('run twice on %s gives the same text', (_, text) => {
    expect(render(render(text))).toBe(render(text))
  })
}
