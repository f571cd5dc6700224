#!/usr/bin/env node
/**
 * The client under test of sigstore-conformance:
 *
 *     node --conditions=@makoto/source packages/conformance/src/main.ts verify-bundle --bundle FILE … FILE_OR_DIGEST
 *
 * @see https://github.com/sigstore/sigstore-conformance/blob/main/docs/cli_protocol.md
 */
import { runProtocol } from './run-protocol.ts'

process.exitCode = await runProtocol(process.argv.slice(2), (line) => process.stderr.write(`${line}\n`))
