import { MakotoError } from '@makoto/core'
import { describe, expect, test } from 'vitest'
import { type SparkOptions, sparkConfig } from '../src/index.ts'

const LEVEL_2: SparkOptions = {
  level: 2,
  signingKey: 'file:/etc/makoto/spark.key',
  dbomSink: 's3://lake/_makoto',
  timestampUrl: 'https://tsa.example',
}

function refusal(options: object): MakotoError {
  try {
    sparkConfig(options as SparkOptions)
  } catch (error) {
    if (error instanceof MakotoError) return error
    throw error
  }
  throw new Error('it was accepted')
}

describe('the Spark configuration', () => {
  test('names every option as the agent reads it', () => {
    const { properties } = sparkConfig({
      ...LEVEL_2,
      trustKeys: ['/etc/makoto/a.pub', '/etc/makoto/b.pub'],
      registryUrl: 'https://registry.example',
      digestInputs: 'reference',
      digestOutputs: 'commit',
      signingPasswordFile: '/etc/makoto/password',
      budget: '5m,64gb',
      stages: 'io',
      rows: 'off',
      tenant: 'acme',
      onFailure: 'fail',
      spoolDir: '/var/spool/makoto',
      timeout: '30s',
    })
    expect(properties.map(([key, value]) => `${key} ${value}`)).toMatchInlineSnapshot(`
      [
        "spark.extraListeners dev.makoto.AttestationListener",
        "spark.makoto.level 2",
        "spark.makoto.signing.key file:/etc/makoto/spark.key",
        "spark.makoto.signing.password-file /etc/makoto/password",
        "spark.makoto.dbom.sink s3://lake/_makoto",
        "spark.makoto.trust.keys /etc/makoto/a.pub,/etc/makoto/b.pub",
        "spark.makoto.timestamp.url https://tsa.example",
        "spark.makoto.registry.url https://registry.example",
        "spark.makoto.digest.inputs reference",
        "spark.makoto.digest.outputs commit",
        "spark.makoto.budget 5m,64gb",
        "spark.makoto.stages io",
        "spark.makoto.rows off",
        "spark.makoto.tenant acme",
        "spark.makoto.on-failure fail",
        "spark.makoto.spool.dir /var/spool/makoto",
        "spark.makoto.timeout 30s",
      ]
    `)
  })

  test('refuses an option that nobody knows, by name', () => {
    expect(refusal({ ...LEVEL_2, signingkey: 'file:/k' })).toMatchObject({
      code: 'options-invalid',
      message: expect.stringContaining('signingkey'),
    })
  })

  test('refuses level 2 without a key', () => {
    const { signingKey: _, ...unsigned } = LEVEL_2
    expect(refusal(unsigned).message).toContain('needs a signing key')
  })

  test('refuses level 3 without a control plane', () => {
    expect(refusal({ ...LEVEL_2, level: 3 }).message).toContain('needs the URL of a control plane')
  })

  test('refuses a key in place of its URI and does not repeat it', () => {
    const error = refusal({ ...LEVEL_2, signingKey: '-----BEGIN PRIVATE KEY----- MC4CAQ' })
    expect(error.message).toContain('signingKey')
    expect(JSON.stringify([error.message, error.hint, error])).not.toContain('MC4CAQ')
  })

  test.each([
    ['credentials in the store', { dbomSink: 's3://AKIA:secret@lake/x' }],
    ['credentials in the timestamp URL', { timestampUrl: 'https://me:pw@tsa.example' }],
    ['a line break', { tenant: 'a\nspark.master local' }],
    ['a JAR that would be two', { jar: '/opt/a,b.jar' }],
    ['an installed JAR without its whole path', { installedJar: 'makoto-spark-3.5_2.12-0.1.0.jar' }],
    ['two installed JARs', { installedJar: '/opt/a.jar:/opt/b.jar' }],
    ['a JAR that is shipped and installed', { jar: '/opt/a.jar', installedJar: '/opt/a.jar' }],
    ['a level there is not', { level: 4 }],
    ['a key that the agent cannot open', { signingKey: 'pkcs11:token=makoto' }],
    ['a password file without its whole path', { signingPasswordFile: 'password' }],
    ['a trust key without its whole path', { trustKeys: ['/etc/makoto/a.pub', 'orders.pub'] }],
    ['a trust key that is no file', { trustKeys: ['s3://lake/orders.pub'] }],
    ['a trust key that would be two', { trustKeys: ['/a.pub,/b.pub'] }],
    ['an Azure key of a host that is no vault', { signingKey: 'azurekms://vault.azure.net.example/spark' }],
    ['a key of a cloud that names none', { signingKey: 'gcpkms://projects/p' }],
    ['a required timestamp without an authority', { timestampUrl: undefined, timestamp: 'required' as const }],
    ['two authorities in one URL', { timestampUrl: 'https://a.example,https://b.example' }],
    ['a budget that is no quantity', { budget: 'plenty' }],
    ['a timeout that is a size', { timeout: '10gb' }],
  ])('refuses %s', (_, wrong) => {
    expect(refusal({ ...LEVEL_2, ...wrong }).code).toBe('options-invalid')
  })

  test.each([
    'file:/etc/makoto/spark.key',
    'awskms:///alias/makoto',
    'awskms:///arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
    'awskms://vpce-1.kms.eu-central-1.vpce.amazonaws.com/alias/makoto',
    'kms://aws/alias/makoto',
    'gcpkms://projects/p/locations/global/keyRings/r/cryptoKeys/k',
    'gcpkms://projects/p/locations/global/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1',
    'azurekms://lake.vault.azure.net/spark',
    'azurekms://Lake.ManagedHSM.azure.net/spark/0123456789abcdef0123456789abcdef',
    'azurekms://127.0.0.1:8443/spark',
    'hashivault://spark',
  ])('the agent opens %s', (signingKey) => {
    const { properties } = sparkConfig({ ...LEVEL_2, signingKey })
    expect(properties).toContainEqual(['spark.makoto.signing.key', signingKey])
  })

  test('several timestamp authorities stand in their order', () => {
    const { properties } = sparkConfig({
      ...LEVEL_2,
      timestampUrl: ['https://b.example', 'https://a.example'],
      timestamp: 'required',
    })
    expect(properties).toContainEqual(['spark.makoto.timestamp.url', 'https://b.example,https://a.example'])
    expect(properties).toContainEqual(['spark.makoto.timestamp', 'required'])
  })

  test('an Azure store, whose container stands before an @, is no credential', () => {
    expect(() => sparkConfig({ ...LEVEL_2, dbomSink: 'abfss://lake@account.dfs.core.windows.net/x' })).not.toThrow()
  })
})

describe('the class path of the driver', () => {
  const classPathOf = (jar: string) =>
    sparkConfig({ ...LEVEL_2, jar }).properties.find(([key]) => key === 'spark.driver.extraClassPath')?.[1]

  test.each([
    ['a path', '/opt/makoto.jar', '/opt/makoto.jar:makoto.jar'],
    ['a URL with a blank', 'file:///opt/my%20jars/makoto.jar', '/opt/my jars/makoto.jar:makoto.jar'],
    ['a URL of one slash', 'file:/opt/makoto.jar', '/opt/makoto.jar:makoto.jar'],
    ['a place on every machine', 'local:/opt/makoto.jar', '/opt/makoto.jar:makoto.jar'],
  ])('has %s, and the name that YARN gives it', (_, jar, classPath) => {
    expect(classPathOf(jar)).toBe(classPath)
  })

  test.each([
    ['what is not on its machine', 's3a://lake/jars/makoto.jar'],
    ['a file of another host', 'file://host/opt/makoto.jar'],
    ['a path that depends on where it starts', 'jars/makoto.jar'],
    ['a path that would be two', '/opt/a:b/makoto.jar'],
    ['a pattern', '/opt/makoto-*.jar'],
    ['what is no URL', 'file:///opt/%zz.jar'],
  ])('does not have %s, and that is said', (_, jar) => {
    expect(classPathOf(jar)).toBeUndefined()
    expect(sparkConfig({ ...LEVEL_2, jar }).warnings.map(({ code }) => code)).toContain('jar-off-class-path')
  })
})

describe('warnings', () => {
  const codes = (options: SparkOptions) => sparkConfig(options).warnings.map(({ code }) => code)

  test('a key file that the job itself can read does not meet L2.PL.1', () => {
    const { warnings } = sparkConfig(LEVEL_2)
    expect(warnings).toMatchObject([{ code: 'key-readable-by-job', message: expect.stringContaining('L2.PL.1') }])
  })

  test('a key that stays in a key service meets it', () => {
    expect(codes({ ...LEVEL_2, signingKey: 'awskms:///alias/makoto' })).toEqual([])
  })

  test('none at level 1, which is unsigned', () => {
    expect(codes({ level: 1, dbomSink: '/lake/_makoto' })).toEqual([])
  })

  test.each<[string, SparkOptions, string]>([
    ['level 2 without a timestamp', { level: 2, signingKey: 'file:/k', dbomSink: 'x' }, 'no-timestamp'],
    ['a key at level 1', { ...LEVEL_2, level: 1 }, 'key-unused'],
    ['row digests, which the agent cannot make yet', { ...LEVEL_2, rows: 'muhash' }, 'not-in-this-version'],
    ['a tenant, which no statement names yet', { ...LEVEL_2, tenant: 'acme' }, 'not-in-this-version'],
    [
      'level 3, which the agent does not ask of a control plane yet',
      { ...LEVEL_2, level: 3, registryUrl: 'https://makoto.example' },
      'level-unavailable',
    ],
    [
      'a control plane, which the agent does not ask yet',
      { ...LEVEL_2, registryUrl: 'https://makoto.example' },
      'not-in-this-version',
    ],
    ['digests of outputs switched off', { ...LEVEL_2, digestOutputs: 'none' }, 'digests-off'],
    ['digests of inputs switched off', { ...LEVEL_2, digestInputs: 'none' }, 'digests-off'],
  ])('%s', (_, options, code) => {
    expect(codes(options)).toContain(code)
  })
})
