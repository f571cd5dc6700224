import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { sparkConfig, sparkSubmit } from '../src/index.ts'
import { AUDITED, LISTENER_LINES } from './listener-lines.ts'
import { contractOf } from './target-contract.ts'

/** The arguments as a real shell passes them on. */
function readArguments(text: string): string[] {
  const script = `printf '%s\\0' ${text.replace(/^spark-submit /, '')}`
  return execFileSync('bash', ['-c', script], { encoding: 'utf8', env: { ...process.env, MINE: 'com.acme.Mine' } })
    .split('\0')
    .slice(0, -1)
}

function readProperties(text: string): Record<string, string> {
  const found: Record<string, string> = {}
  const words = readArguments(text)
  while (words[0]?.startsWith('--')) {
    const [name, value = ''] = words.splice(0, 2)
    if (name === '--jars') found['spark.jars'] = value
    if (name === '--conf') found[value.slice(0, value.indexOf('='))] = value.slice(value.indexOf('=') + 1)
  }
  return found
}

const APPLICATION = `app.jar --conf 'spark.extraListeners=the application'"'"'s own'`

describe('spark-submit arguments', () => {
  contractOf({
    target: sparkSubmit,
    keeps: APPLICATION,
    existing: (properties) =>
      [
        'spark-submit --class com.acme.Job',
        ...Object.entries(properties).map(([key, value]) => `--conf '${key}=${value}'`),
        APPLICATION,
      ].join(' '),
    read: readProperties,
    spare: 'spark.driver.extraClassPath',
  })

  const config = sparkConfig({
    level: 1,
    dbomSink: 'file:/lake/_makoto',
    jar: 'file:/opt/makoto-spark-3.5_2.12-0.1.0.jar',
  })

  test('stand before the application, so that Spark reads them', () => {
    const words = readArguments(sparkSubmit.render(config, 'spark-submit --verbose job.py --level 1'))
    expect(words.slice(-3)).toEqual(['job.py', '--level', '1'])
  })

  test('add to --jars where it is used', () => {
    const text = sparkSubmit.render(config, 'spark-submit --jars=/opt/acme.jar --conf spark.jars=unused.jar app.jar')
    expect(readArguments(text)).toContain('--jars=/opt/acme.jar,file:/opt/makoto-spark-3.5_2.12-0.1.0.jar')
  })

  test('add to --driver-class-path where it is used, which beats its property', () => {
    const installed = sparkConfig({ level: 1, dbomSink: 'file:/lake/_makoto', installedJar: '/opt/makoto.jar' })
    const text = sparkSubmit.render(installed, 'spark-submit --driver-class-path "$MINE" app.jar')
    expect(readArguments(text).join(' ')).toContain('--driver-class-path com.acme.Mine:/opt/makoto.jar')
    expect(readArguments(text)).toContain('spark.executor.extraClassPath=/opt/makoto.jar')
    expect(text).not.toContain('spark.driver.extraClassPath')
  })

  test('leave the class path of an unknown spark-defaults.conf alone, since a job may need it', () => {
    expect(sparkSubmit.render(config, 'spark-submit app.jar')).not.toContain('extraClassPath')
    const ours = '/opt/makoto-spark-3.5_2.12-0.1.0.jar:makoto-spark-3.5_2.12-0.1.0.jar'
    const known = [
      ['spark-submit app.jar', '', ours],
      ['spark-submit app.jar', 'spark.driver.extraClassPath /usr/share/emrfs/*\n', `/usr/share/emrfs/*:${ours}`],
      ['spark-submit --conf spark.driver.extraClassPath=/a.jar app.jar', undefined, `/a.jar:${ours}`],
    ] as const
    for (const [command, defaults, classPath] of known) {
      const text = sparkSubmit.render(config, command, defaults)
      expect(readProperties(text)).toMatchObject({ 'spark.driver.extraClassPath': classPath })
      expect(sparkSubmit.render(config, text)).toBe(text)
    }
  })

  test('leave a variable in an existing list to the shell', () => {
    const text = sparkSubmit.render(config, 'spark-submit --conf "spark.extraListeners=$MINE" app.jar')
    expect(readArguments(text)).toContain('spark.extraListeners=com.acme.Mine,dev.makoto.AttestationListener')
  })

  test('add to the lists of spark-defaults.conf, which they would replace', () => {
    const defaults = `# the team's\nspark.master yarn\nspark.jars /opt/it's $HOME.jar\nspark.makoto.level 2\n${LISTENER_LINES[4]?.[1]}\n`
    const text = sparkSubmit.render(config, 'spark-submit app.jar', defaults)
    expect(readProperties(text)).toEqual({
      ...Object.fromEntries(config.properties),
      'spark.extraListeners': AUDITED,
      'spark.jars': `/opt/it's $HOME.jar,file:/opt/makoto-spark-3.5_2.12-0.1.0.jar`,
    })
    expect(sparkSubmit.render(config, text, defaults)).toBe(text)
    expect(Object.fromEntries(sparkSubmit.settle(config, 'spark-submit app.jar', defaults))).toEqual(
      readProperties(text),
    )
  })

  test('leave a list of spark-defaults.conf replaced that the command line replaces already', () => {
    const given = 'spark-submit --jars /opt/acme.jar app.jar'
    const text = sparkSubmit.render(config, given, 'spark.jars /opt/other.jar\nspark.extraListeners com.acme.Audit\n')
    expect(readProperties(text)).toMatchObject({
      'spark.extraListeners': AUDITED,
      'spark.jars': '/opt/acme.jar,file:/opt/makoto-spark-3.5_2.12-0.1.0.jar',
    })
  })

  const OLD = 'file:/opt/makoto-spark-3.5_2.12-0.0.9.jar'

  test.each([
    ['a variable in a list that is written anew', `spark-submit --jars "$MINE,${OLD}" app.jar`],
    ['a command in such a list', `spark-submit --conf spark.jars=\`ls\`,${OLD} app.jar`],
    ['a home in such a list', `spark-submit --jars ~/a.jar,${OLD} app.jar`],
    ['a variable in a list with blanks', 'spark-submit --conf "spark.extraListeners=$MINE, b" app.jar'],
    ['a variable before the program', 'SPARK_HOME=/x spark-submit --name nightly app.jar'],
    ['an option without its value', 'spark-submit --name nightly --conf'],
    ['another program before it', 'exec /opt/spark/bin/spark-submit app.jar'],
  ])('refuse %s', (_, text) => {
    expect(() => sparkSubmit.render(config, text)).toThrow(expect.objectContaining({ code: 'options-invalid' }))
  })

  test.each([
    ['a dollar that the shell leaves alone', `spark-submit --jars '$MINE',"\\$MINE",${OLD} app.jar`],
    ['a program that is an argument', 'spark-submit --name nightly app.py --engine pyspark'],
    ['such an argument behind options alone', '--name nightly app.py pyspark'],
    ['a variable in a setting of our own, which is replaced', 'spark-submit --conf spark.makoto.level=$LEVEL app.jar'],
  ])('take %s', (_, text) => {
    expect(readProperties(sparkSubmit.render(config, text))).toMatchObject({ 'spark.makoto.level': '1' })
  })

  test('refuse a command line with an open quote', () => {
    expect(() => sparkSubmit.render(config, "spark-submit --name 'nightly app.jar")).toThrow(/cannot be read/)
  })
})
