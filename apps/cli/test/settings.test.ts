import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { sparkConf } from '../src/commands/spark-conf.ts'
import { makoto } from './makoto.ts'

const GUIDE = readFileSync(new URL('../../../docs/guide/spark.md', import.meta.url), 'utf8')
const [, SECTION = ''] = GUIDE.split('\n## Settings\n')
const [SETTINGS = ''] = SECTION.split('\n## ')

/** Each setting that the guide names with its option: the rows of its table, and those without effect below it. */
const DOCUMENTED = [...SETTINGS.matchAll(/`([a-z.-]+)`(?: \| | \()`--([a-z-]+)`/g)].map(
  ([, setting = '', option = '']) => ({ setting, option }),
)

/** A value of each option that no other has, so that it is found again among the properties. */
const VALUES: Readonly<Record<string, string>> = {
  level: '3',
  key: '/spark.key',
  'password-file': '/password',
  sink: 'hdfs:///makoto',
  'trust-key': '/trust.pub',
  'timestamp-url': 'https://tsa.example',
  timestamp: 'required',
  'registry-url': 'https://registry.example',
  'digest-inputs': 'reference',
  'digest-outputs': 'commit',
  budget: '7m',
  stages: 'io',
  tenant: 'acme',
  'on-failure': 'fail',
  'spool-dir': '/spool',
  timeout: '31s',
}

/** What says where the text goes and which JAR it names. */
const NO_SETTINGS = ['target', 'spark', 'scala', 'jar', 'installed', 'defaults', 'merge']

describe('the settings of the guide', () => {
  let properties: Record<string, string>
  beforeAll(async () => {
    const options = Object.entries(VALUES).flatMap(([option, value]) => [`--${option}`, value])
    const { stdout } = await makoto(['spark', 'conf', '--target', 'defaults', '--json', ...options])
    properties = JSON.parse(stdout).properties
  })

  test('are those that the command sets, with its options', () => {
    const set = Object.keys(properties).filter((key) => key.startsWith('spark.makoto.'))
    expect(DOCUMENTED.map(({ setting }) => `spark.makoto.${setting}`).toSorted()).toEqual(set.toSorted())
    const options = Object.keys(sparkConf.options).filter((option) => !NO_SETTINGS.includes(option))
    expect(DOCUMENTED.map(({ option }) => option).toSorted()).toEqual(options.toSorted())
  })

  test.each(DOCUMENTED)('$setting is set by --$option', ({ setting, option }) => {
    expect(properties[`spark.makoto.${setting}`]?.replace(/^file:/, '')).toBe(VALUES[option])
  })
})
