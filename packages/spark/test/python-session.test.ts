import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { pythonSession, sparkConfig } from '../src/index.ts'
import { contractOf } from './target-contract.ts'

/** Runs the text in Python and hands `with_makoto` a stand-in for `SparkSession.builder` that records. */
const RECORDER = `
import json, sys

class Builder:
    def __init__(self):
        self._options = {}
    def config(self, key, value):
        assert type(key) is str and type(value) is str
        self._options[key] = value
        return self

module = {}
exec(compile(sys.stdin.buffer.read(), "session", "exec"), module)
builder = Builder()
for key, value in module.get("SETTINGS", {}).items():
    builder.config(key, value)
same = module["with_makoto"](builder)
assert same is builder
json.dump(same._options, sys.stdout)
`

function readByPython(text: string): Record<string, string> {
  return JSON.parse(execFileSync('python3', ['-c', RECORDER], { input: text, encoding: 'utf8' }))
}

const OWN = '"""The team\'s sessions."""\n\nfrom __future__ import annotations\n\nNAME = "nightly"\n'

describe('Python session builder', () => {
  contractOf({
    target: pythonSession,
    keeps: OWN,
    existing: (properties) => `${OWN}\nSETTINGS = ${JSON.stringify(properties)}\n`,
    read: readByPython,
  })

  const config = sparkConfig({ level: 1, dbomSink: 'file:/lake/_makoto' })

  test('compiles', () => {
    const folder = mkdtempSync(join(tmpdir(), 'makoto-python-'))
    writeFileSync(join(folder, 'session.py'), pythonSession.render(config))
    execFileSync('python3', ['-m', 'py_compile', join(folder, 'session.py')])
    rmSync(folder, { recursive: true })
  })

  test('keeps what stands below the block', () => {
    const text = `${pythonSession.render(config)}\n\nAFTER = 1\n`
    expect(pythonSession.render(config, text)).toBe(text)
  })

  test('refuses a text that lost one of the marks', () => {
    const torn = pythonSession.render(config).replace('# <<< makoto <<<', '')
    expect(() => pythonSession.render(config, torn)).toThrow(/only one of the marks/)
  })
})
