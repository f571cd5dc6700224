import type { Report } from '../verify/report.ts'

/** What a person finds who opens the archive years later. */
export function describeArchive({ dataset, level, verifiedOn, chain, newestKnown }: Report): string {
  return [
    '# Attestations of one dataset',
    '',
    `    ${escapeMarkdown(dataset.name)}`,
    `    sha256 ${dataset.sha256}`,
    '',
    `When this archive was made, on ${verifiedOn}, the dataset was proven at level ${level} with ${chain.length}`,
    `attestation${chain.length === 1 ? '' : 's'} back to its origins (newest version known: ${newestKnown}). The data is not in here.`,
    '',
    'That is what the maker says. To prove it again, with no store and no network:',
    '',
    '    makoto verify DATA --archive THIS_FILE --name NAME --key PUBLIC_KEY --tsa-root PEM',
    '',
    'under keys and roots that you have from elsewhere. Those in `keys/` and `trust/` show which ones were used; whoever',
    'changed this archive could have put others there.',
    '',
    '| | |',
    '|---|---|',
    '| `attestations/`, `runs/` | the signed bundles that the verification read |',
    '| `names/` | which versions of the dataset were known |',
    '| `manifests/` | lists of files, where they are long |',
    '| `report.json` | the verification, requirement by requirement |',
    '| `keys/`, `trust/` | public keys and certificates that were trusted then |',
    '',
    'Unpacked to a directory it is a store: `makoto verify DATA --store DIRECTORY …`.',
    '',
  ].join('\n')
}

/** The name is from outside: nothing in it turns the page into something else. */
function escapeMarkdown(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Variation_Selector}]/gu,
    (mark) => `\\u{${mark.codePointAt(0)?.toString(16)}}`,
  )
}
