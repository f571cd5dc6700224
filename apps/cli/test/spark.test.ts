import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { listJars } from '@makoto/spark'
import { describe, expect, test } from 'vitest'
import { makeFolder, makoto } from './makoto.ts'

const LEVEL_1 = ['--sink', 'file:/lake/_makoto', '--level', '1']

describe('spark conf', () => {
  test('prints spark-defaults.conf and nothing else to standard output', async () => {
    const { code, stdout } = await makoto(['spark', 'conf', '--target', 'defaults', ...LEVEL_1])
    expect(code).toBe(0)
    expect(stdout).toMatchInlineSnapshot(`
      "# Makoto: what each job reads and writes is attested
      spark.extraListeners dev.makoto.AttestationListener
      spark.makoto.level 1
      spark.makoto.dbom.sink file:/lake/_makoto
      "
    `)
  })

  test('prints arguments that a shell splits as they are meant', async () => {
    const { stdout } = await makoto(['spark', 'conf', '--target', 'submit', '--tenant', "it's two words", ...LEVEL_1])
    const words = execFileSync('bash', ['-c', `printf '%s\\n' ${stdout}`], { encoding: 'utf8' })
    expect(words).toContain("\nspark.makoto.tenant=it's two words\n")
  })

  test('prints Python that compiles', async () => {
    const { stdout } = await makoto(['spark', 'conf', '--target', 'python', ...LEVEL_1])
    execFileSync('python3', ['-c', 'import ast, sys; ast.parse(sys.stdin.read())'], { input: stdout })
  })

  test('merges into a file, and its own output merges to itself', async () => {
    const cwd = makeFolder()
    writeFileSync(join(cwd, 'spark-defaults.conf'), '# ours\nspark.extraListeners com.acme.Audit\n')
    const args = ['spark', 'conf', '--target', 'defaults', ...LEVEL_1, '--merge']
    const { stdout } = await makoto([...args, 'spark-defaults.conf'], { cwd })
    expect(stdout).toMatch(/^# ours\nspark\.extraListeners com\.acme\.Audit,dev\.makoto\.AttestationListener\n/)
    writeFileSync(join(cwd, 'new.conf'), stdout)
    expect((await makoto([...args, 'new.conf'], { cwd })).stdout).toBe(stdout)
  })

  test('says that arguments replace the lists of spark-defaults.conf, unless they add to them', async () => {
    const cwd = makeFolder()
    writeFileSync(join(cwd, 'spark-defaults.conf'), 'spark.extraListeners com.acme.Audit\n')
    const args = ['spark', 'conf', '--target', 'submit', ...LEVEL_1]
    const alone = await makoto(args, { cwd })
    expect(alone.stderr).toMatch(/^warning: these arguments replace what spark-defaults\.conf says of spark\.extraL/m)
    const beside = await makoto([...args, '--defaults', 'spark-defaults.conf'], { cwd })
    expect(beside.stderr).not.toContain('warning')
    expect(beside.stdout).toContain('spark.extraListeners=com.acme.Audit,dev.makoto.AttestationListener')
    const { stdout } = await makoto([...args, '--defaults', 'spark-defaults.conf', '--json'], { cwd })
    expect(JSON.parse(stdout).properties).toMatchObject({
      'spark.extraListeners': 'com.acme.Audit,dev.makoto.AttestationListener',
    })
  })

  test.each([
    ['defaults', 'give it with --merge'],
    ['python', 'reads that file where it runs'],
  ])('takes no --defaults for %s', async (target, hint) => {
    const args = ['spark', 'conf', '--target', target, ...LEVEL_1, '--defaults', 'spark-defaults.conf']
    const { code, stdout, stderr } = await makoto(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(hint)
  })

  test('warns that a key which the job can read does not meet L2.PL.1', async () => {
    const cwd = makeFolder()
    const args = ['spark', 'conf', '--target', 'defaults', '--sink', 's3a://lake/_makoto', '--key', 'spark.key']
    const { code, stdout, stderr } = await makoto(args, { cwd })
    expect(code).toBe(0)
    expect(stdout).toContain(`spark.makoto.signing.key file:${cwd}/spark.key\n`)
    expect(stderr).toContain('L2.PL.1')
    expect(stderr).toContain('L2.P.6')
  })

  test('makes the paths of keys and passwords absolute, since the driver starts elsewhere', async () => {
    const cwd = makeFolder()
    const keys = [
      '--key',
      'spark.key',
      '--password-file',
      'pw',
      '--trust-key',
      'orders.pub',
      '--trust-key',
      'file:/b.pub',
    ]
    const args = ['spark', 'conf', '--target', 'defaults', '--sink', 's3a://lake/_makoto', ...keys]
    const { stdout } = await makoto(args, { cwd })
    expect(stdout).toContain(`spark.makoto.signing.password-file ${cwd}/pw\n`)
    expect(stdout).toContain(`spark.makoto.trust.keys ${cwd}/orders.pub,file:/b.pub\n`)
  })

  test('takes a key in a key service and several timestamp authorities as they stand', async () => {
    const key = ['--sink', 's3a://lake/_makoto', '--key', 'awskms:///alias/makoto', '--timestamp', 'required']
    const urls = ['--timestamp-url', 'https://b.example', '--timestamp-url', 'https://a.example']
    const { code, stdout, stderr } = await makoto(['spark', 'conf', '--target', 'defaults', ...key, ...urls])
    expect(code).toBe(0)
    expect(stdout).toContain('spark.makoto.signing.key awskms:///alias/makoto\n')
    expect(stdout).toContain('spark.makoto.timestamp.url https://b.example,https://a.example\n')
    expect(stdout).toContain('spark.makoto.timestamp required\n')
    expect(stderr).not.toContain('warning')
  })

  test.each([
    ['level 2 without a key', ['--sink', 's3a://lake/_makoto'], 'level 2 needs a signing key'],
    ['credentials in a URI', ['--sink', 's3a://AKIA:hunter2@lake/_makoto', '--level', '1'], 'holds credentials'],
    ['a Spark there is no agent for', [...LEVEL_1, '--spark', '2.4'], 'no agent for Spark 2.4'],
  ])('%s is a usage error', async (_, args, message) => {
    const { code, stdout, stderr } = await makoto(['spark', 'conf', '--target', 'defaults', ...args])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr).not.toContain('hunter2')
  })

  test('gives JSON', async () => {
    const { stdout } = await makoto(['spark', 'conf', '--target', 'submit', '--json', ...LEVEL_1])
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'https://makoto.dev/schemas/cli/spark-conf/v1',
      target: 'submit',
      properties: { 'spark.makoto.level': '1', 'spark.extraListeners': 'dev.makoto.AttestationListener' },
      warnings: [{ code: 'lists-replaced' }],
    })
  })
})

const [jar] = listJars()
if (jar === undefined)
  console.warn('makoto spark jar is not tried with a JAR: the build has not put any into @makoto/spark')

describe('spark jar', () => {
  test.skipIf(jar === undefined)('prints a path that exists', async () => {
    const { code, stdout } = await makoto(['spark', 'jar', '--spark', `${jar?.spark}.9`, '--scala', `${jar?.scala}`])
    expect(code).toBe(0)
    expect(existsSync(stdout.trimEnd())).toBe(true)
  })

  test('says what there is when there is no such agent', async () => {
    const { code, stdout, stderr } = await makoto(['spark', 'jar', '--spark', '2.4'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(
      /no agent for Spark 2\.4 with Scala 2\.12\n(there are: Spark|this copy of @makoto\/spark holds no JARs)/,
    )
  })
})
