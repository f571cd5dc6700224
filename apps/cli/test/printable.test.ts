import { describe, expect, test } from 'vitest'
import { makePrintable, renderJson } from '../src/printable.ts'

const TRICKS = {
  'an escape sequence': ['\u001b[2Jgone', '\\u{1b}[2Jgone'],
  'a carriage return': ['ok\rFAILED', 'ok\\u{d}FAILED'],
  'the one-byte escape of old terminals': ['\u009b31m', '\\u{9b}31m'],
  'a turn of the reading direction': ['a\u202efdp.exe', 'a\\u{202e}fdp.exe'],
  'a zero-width space': ['or\u200bders', 'or\\u{200b}ders'],
  'a hidden tag': ['x\u{e0041}', 'x\\u{e0041}'],
  'a variation selector': ['x\ufe0f\u{e0101}', 'x\\u{fe0f}\\u{e0101}'],
  'a line separator': ['a\u2028b', 'a\\u{2028}b'],
  'half a surrogate pair': ['a\ud800b', 'a\\u{d800}b'],
} as const

describe('a name from a stranger', () => {
  test.each(Object.entries(TRICKS))('with %s is shown escaped', (_, [name, shown]) => {
    expect(makePrintable(name)).toBe(shown)
  })

  test.each(Object.entries(TRICKS))('with %s means the same in JSON and cannot act there', (_, [name]) => {
    const json = renderJson({ name })
    expect(JSON.parse(json)).toEqual({ name })
    expect(makePrintable(json.replaceAll('\n', ''))).toBe(json.replaceAll('\n', ''))
  })

  test.each(['orders', 'Größe', '受注/年=2024', 'naïve café', '🦄', 'ﺎﻟﻄﻠﺑﺎﺗ'])('%s is left as it is', (name) => {
    expect(makePrintable(name)).toBe(name)
  })
})
