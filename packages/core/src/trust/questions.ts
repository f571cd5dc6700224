import type { CheckId } from './levels.ts'

/** What an answer rests on, and what it leaves open: for evidence, and for whoever asks what we check. */
export interface Question {
  /** What is compared with what. */
  readonly compared: string
  /** What the comparison cannot tell. */
  readonly open?: string
  /** Why nobody answered it where all else was answered: it is asked of what is there, or of what the caller names. */
  readonly unasked?: string
}

/** Every question of a verification. A new check has to say here what it compares. */
export const QUESTIONS: Readonly<Record<CheckId, Question>> = {
  attestation: {
    compared: 'objects in the store under the digest of the data',
    open: 'a store can hide attestations; it cannot make one',
  },
  statement: { compared: 'the signed bytes with the in-toto schema, each field with the schema of the predicate type' },
  signature: { compared: 'the DSSE signature with the payload, under the algorithm of the trusted key' },
  key: {
    compared: 'the signer with the keys and identities that the caller trusts',
    open: 'who else can use that key',
  },
  keyless: {
    compared: "the signer's certificate with the authority and the log of certificates that the caller trusts",
  },
  identity: { compared: 'executor.id or collector.id with the identity that signed' },
  timestamp: {
    compared: 'the timestamp with the signature, and its signer with the authorities that the caller trusts',
    open: 'the signature was there at that time, not how long before',
  },
  times: { compared: 'the time in the predicate with the verified time' },
  log: {
    compared:
      'log entries with the signature, the logs that the caller trusts, and the witnesses that the caller asks for',
    unasked: 'no attestation says that it is in a log, and you named none',
  },
  name: { compared: "the subject's name with the dataset that was asked for" },
  kind: { compared: "the subject's kind with what was read" },
  data: {
    compared: 'the digest of every byte, computed now, with the subject',
    open: 'the bytes may change after they were read: --then looks again',
  },
  files: { compared: 'the files listed in the statement with the files that were read' },
  newest: {
    compared:
      'this version with every other that the store shows, the one that the caller expects, and what was seen before',
    open: 'a store can hide what came later',
  },
  completeness: {
    compared: 'what the statement says of its inputs and outputs with what the caller accepts',
    open: 'an agent that did not see a read does not state it',
  },
  references: { compared: 'each input with the digest and the attestation that have to be named for it' },
  input: { compared: 'each input with the subject, name, time and files of its own verified attestation' },
  chain: { compared: 'the inputs with the attestations that were followed, back to the origins' },
  origins: {
    compared: 'the origins of the chain with those that somebody attested',
    open: 'whether the outside world told the collector the truth',
  },
  'digest-source': { compared: 'how the producer says that it computed its digests' },
  'claimed-level': { compared: 'the level that a statement claims for an input with the level proven' },
  rendering: {
    compared: 'the text among the bytes that were hashed with the list of characters that nobody sees',
    open: 'what looks alike and is visible; text inside other formats',
  },
  'rendering-analysis': { compared: 'the rendering analysis in the statement with the digest and with our own' },
  freshness: {
    compared: 'the earlier of the stated and the earliest verified time with the greatest age that the caller allows',
    open: 'when the data itself came to be',
    unasked: 'you named no greatest age',
  },
  policy: { compared: "the attestations with the rules of the caller's policy" },
  previous: {
    compared:
      'the files that an execution did not write with the list of the version before, which is followed in its turn',
    open: 'two writers at the same moment do not see each other',
  },
  stages: {
    compared: "the stage lines with the digest in the execution's statement, and each with the lines before it",
  },
  windows: {
    compared: 'each window with the id and root of the one before it, back to the first',
    open: 'a store can hide the newest windows',
  },
  run: { compared: "a run's records with their numbers, their signer and the digest of the record before" },
  seal: { compared: 'total and tree head in the seal with all bundles that the records list' },
  bundles: { compared: 'every bundle that the run lists with the store and with the signer of the run' },
  touched: {
    compared: 'reads and writes in the seal with what the attestations and stages of the run state',
    open: 'what a program does past Spark, with its own sockets and files',
  },
  dbom: { compared: "the run's bill of materials with its attestations" },
}
