import { expect, test } from 'vitest'
import { codeOf, EXIT_CODES, exitForError, exitForFailure } from '../src/exit-codes.ts'

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

test('no code stands for two things', () => {
  const codes = Object.values(EXIT_CODES).map(({ code }) => code)
  expect(new Set(codes).size).toBe(codes.length)
})

test('the code of a program that was run is passed on as it is', () => {
  expect(codeOf({ passedOn: 42 })).toBe(42)
  expect(codeOf('dataChanged')).toBe(7)
})
