import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { EXIT_CODES, exitForError, exitForFailure } from '../src/exit-codes.ts'

const PAGE = fileURLToPath(new URL('../../../docs/guide/exit-codes.md', import.meta.url))

test('docs/guide/exit-codes.md is this table', async () => {
  const rows = Object.values(EXIT_CODES).map(({ code, meaning }) => `| ${code} | ${meaning} |`)
  const page = [
    '# Exit codes',
    '',
    'Every command of `makoto` ends with one of these.',
    '',
    '| code | meaning |',
    '|---|---|',
    ...rows,
    '',
  ]
  await expect(page.join('\n')).toMatchFileSnapshot(PAGE)
})

test('a contradiction is never taken for something that is merely missing', () => {
  expect(exitForFailure('data-altered')).toBe('verificationFailed')
  expect(exitForFailure('superseded')).toBe('verificationFailed')
  expect(exitForFailure('level-not-met')).toBe('levelNotMet')
  expect(exitForFailure('no-attestation')).toBe('noAttestation')
})

test('what could not be done is never taken for a verdict', () => {
  expect(exitForError('store-unreachable')).toBe('unexpected')
  expect(exitForError('data-unreadable')).toBe('dataUnreadable')
  expect(exitForError('password-wrong')).toBe('usage')
})
