import { expect, it } from 'vitest'
import type { AlternativeName } from '../../src/trust/alternative-names.ts'
import { matchIdentity } from '../../src/trust/match-identity.ts'
import type { SignerIdentity } from '../../src/trust/trust.ts'

const ISSUER = 'https://accounts.example'
const email: AlternativeName = { kind: 'email', value: 'anna@example.com' }
const FULCIO = { kind: 'fulcio', id: 'f'.repeat(64) } as const
const X509 = { kind: 'x509', id: 'a'.repeat(64) } as const
const certificate = { alternativeNames: [email], oidcIssuer: ISSUER }

const match = (subject: string, issuer: string | undefined, kind: 'fulcio' | 'x509', of = certificate) =>
  matchIdentity(of, [{ subject, ...(issuer === undefined ? {} : { issuer }) }], kind === 'fulcio' ? FULCIO : X509)
    ?.subject

it('takes under Fulcio a name and its issuer, both as they are', () => {
  expect(match('anna@example.com', ISSUER, 'fulcio')).toBe('anna@example.com')
  expect(match('*@example.com', ISSUER, 'fulcio')).toBe('anna@example.com')
  expect(match('anna@example.com', `${ISSUER}/`, 'fulcio')).toBeUndefined()
  expect(match('anna@example.com', 'https://*', 'fulcio')).toBeUndefined()
  expect(match('Anna@example.com', ISSUER, 'fulcio')).toBeUndefined()
})

it('takes under Fulcio nobody without an issuer, neither of the caller nor of the certificate', () => {
  expect(match('anna@example.com', undefined, 'fulcio')).toBeUndefined()
  const bare = { alternativeNames: [email], oidcIssuer: undefined }
  expect(matchIdentity(bare, [{ subject: 'anna@example.com' }], FULCIO)).toBeUndefined()
})

it('takes under another authority the name alone: it cannot speak for an issuer, whatever it writes', () => {
  expect(match('anna@example.com', undefined, 'x509')).toBe('anna@example.com')
  expect(match('anna@example.com', ISSUER, 'x509')).toBeUndefined()
  expect(matchIdentity(certificate, [{ subject: '*@example.com' }], X509)).toEqual({ subject: 'anna@example.com' })
})

it('matches each issuer with its own name only', () => {
  const identities = [
    { subject: 'anna@example.com', issuer: 'https://other.example' },
    { subject: 'bert@example.com', issuer: ISSUER },
  ]
  expect(matchIdentity(certificate, identities, FULCIO)).toBeUndefined()
})

it('knows nobody by a kind of name that it does not read', () => {
  const of = { alternativeNames: [{ kind: 'other', value: '' } as const], oidcIssuer: ISSUER }
  expect(matchIdentity(of, [{ subject: '**', issuer: ISSUER }], FULCIO)).toBeUndefined()
})

it.each<[AlternativeName['kind'], string]>([
  ['dns', 'anna@example.com'],
  ['dns', 'https://example.com/pipeline'],
  ['uri', 'anna@example.com'],
  ['uri', 'example.com'],
  ['email', 'https://example.com/pipeline@main'],
  ['email', 'example.com'],
  ['username', 'anna@example.com'],
  ['username', 'https://example.com/pipeline!x'],
])('does not take a %s for a name of another kind: %s', (kind, value) => {
  const of = { alternativeNames: [{ kind, value }], oidcIssuer: ISSUER }
  expect(
    matchIdentity(
      of,
      [
        { subject: value, issuer: ISSUER },
        { subject: '**', issuer: ISSUER },
      ],
      FULCIO,
    ),
  ).toBe(undefined)
})

it.each<[AlternativeName['kind'], string]>([
  ['dns', 'build.example.com'],
  ['uri', 'spiffe://example.com/ns/a'],
  ['uri', 'https://github.com/acme/etl/.github/workflows/run.yml@refs/heads/main'],
  ['email', "o'neil+ci@mail.example.com"],
  ['username', 'anna!example.com'],
])('takes a %s of its own form: %s', (kind, value) => {
  const of = { alternativeNames: [{ kind, value }], oidcIssuer: ISSUER }
  expect(matchIdentity(of, [{ subject: value, issuer: ISSUER }], FULCIO)?.subject).toBe(value)
})

it('takes a name only from the authorities that it is bound to', () => {
  const bound = (identity: SignerIdentity, ...authorityIds: string[]) => [{ ...identity, authorityIds }]
  const other = { ...X509, id: 'b'.repeat(64) }
  const anna = { subject: 'anna@example.com' }
  expect(matchIdentity(certificate, bound(anna, X509.id), X509)).toEqual(anna)
  expect(matchIdentity(certificate, bound(anna, other.id, X509.id), X509)).toEqual(anna)
  expect(matchIdentity(certificate, bound(anna, X509.id), other)).toBeUndefined()
  expect(matchIdentity(certificate, bound(anna), X509)).toBeUndefined()
  const keyless = { ...anna, issuer: ISSUER }
  expect(matchIdentity(certificate, bound(keyless, FULCIO.id), FULCIO)).toEqual(keyless)
  expect(matchIdentity(certificate, bound(keyless, FULCIO.id), { ...FULCIO, id: 'b'.repeat(64) })).toBeUndefined()
})
