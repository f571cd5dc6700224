// Publishes what is proven: every check and test first, then the packages that the registry does not have yet.
import { runTool } from './child.mjs'
import { test } from './test.mjs'

export async function release() {
  const tested = await test([])
  return tested === 0 ? runTool('changeset', ['publish']) : tested
}
