import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { isMakotoError, MAKOTO_ERROR_CODES, MakotoError } from '../src/errors.ts'

describe('MakotoError', () => {
  it('says what happened, why, and what to do', () => {
    const error = new MakotoError('data-unreadable', 'a.csv could not be read.', {
      cause: new Error('EACCES', { cause: 'no such luck' }),
      hint: 'Ask for access.',
    })
    expect(error.toJSON()).toEqual({
      name: 'MakotoError',
      code: 'data-unreadable',
      message: 'a.csv could not be read.',
      hint: 'Ask for access.',
      causes: ['EACCES', 'no such luck'],
    })
  })

  it('is told apart by its code', () => {
    const error: unknown = new MakotoError('name-invalid', 'x')
    expect([isMakotoError(error), isMakotoError(error, 'name-invalid'), isMakotoError(error, 'aborted')]).toEqual([
      true,
      true,
      false,
    ])
    expect(isMakotoError(new Error('x'))).toBe(false)
  })

  it('knows each code once', () => {
    expect(new Set(MAKOTO_ERROR_CODES).size).toBe(MAKOTO_ERROR_CODES.length)
  })

  const PEM = '-----BEGIN EC PRIVATE KEY-----\nhunter2\n-----END EC PRIVATE KEY-----'
  it.each([
    ['credentials in a URL', 'https://user:hunter2@host/x'],
    ['a secret with a slash', 's3n://AKIA:hun/hunter2@bucket/x'],
    ['a token in a URL', 'https://hunter2@host/x'],
    ['a signed query', 'https://host/x?X-Amz-Signature=hunter2&a=b'],
    ['a shared access signature', 'wasbs://c@a.net/x?sig=hunter2'],
    ['a password', 'jdbc:postgresql://host/db?password=hunter2'],
    ['a quoted password', 'Password: "hunter2 and more hunter2"'],
    ['a setting', 'fs.s3a.secret.key=hunter2'],
    ['an environment variable', 'COSIGN_PASSWORD=hunter2'],
    ['a field of JSON', '{"accessToken":"hunter2"}'],
    ['a header', 'Authorization: Bearer hunter2hunter2'],
    ['a private key', PEM],
    ['a private key that is cut', PEM.slice(0, 50)],
  ])('hides %s', (_what, secret) => {
    const error = new MakotoError('data-unreadable', `before ${secret}`, { cause: new Error(secret), hint: secret })
    expect(JSON.stringify(error)).not.toContain('hunter2')
    expect(`${error.message} ${error.hint}`).not.toContain('hunter2')
    expect(error.message).toContain('before')
  })

  it.each([
    'abfss://lake@acct.dfs.core.windows.net/orders',
    'hdfs://nn:8020/lake/a@b',
    'The signature: does not hold.',
    'unexpected token: }',
    'spki:sha256:00ff',
  ])('leaves %j as it is', (text) => {
    expect(new MakotoError('data-unreadable', text).message).toBe(text)
  })

  it('stays quick on hostile text', () => {
    const text = `${'a://'.repeat(50_000)}${'secret'.repeat(50_000)}`
    expect(inspect(new MakotoError('data-unreadable', text)).length).toBeLessThan(60_000)
  })
})
