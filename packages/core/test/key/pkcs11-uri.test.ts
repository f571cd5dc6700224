import { describe, expect, it } from 'vitest'
import { parsePkcs11Uri } from '../../src/key/pkcs11-uri.ts'

const MODULE = '?module-path=/usr/lib/libhsm.so'

describe('a pkcs11: URI', () => {
  it('says which key of which token', () => {
    const uri =
      'pkcs11:token=Prod%20HSM;serial=0042;manufacturer=Acme;model=X;slot-id=7;object=spark;id=%01%fe;type=private'
    expect(parsePkcs11Uri(`${uri}${MODULE}&pin-source=file:/run/secrets/pin`)).toEqual({
      modulePath: '/usr/lib/libhsm.so',
      token: { label: 'Prod HSM', serialNumber: '0042', manufacturerID: 'Acme', model: 'X' },
      slotId: 7,
      object: 'spark',
      id: Uint8Array.of(1, 0xfe),
      pinFile: '/run/secrets/pin',
    })
  })

  it.each([
    ['file:/run/pin', '/run/pin'],
    ['file:///run/pin', '/run/pin'],
    ['/run/pin', '/run/pin'],
    ['file:/run/a%20pin', '/run/a pin'],
  ])('finds the PIN in %s', (source, file) => {
    expect(parsePkcs11Uri(`pkcs11:object=k${MODULE}&pin-source=${source}`).pinFile).toBe(file)
  })

  it.each([
    ['a PIN', `pkcs11:object=k${MODULE}&pin-value=1234`, /PIN/],
    ['a PIN in the path', `pkcs11:object=k;pin-value=1234${MODULE}`, /PIN/],
    ['a PIN by command', `pkcs11:object=k${MODULE}&pin-source=|cat%20/pin`, /no file/],
    ['no library', 'pkcs11:object=k', /module-path/],
    ['a library by name alone', 'pkcs11:object=k?module-name=softhsm2', /module-name/],
    ['no key', `pkcs11:token=t${MODULE}`, /object or id/],
    ['a certificate', `pkcs11:object=k;type=cert${MODULE}`, /type cert/],
    ['an attribute that nobody enforces', `pkcs11:object=k;x-zone=eu${MODULE}`, /x-zone/],
    ['an attribute twice', `pkcs11:object=k;object=l${MODULE}`, /twice/],
    ['a slot that is no number', `pkcs11:object=k;slot-id=one${MODULE}`, /slot-id/],
    ['a broken escape', `pkcs11:object=k%2${MODULE}`, /percent/],
  ])('is refused with %s', (_, uri, message) => {
    expect(() => parsePkcs11Uri(uri)).toThrow(
      expect.objectContaining({ code: 'key-uri-invalid', message: expect.stringMatching(message) }),
    )
  })

  it('does not repeat a PIN that it refuses', () => {
    expect(() => parsePkcs11Uri(`pkcs11:object=k${MODULE}&pin-value=1234`)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('1234') }),
    )
  })
})
