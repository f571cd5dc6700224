import { type FlatDbom, readFlatDbom } from '@makoto/core'
import { type AttestationView, readAttestations } from '../attestation-view.ts'
import { defineCommand } from '../command.ts'
import { describeAttestation, nameKind } from '../describe-attestation.ts'
import { type ListedAttestation, listAttestations } from '../list-attestations.ts'
import { openExistingStore } from '../open-existing-store.ts'
import { readNamedFile } from '../read-file.ts'
import { SCHEMA } from '../schemas.ts'
import type { Terminal } from '../terminal.ts'

export const show = defineCommand({
  name: 'show',
  summary: 'Show a bundle, or with --store the attestations of a dataset. Nothing is verified.',
  operands: [{ name: 'BUNDLE|DATASET', text: 'a bundle file; with --store a path, URI or dataset: name' }],
  options: { store: { value: 'URI', text: "list the dataset's attestations in this store" } },
  examples: [
    { text: 'what does this bundle say', line: 'makoto show 5e1f.sigstore.json' },
    { text: 'what is known about a dataset', line: 'makoto show /lake/orders --store /lake/_makoto' },
  ],
  async run({ options: { store }, operands: [subject = ''], json, terminal }) {
    if (store === undefined) return showBundle(subject, json, terminal)
    const { found, ...rest } = await listAttestations(await openExistingStore(store), subject)
    const { name, unreadable, dangling, leftOut } = rest
    if (json) terminal.json({ schema: SCHEMA.show, verified: false, attestations: found.map(renderView), ...rest })
    else for (const view of found) printView(view, terminal)
    for (const { reference, reason } of unreadable) terminal.say(`${reference} cannot be read: ${reason}`)
    for (const path of dangling) terminal.say(`the pointer ${path} leads to nothing`)
    if (leftOut > 0) terminal.say(`${leftOut} older pointers were not followed`)
    if (found.length > 0) return sayNext(`next: makoto verify ${subject} --store ${store} --key PUBLIC_KEY`, terminal)
    terminal.say(`no attestation of ${name} is in ${store}`)
    return 'noAttestation'
  },
})

async function showBundle(path: string, json: boolean, terminal: Terminal) {
  const bytes = await readNamedFile(path, 'bundle')
  if (looksFlat(bytes)) return showFlatDbom(readFlatDbom(bytes), json, terminal)
  const views = readAttestations(bytes)
  if (json) terminal.json({ schema: SCHEMA.show, verified: false, attestations: views.map(renderView) })
  else for (const view of views) printView(view, terminal)
  return sayNext('next: makoto verify DATASET --store URI --key PUBLIC_KEY checks it against the data', terminal)
}

/** A flat DBOM names its schema; a statement names its type. */
function looksFlat(bytes: Uint8Array): boolean {
  const head = new TextDecoder().decode(bytes.subarray(0, 65_536))
  return head.includes('"schema_version"') && !head.includes('"_type"') && !head.includes('"dsseEnvelope"')
}

function showFlatDbom(dbom: FlatDbom, json: boolean, terminal: Terminal) {
  if (json) terminal.json({ schema: SCHEMA.show, verified: false, dbom })
  else {
    terminal.print({ text: 'not verified', style: 'strong' }, `  flat DBOM of ${dbom.source.uri}`)
    terminal.print(`  sha256     ${dbom.source.hash.value}`)
    terminal.print(`  signer     ${dbom.signature.signer}`)
    for (const { step, description, tool } of dbom.lineage)
      terminal.print(`  step ${String(step).padEnd(5)} ${description}, ${tool}`)
  }
  return sayNext('next: makoto verify DATASET --store URI --key PUBLIC_KEY proves what this only says', terminal)
}

function sayNext(line: string, terminal: Terminal): 'ok' {
  terminal.say(line)
  return 'ok'
}

function printView(view: AttestationView | ListedAttestation, terminal: Terminal): void {
  const name = view.statement.subject[0]?.name ?? '?'
  terminal.print({ text: 'not verified', style: 'strong' }, `  ${nameKind(view)} of ${name}`)
  for (const [label, value] of describeAttestation(view)) terminal.print(`  ${label.padEnd(10)} ${value}`)
  if ('reference' in view) terminal.print(`  ${'stored as'.padEnd(10)} ${view.reference}`)
}

function renderView(view: AttestationView | ListedAttestation) {
  const { sha256, bundle, statement } = view
  return {
    ...('reference' in view ? { reference: view.reference } : {}),
    bundle: sha256,
    signer: bundle?.signer.kind === 'key' ? { hint: bundle.signer.hint ?? null } : null,
    timestamps: bundle?.timestamps.length ?? 0,
    statement,
  }
}
