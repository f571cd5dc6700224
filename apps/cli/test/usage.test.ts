import { describe, expect, test } from 'vitest'
import { COMMANDS } from '../src/commands.ts'
import { parseArguments } from '../src/parse-arguments.ts'
import { makoto } from './makoto.ts'

describe('help', () => {
  test('of the program names every command', async () => {
    const { code, stdout } = await makoto(['--help'])
    expect(code).toBe(0)
    for (const { path } of COMMANDS) expect(stdout).toContain(`  ${path.join(' ')} `)
  })

  test.each(COMMANDS.map(({ path }) => path.join(' ')))('of %s ends with examples', async (name) => {
    const { code, stdout, stderr } = await makoto([...name.split(' '), '--help'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const [, examples = ''] = stdout.split('examples:\n')
    expect(examples).toMatch(new RegExp(`^  (\\S.*)?makoto ${name}\\b`, 'm'))
    expect((await makoto(['help', ...name.split(' ')])).stdout).toBe(stdout)
  })

  test('every example is a command line that its command understands', async () => {
    for (const { path, load } of COMMANDS) {
      const command = await load()
      for (const { line } of command.examples) {
        const [, args = ''] = line.split(`makoto ${path.join(' ')}`)
        const words =
          args
            .split(/ \||\)| >/)[0]
            ?.split(' ')
            .filter((word) => word !== '') ?? []
        expect(() => parseArguments(command, words), line).not.toThrow()
      }
    }
  })

  test('explains each option in one line', async () => {
    for (const { load } of COMMANDS) {
      const { name, options } = await load()
      for (const [option, { text }] of Object.entries(options))
        expect({ name, option, fits: text.length < 90 }).toMatchObject({ fits: true })
    }
  })
})

describe('a command line that makes no sense ends with 2', () => {
  test.each([
    ['no command', [], 'a command is missing', 'makoto --help'],
    ['a command there is not', ['verfy'], 'there is no command verfy', 'did you mean makoto verify?'],
    ['half a command', ['key'], 'makoto key needs a command', 'there are: key generate, key inspect'],
    [
      'a misspelt second half',
      ['key', 'genrate'],
      'there is no command key genrate',
      'did you mean makoto key generate?',
    ],
    ['a misspelt option', ['digest', '.', '--manifst'], 'there is no option --manifst', 'did you mean --manifest?'],
    ['an option of another command', ['digest', '.', '--store', 'x'], 'there is no option --store', ''],
    ['an option without its value', ['show', 'x', '--store'], '--store needs a value', ''],
    ['an option that swallows another', ['show', 'x', '--store', '--help'], '--store needs a value', ''],
    ['a value for a switch', ['digest', '.', '--json=yes'], '--json takes no value', ''],
    ['an option twice', ['show', 'x', '--store', 'a', '--store', 'b'], '--store is given twice', ''],
    [
      'a value there is not',
      ['spark', 'jar', '--spark', '3.5', '--color', 'red'],
      '--color red: it must be one of auto, always, never',
      '',
    ],
    ['a missing option', ['spark', 'jar'], '--spark VERSION is missing', ''],
    ['a missing argument', ['digest'], 'PATH is missing', ''],
    ['an argument too many', ['digest', 'a', 'b'], '"b" is one argument too many', ''],
    ['a name out of a prototype', ['digest', '.', '--constructor'], 'there is no option --constructor', ''],
  ])('%s', async (_, args, message, hint) => {
    const { code, stdout, stderr } = await makoto(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(`error: ${message}`)
    expect(stderr).toContain(hint)
  })

  test('and says so in JSON when JSON was asked for', async () => {
    const { code, stdout } = await makoto(['digest', '--json'])
    expect(code).toBe(2)
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'https://makoto.dev/schemas/cli/error/v1',
      exitCode: 2,
      error: { code: 'usage' },
    })
  })
})

test('--version is one line', async () => {
  expect(await makoto(['--version'])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^makoto \d+\.\d+\.\d+\n$/),
  })
})
