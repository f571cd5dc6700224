#!/usr/bin/env node
// The one door of the root scripts: `node tooling/scripts/run.mjs <command> [arguments]`.
// Everything up to the import of the command itself runs on Node 18 or newer with nothing installed.
import { COMMANDS } from './commands.mjs'
import { requireTools } from './doctor.mjs'
import { installDependencies } from './install.mjs'
import { enteredArguments, isToolchainRight, reexecute } from './toolchain.mjs'

const entered = enteredArguments()
const [name, ...rest] = entered ?? process.argv.slice(2)
const command = Object.hasOwn(COMMANDS, name ?? '') ? COMMANDS[name] : undefined

process.exitCode = await main()

async function main() {
  if (!command) {
    process.stderr.write(`usage: npm run <command>; commands: ${Object.keys(COMMANDS).join(', ')}\n`)
    return 2
  }
  if (!entered && !requireTools(command.needs, { verbose: name === 'doctor' })) return 1
  if (name === 'doctor') return 0
  if (!isToolchainRight()) return reexecute([name, ...rest], { again: entered !== undefined })
  const installed = installDependencies()
  return installed === 0 ? command.run(rest) : installed
}
