import { expect, it } from 'vitest'
import type { AlternativeName, NameKind } from '../../src/trust/alternative-names.ts'
import { mayName } from '../../src/trust/name-constraints.ts'

const allows = (kind: NameKind, base: string, value: string) =>
  mayName({ permitted: [{ kind, value: base }], excluded: [] }, [{ kind, value }])
const excludes = (kind: NameKind, base: string, value: string) =>
  !mayName({ permitted: [], excluded: [{ kind, value: base }] }, [{ kind, value }])

it.each<[NameKind, string, string, boolean]>([
  ['dns', 'example.com', 'example.com', true],
  ['dns', 'example.com', 'a.b.Example.COM', true],
  ['dns', 'example.com', 'badexample.com', false],
  ['dns', 'example.com', 'example.com.evil.test', false],
  ['dns', '', 'anything.test', true],
  ['email', 'example.com', 'anna@example.com', true],
  ['email', 'example.com', 'anna@a.example.com', false],
  ['email', '.example.com', 'anna@a.example.com', true],
  ['email', '.example.com', 'anna@example.com', false],
  ['email', 'anna@example.com', 'anna@EXAMPLE.com', true],
  ['email', 'anna@example.com', 'Anna@example.com', false],
  ['email', 'anna@example.com', 'bert@example.com', false],
  ['uri', 'example.com', 'https://example.com/a', true],
  ['uri', 'example.com', 'https://example.com:8443/a', true],
  ['uri', 'example.com', 'https://a.example.com/', false],
  ['uri', '.example.com', 'spiffe://a.example.com/x', true],
  ['uri', 'example.com', 'https://evil.test/example.com', false],
])('compares by the rules of its kind: %s %s, %s', (kind, base, value, lies) => {
  expect(allows(kind, base, value)).toBe(lies)
  expect(excludes(kind, base, value)).toBe(lies)
})

it.each<[NameKind, string]>([
  ['uri', 'https://example.com@evil.test/'],
  ['uri', 'urn:example.com'],
  ['uri', 'https://192.0.2.1/'],
  ['uri', 'https://[2001:db8::1]/'],
  ['email', 'a@b@example.com'],
  ['dns', '*.example.com'],
  ['dns', 'exa mple.com'],
])('lets nothing pass whose host cannot be told: %s %s', (kind, value) => {
  expect(allows(kind, 'example.com', value)).toBe(false)
  expect(excludes(kind, 'other.test', value)).toBe(true)
})

it('limits only the kinds of name that it speaks of, and every name of these', () => {
  const permitted: AlternativeName[] = [{ kind: 'dns', value: 'example.com' }]
  const constraints = { permitted, excluded: [] }
  expect(mayName(constraints, [{ kind: 'email', value: 'anna@evil.test' }])).toBe(true)
  expect(mayName(constraints, [...permitted, { kind: 'dns', value: 'evil.test' }])).toBe(false)
  expect(mayName(constraints, [])).toBe(true)
})
