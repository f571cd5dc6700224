import type { SignerMatch, Trust, TrustedLog } from '@makoto/core'
import { defineCommand } from '../command.ts'
import { readPolicyFile } from '../policy-files.ts'
import { countOf } from '../render-report.ts'
import { SCHEMA } from '../schemas.ts'

export const policyCheck = defineCommand({
  name: 'policy check',
  summary: 'Read a policy with everything that it extends and names, and show what it comes to.',
  operands: [{ name: 'POLICY', text: 'a makoto.policy.yaml, or the same in JSON' }],
  options: {},
  examples: [{ text: 'before it is merged', line: 'makoto policy check makoto.policy.yaml' }],
  async run({ operands: [path = ''], json, terminal }) {
    const { sources, trust, signers, rules } = await readPolicyFile(path)
    if (json) {
      terminal.json({
        schema: SCHEMA.policyCheck,
        sources,
        keys: trust.keys.map(({ name, id, algorithm }) => ({ name, id, algorithm })),
        timestampAuthorities: trust.timestampAuthorities.map(({ name, id }) => ({ name, id })),
        certificateAuthorities: (trust.certificateAuthorities ?? []).map(({ name, id, kind }) => ({ name, id, kind })),
        transparencyLogs: (trust.transparencyLogs ?? []).map(describeLog),
        witnesses: (trust.witnesses ?? []).map(({ name, key }) => ({ name, id: key.id })),
        timestampThreshold: trust.timestampThreshold ?? 0,
        logThreshold: trust.logThreshold ?? 0,
        witnessThreshold: trust.witnessThreshold ?? 0,
        signers: Object.fromEntries(signers),
        rules,
      })
      return 'ok'
    }
    for (const { place, sha256 } of sources) terminal.print(`file    ${place}  sha256 ${sha256}`)
    for (const { name, id, algorithm } of trust.keys) terminal.print(`key     ${name ?? ''}  ${algorithm}  ${id}`)
    for (const { name } of trust.timestampAuthorities) terminal.print(`tsa     ${name}`)
    for (const { name, kind } of trust.certificateAuthorities ?? []) terminal.print(`ca      ${name} (${kind})`)
    for (const log of (trust.transparencyLogs ?? []).map(describeLog))
      terminal.print(`log     ${Object.values(log).join('  ')}`)
    for (const { name, key } of trust.witnesses ?? []) terminal.print(`witness ${name}  ${key.id}`)
    for (const asked of describeThresholds(trust)) terminal.print(`asked   ${asked}`)
    for (const [name, signer] of signers) terminal.print(`signer  ${name}  ${describeSigner(signer, trust)}`)
    for (const { name, datasets, ...asked } of rules)
      terminal.print(`rule    ${name}  ${datasets.join(' ')}  ${Object.keys(asked).join(', ') || 'nothing more'}`)
    terminal.say(
      { text: 'ok', style: 'good' },
      `  ${countOf(sources.length, 'file')}, ${countOf(rules.length, 'rule')}`,
    )
    return 'ok'
  },
})

const describeLog = ({ name, id, origin }: TrustedLog) => ({ name, id, ...(origin === undefined ? {} : { origin }) })

function describeThresholds({ timestampThreshold, logThreshold, witnessThreshold }: Trust): string[] {
  return [
    ...(timestampThreshold ? [`${timestampThreshold} of these authorities and logs for the time`] : []),
    ...(logThreshold ? [`${logThreshold} of these logs`] : []),
    ...(witnessThreshold ? [`${witnessThreshold} of these witnesses`] : []),
  ]
}

function describeSigner(signer: SignerMatch, { certificateAuthorities = [] }: Trust): string {
  if (signer.kind === 'key') return signer.id
  const { subject, issuer, authorityIds = [] } = signer.identity
  const roots = certificateAuthorities.filter(({ id }) => authorityIds.includes(id)).map(({ name }) => name)
  const by = [...(issuer === undefined ? [] : [`issuer ${issuer}`]), ...new Set(roots.map((root) => `under ${root}`))]
  return [subject, ...by].join(', ')
}
