import { expect, it } from 'vitest'
import type { AlternativeName } from '../../src/trust/alternative-names.ts'
import { matchIdentity } from '../../src/trust/match-identity.ts'

const ISSUER = 'https://accounts.example'
const email: AlternativeName = { kind: 'email', value: 'anna@example.com' }
const certificate = { alternativeNames: [email], oidcIssuer: ISSUER }

const match = (subject: string, issuer: string | undefined, kind: 'fulcio' | 'x509', of = certificate) =>
  matchIdentity(of, [{ subject, ...(issuer === undefined ? {} : { issuer }) }], kind)?.subject

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
  expect(matchIdentity(bare, [{ subject: 'anna@example.com' }], 'fulcio')).toBeUndefined()
})

it('takes under another authority the name, and the issuer where one is asked for', () => {
  expect(match('anna@example.com', undefined, 'x509')).toBe('anna@example.com')
  expect(match('anna@example.com', ISSUER, 'x509')).toBe('anna@example.com')
  expect(match('anna@example.com', 'https://other.example', 'x509')).toBeUndefined()
})

it('matches each issuer with its own name only', () => {
  const identities = [
    { subject: 'anna@example.com', issuer: 'https://other.example' },
    { subject: 'bert@example.com', issuer: ISSUER },
  ]
  expect(matchIdentity(certificate, identities, 'fulcio')).toBeUndefined()
})

it('knows nobody by a kind of name that it does not read', () => {
  const of = { alternativeNames: [{ kind: 'other', value: '' } as const], oidcIssuer: ISSUER }
  expect(matchIdentity(of, [{ subject: '**', issuer: ISSUER }], 'fulcio')).toBeUndefined()
})
