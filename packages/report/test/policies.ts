/** A policy that asks every dataset for a level; `key` holds more words about the one key that it trusts. */
export const policyAsking = (level: number, key = '') => `
schema: https://makoto.dev/schemas/policy/v1
trust:
  keys: [{ name: spark, file: keys/key.pub${key} }]
  timestampAuthorities: [{ name: tsa, file: tsa.pem }]
rules:
  - name: everything
    datasets: ['**']
    level: ${level}
`

/** The same with more rules, for what is read beside it. */
export const policyExtending = (base: string) => `
schema: https://makoto.dev/schemas/policy/v1
extends: [${base}]
rules:
  - name: never
    datasets: ['**']
    level: 3
`
