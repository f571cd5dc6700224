/** The `schema` of each command's JSON: a change that readers notice gets a new version. `verify` prints the core's report. */
export const SCHEMA = {
  attestOrigin: 'https://makoto.dev/schemas/cli/attest-origin/v1',
  dbom: 'https://makoto.dev/schemas/cli/dbom/v1',
  digest: 'https://makoto.dev/schemas/cli/digest/v1',
  doctor: 'https://makoto.dev/schemas/cli/doctor/v1',
  error: 'https://makoto.dev/schemas/cli/error/v1',
  export: 'https://makoto.dev/schemas/cli/export/v1',
  key: 'https://makoto.dev/schemas/cli/key/v1',
  policyCheck: 'https://makoto.dev/schemas/cli/policy-check/v1',
  policyTest: 'https://makoto.dev/schemas/cli/policy-test/v1',
  show: 'https://makoto.dev/schemas/cli/show/v1',
  sparkConf: 'https://makoto.dev/schemas/cli/spark-conf/v1',
  sparkJar: 'https://makoto.dev/schemas/cli/spark-jar/v1',
  storeIndex: 'https://makoto.dev/schemas/cli/store-index/v1',
  verifySummary: 'https://makoto.dev/schemas/cli/verify-summary/v1',
} as const
