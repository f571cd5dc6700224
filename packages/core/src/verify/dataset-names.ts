import { isMakotoError } from '../errors.ts'
import { datasetName } from '../names.ts'
import type { Subject } from '../statement/index.ts'

/** The name that a caller means: one that was given, with or without `dataset:`, or else that of the location. */
export function nameOfDataset(location: string, name?: string): string {
  if (name === undefined) return datasetName(location)
  return datasetName(name.startsWith('dataset:') ? name : `dataset:${name}`)
}

/** Whether the subject is the dataset of this name: by its own name, or by that of its location. @see docs/spec/predicates.md */
export const isNamed = (subject: Subject, asked: string) => namesOfSubject(subject).includes(asked)

/** Its own name, and that of its location. */
export function namesOfSubject({ name, uri }: Subject): string[] {
  const location = uri === undefined ? undefined : nameOfUri(uri)
  return location === undefined ? [name] : [name, location]
}

function nameOfUri(uri: string): string | undefined {
  try {
    return datasetName(uri)
  } catch (error) {
    if (isMakotoError(error)) return undefined
    throw error
  }
}
