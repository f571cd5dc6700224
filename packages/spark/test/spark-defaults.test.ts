import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sparkConfig, sparkDefaults } from '../src/index.ts'
import { AUDITED, LISTENER_LINES } from './listener-lines.ts'
import { contractOf } from './target-contract.ts'

/** Reads standard input as Spark does (UTF-8) and as a plain `Properties.load` does (Latin 1); they have to agree. */
const READER = `
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.*;

public class ReadProperties {
  public static void main(String[] args) throws IOException {
    byte[] text = System.in.readAllBytes();
    Properties spark = new Properties(), plain = new Properties();
    spark.load(new InputStreamReader(new ByteArrayInputStream(text), StandardCharsets.UTF_8));
    plain.load(new ByteArrayInputStream(text));
    if (!spark.equals(plain)) throw new IOException("the text depends on the encoding");
    PrintStream out = new PrintStream(System.out, true, "UTF-8");
    for (String key : spark.stringPropertyNames()) out.print(key + "\\0" + spark.getProperty(key).trim() + "\\0");
  }
}
`

const jdk = spawnSync('javac', ['-version']).status === 0
if (!jdk) console.warn('spark-defaults.conf is not read by Java here: no JDK on the PATH')

describe.skipIf(!jdk)('spark-defaults.conf', () => {
  const folder = mkdtempSync(join(tmpdir(), 'makoto-properties-'))
  beforeAll(() => {
    writeFileSync(join(folder, 'ReadProperties.java'), READER)
    execFileSync('javac', ['-d', folder, join(folder, 'ReadProperties.java')])
  }, 60_000)
  afterAll(() => rmSync(folder, { recursive: true }))

  function readByJava(text: string): Record<string, string> {
    const options = ['-Xshare:auto', '-XX:TieredStopAtLevel=1', '-cp', folder, 'ReadProperties']
    const parts = execFileSync('java', options, { input: text, encoding: 'utf8' }).split('\0')
    return Object.fromEntries(
      parts.flatMap((key, at) => (at % 2 === 0 && key !== '' ? [[key, parts[at + 1] ?? '']] : [])),
    )
  }

  const OWN = '# the platform team\n\n   ! do not touch\nspark.master  yarn\n'

  contractOf({
    target: sparkDefaults,
    keeps: OWN,
    existing: (properties) =>
      OWN +
      Object.entries(properties)
        .map(([key, value]) => `${key}\t${value}\n`)
        .join(''),
    read: (text) => {
      const { 'spark.master': _, ...rest } = readByJava(text)
      return rest
    },
  })

  const config = sparkConfig({ level: 1, dbomSink: 'file:/lake/_makoto' })

  test.each(LISTENER_LINES)('understands %s', (_, line) => {
    const text = sparkDefaults.render(config, `${line}\nspark.app.name nightly\n`)
    expect(readByJava(text)).toMatchObject({
      'spark.extraListeners': AUDITED,
      'spark.app.name': 'nightly',
    })
  })

  test('keeps the line ends of Windows', () => {
    expect(sparkDefaults.render(config, 'spark.app.name nightly\r\n')).toMatch(/^(?:[^\r\n]*\r\n)+$/)
  })

  test('leaves a commented-out setting alone', () => {
    const text = sparkDefaults.render(config, '#spark.extraListeners com.acme.Off\n')
    expect(readByJava(text)['spark.extraListeners']).toBe('dev.makoto.AttestationListener')
  })
})
