import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseBundle, parseStatement } from '@makoto/core'
import { renderTrustedRoot, startFulcio, startTimestampAuthority } from '@makoto/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { listBundles, prepareAttestedOrders, prepareOrders } from './attested-orders.ts'
import { MAIN, makoto } from './makoto.ts'

describe('attest origin', () => {
  test('says what was attested and where it is, and what to do next', async () => {
    const orders = await prepareOrders()
    const { code, stdout, stderr } = await orders.attest()
    const [path = ''] = listBundles(orders.cwd)
    const digest = (await makoto(['digest', 'orders'], orders)).stdout.split(' ')[0]
    expect(code).toBe(0)
    expect(stdout).toBe(
      `attested  dataset:file:${orders.cwd}/orders\n  sha256  ${digest}\n  stored  ${path.replace('store/', '')}\n`,
    )
    expect(stderr).toContain('signed and timestamped: level 2\n')
    expect(stderr).toContain('next: makoto verify orders --store store --key PUBLIC_KEY --tsa-root PEM\n')
  })

  test('states what it was told, in a bundle whose digest is its name', async () => {
    const orders = await prepareOrders()
    const told = [
      '--source',
      'sftp://partner/orders',
      '--source-type',
      'api',
      '--geography',
      'EU',
      '--record-count',
      '2',
    ]
    const { stdout } = await orders.attest('--json', ...told)
    const answer = JSON.parse(stdout)
    expect(answer).toMatchObject({
      schema: 'https://makoto.dev/schemas/cli/attest-origin/v1',
      outcome: 'attested',
      signed: true,
      timestamped: true,
      dataset: { kind: 'files', files: 2, bytes: '28' },
    })
    const bytes = readFileSync(join(orders.cwd, 'store', answer.path))
    const { subject, predicate } = parseStatement(parseBundle(bytes).payload)
    expect(subject).toMatchObject([{ digest: { sha256: answer.dataset.sha256, recordCount: '02' } }])
    expect(predicate).toMatchObject({
      origin: {
        source: 'sftp://partner/orders',
        sourceType: 'api',
        geography: 'EU',
        collectionMethod: 'attested-by-hand',
      },
    })
  })

  test('done twice is one attestation', async () => {
    const orders = await prepareAttestedOrders()
    expect(await orders.attest()).toMatchObject({ code: 0, stdout: expect.stringMatching(/^already attested /) })
    expect(listBundles(orders.cwd)).toHaveLength(1)
  })

  test('without a key it is unsigned, and says so', async () => {
    const orders = await prepareOrders()
    const { code, stderr } = await makoto(['attest', 'origin', 'orders', '--store', 'store'], orders)
    expect(code).toBe(0)
    expect(stderr).toContain('unsigned: level 1')
    const verified = await makoto(['verify', 'orders', '--store', 'store', '--level', '1'], orders)
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('PROVEN L1') })
  })

  test('with a key and no timestamp it says that nothing proves when', async () => {
    const orders = await prepareOrders()
    const args = ['attest', 'origin', 'orders', '--store', 'store', '--key', 'ours.key']
    expect((await makoto(args, orders)).stderr).toContain('nothing proves when')
  })

  test('with an encrypted key and its password file', async () => {
    const orders = await prepareOrders()
    writeFileSync(join(orders.cwd, 'password'), 'correct horse\n')
    await makoto(['key', 'generate', '--out', 'sealed', '--password-file', 'password'], orders)
    const args = ['attest', 'origin', 'orders', '--store', 'store', '--key', 'sealed.key']
    expect(await makoto(args, orders)).toMatchObject({ code: 2, stderr: expect.stringContaining('password') })
    expect(await makoto([...args, '--password-file', 'password'], orders)).toMatchObject({ code: 0 })
    const verified = await makoto(
      ['verify', 'orders', '--store', 'store', '--key', 'sealed.pub', '--level', '1'],
      orders,
    )
    expect(verified.code).toBe(0)
  })

  test('COSIGN_PASSWORD works and is warned about, and is nowhere in the output', async () => {
    const orders = await prepareOrders()
    writeFileSync(join(orders.cwd, 'password'), 'correct horse')
    await makoto(['key', 'generate', '--out', 'sealed', '--password-file', 'password'], orders)
    const args = ['attest', 'origin', 'orders', '--store', 'store', '--key', 'sealed.key']
    const { code, stdout, stderr } = await makoto(args, { ...orders, env: { COSIGN_PASSWORD: 'correct horse' } })
    expect(code).toBe(0)
    expect(stderr).toContain('warning: COSIGN_PASSWORD')
    expect(stdout + stderr).not.toContain('correct horse')
  })

  test.each([
    ['a timestamp without a signature', ['--timestamp-url', 'http://127.0.0.1:9/'], 2, '--timestamp-url needs --key'],
    ['a timestamp URL that is none', ['--key', 'ours.key', '--timestamp-url', 'tsa'], 2, 'no http(s) URL'],
    [
      'a wish for a timestamp without an authority',
      ['--key', 'ours.key', '--timestamp', 'required'],
      2,
      'timestamp-url',
    ],
    ['a log without a signature', ['--log-url', 'http://127.0.0.1:9/'], 2, '--log-url needs --key'],
    ['a key of an unknown kind', ['--key', 'ledger://purse'], 2, 'no key provider for ledger:'],
    ['a key that is not there', ['--key', 'absent.key'], 2, 'absent.key'],
    ['a source type there is not', ['--source-type', 'dream'], 2, 'must be one of api'],
    ['a count that is none', ['--record-count', 'many'], 2, 'a decimal number'],
    [
      'a timestamp authority that is down',
      ['--key', 'ours.key', '--timestamp-url', 'http://127.0.0.1:9/'],
      1,
      'could not be reached',
    ],
  ])('%s: nothing is attested', async (_, args, exit, message) => {
    const orders = await prepareOrders()
    const { code, stdout, stderr } = await makoto(['attest', 'origin', 'orders', '--store', 'store', ...args], orders)
    expect({ code, stdout }).toEqual({ code: exit, stdout: '' })
    expect(stderr).toContain(message)
    expect(existsSync(join(orders.cwd, 'store/attestations'))).toBe(false)
  })

  test('at best effort it is attested without a timestamp, with a warning that says why', async () => {
    const orders = await prepareOrders()
    const refusing = await startTimestampAuthority({ fault: 'rejected' })
    onTestFinished(() => refusing.close())
    const { code, stdout, stderr } = await makoto(
      [
        ...['attest', 'origin', 'orders', '--store', 'store', '--key', 'ours.key', '--json'],
        ...['--timestamp-url', refusing.url, '--timestamp', 'best-effort'],
      ],
      orders,
    )
    expect(code).toBe(0)
    expect(stderr).toContain('warning: no timestamp, written all the same: the timestamp authority refused')
    expect(stderr).toContain('level 1 until there is a timestamp')
    expect(JSON.parse(stdout)).toMatchObject({
      timestamped: false,
      timestampFailure: expect.stringContaining('stamps'),
    })
    const verify = ['verify', 'orders', '--store', 'store', '--key', 'ours.pub']
    expect((await makoto([...verify, '--level', '1'], orders)).stdout).toContain('PROVEN L1')
    expect(await makoto(verify, orders)).toMatchObject({ code: 5 })
  })

  test('the second authority is asked where the first refuses', async () => {
    const orders = await prepareOrders()
    const refusing = await startTimestampAuthority({ fault: 'rejected' })
    const granting = await startTimestampAuthority()
    onTestFinished(refusing.close)
    onTestFinished(granting.close)
    const urls = ['--timestamp-url', refusing.url, '--timestamp-url', granting.url]
    const args = ['attest', 'origin', 'orders', '--store', 'store', '--key', 'ours.key', ...urls]
    expect(await makoto(args, orders)).toMatchObject({ code: 0, stderr: expect.stringContaining('level 2') })
  })

  test('keyless: in a workflow of GitHub nothing but the authorities, their addresses and roots, is needed', async () => {
    const orders = await prepareOrders()
    const fulcio = await startFulcio()
    const authority = await startTimestampAuthority()
    onTestFinished(fulcio.close)
    onTestFinished(authority.close)
    const workflow = 'https://github.com/acme/lake/.github/workflows/load.yml@refs/heads/main'
    const env = { SIGSTORE_ID_TOKEN: '', ...fulcio.workflowEnvironment(workflow) }
    const root = renderTrustedRoot({ fulcio, timestampChainPem: authority.chainPem })
    writeFileSync(join(orders.cwd, 'root.json'), root)
    const keyless = ['--key', 'sigstore:', '--key-endpoint', fulcio.url, '--timestamp-url', authority.url]
    const attest = ['attest', 'origin', 'orders', '--store', 'store', '--trusted-root', 'root.json', ...keyless]
    expect(await makoto(attest, { ...orders, env })).toMatchObject({ code: 0 })
    expect(await makoto(attest, { ...orders, env })).toMatchObject({
      stdout: expect.stringMatching(/^already attested/),
    })
    const verify = ['verify', 'orders', '--store', 'store', '--trusted-root', 'root.json', '--issuer', fulcio.issuer]
    expect((await makoto([...verify, '--identity', workflow], orders)).stdout).toContain('PROVEN L2')
    expect(await makoto([...verify, '--identity', `${workflow}/other`], orders)).toMatchObject({ code: 4 })
    const undated = await makoto([...attest.slice(0, -2), '--geography', 'EU'], { ...orders, env })
    expect(undated).toMatchObject({ code: 2, stderr: expect.stringContaining('needs a timestamp') })
    const rootless = await makoto([...attest.slice(0, 5), ...keyless, '--geography', 'EU'], { ...orders, env })
    expect(rootless).toMatchObject({ code: 2, stderr: expect.stringContaining('needs the root of the authority') })
  })

  test('keyless: a version is known to come after the one before', async () => {
    const orders = await prepareOrders()
    const fulcio = await startFulcio()
    const authority = await startTimestampAuthority()
    onTestFinished(fulcio.close)
    onTestFinished(authority.close)
    const workflow = 'https://github.com/acme/lake/.github/workflows/load.yml@refs/heads/main'
    const env = { SIGSTORE_ID_TOKEN: '', ...fulcio.workflowEnvironment(workflow) }
    writeFileSync(join(orders.cwd, 'root.json'), renderTrustedRoot({ fulcio, timestampChainPem: authority.chainPem }))
    const place = ['orders', '--store', 'store', '--trusted-root', 'root.json']
    const keyless = ['--key', 'sigstore:', '--key-endpoint', fulcio.url, '--timestamp-url', authority.url]
    const believed = ['--identity', workflow, '--issuer', fulcio.issuer, '--memory', 'memory']
    for (const version of ['first', 'second']) {
      writeFileSync(join(orders.cwd, 'orders', 'part-0.csv'), version)
      expect(await makoto(['attest', 'origin', ...place, ...keyless], { ...orders, env })).toMatchObject({ code: 0 })
      const { stdout } = await makoto(['verify', ...place, ...believed], orders)
      expect(stdout).toContain('PROVEN L2')
    }
  })

  test('a timestamp that the caller would not believe is refused at once', async () => {
    const orders = await prepareOrders()
    const other = await startTimestampAuthority()
    onTestFinished(() => other.close())
    writeFileSync(join(orders.cwd, 'other.pem'), other.rootPem)
    expect(await orders.attest('--tsa-root', 'other.pem')).toMatchObject({ code: 1, stdout: '' })
    expect(await orders.attest('--tsa-root', 'tsa-root.pem')).toMatchObject({ code: 0 })
  })

  test('Ctrl-C while the timestamp authority is silent ends with 130 and stores nothing', async () => {
    const orders = await prepareOrders()
    const silent = await startTimestampAuthority({ fault: 'silent' })
    onTestFinished(() => silent.close())
    const args = ['attest', 'origin', 'orders', '--store', 'store', '--key', 'ours.key', '--timestamp-url', silent.url]
    const child = spawn(process.execPath, ['--conditions=@makoto/source', MAIN, ...args], {
      cwd: orders.cwd,
      stdio: 'ignore',
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    while (silent.requests() === 0) await new Promise((resolve) => setImmediate(resolve))
    child.kill('SIGINT')
    expect(await once(child, 'exit')).toEqual([130, null])
    expect(existsSync(join(orders.cwd, 'store/attestations'))).toBe(false)
  })
})
