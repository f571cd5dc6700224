import { openSigner } from '@makoto/core'
import { describe, expect, it } from 'vitest'
import { keepWords, loadPackage } from '../../src/key/key-provider.ts'

describe('a package that is not installed', () => {
  it('is named, with what to do', async () => {
    const absent: string = '@makoto/no-such-package'
    const loading = loadPackage(absent, () => import(absent))
    await expect(loading).rejects.toMatchObject({
      code: 'provider-missing',
      message: expect.stringContaining(absent),
      hint: expect.stringContaining(`npm install ${absent}`),
    })
  })

  it('is not confused with one that is broken', async () => {
    const loading = loadPackage('pkcs11js', () => Promise.reject(new Error('cannot open shared object file')))
    await expect(loading).rejects.toThrow('does not load')
  })
})

describe('the errors of others', () => {
  it('keep their words, and nothing of the request', () => {
    const theirs = Object.assign(new Error('refused: Bearer abcdefghijkl'), { request: { authorization: 'secret' } })
    expect(keepWords(theirs).message).toBe('refused: Bearer [hidden]')
    const above = new Error('no certificate', { cause: theirs })
    expect(keepWords(above).message).toBe('no certificate: refused: Bearer [hidden]')
    expect(Object.keys(keepWords(theirs))).not.toContain('request')
  })
})

describe('the address of a key service', () => {
  it.each(['http://kms.example', 'http://127.0.0.1.example:1', 'ftp://127.0.0.1', 'kms.example'])(
    'is refused where others could listen: %s',
    async (endpoint) => {
      const opening = openSigner('awskms:///alias/lake', { endpoint })
      await expect(opening).rejects.toMatchObject({ code: 'options-invalid' })
    },
  )
})

describe('a key URI', () => {
  it('of an unknown scheme is refused by name', async () => {
    await expect(openSigner('ledger://purse')).rejects.toMatchObject({
      code: 'key-unsupported',
      message: expect.stringContaining('ledger:'),
    })
  })
})
