import { createHash } from 'node:crypto'
import { PAGE_NOTICES, PAGE_SCRIPT, PAGE_STYLE } from '#page'
import type { ReportData } from './report-data.ts'

/**
 * The report as one HTML file: no address in it is ever asked for. Its policy allows this one script and this one
 * style, by their hashes, and nothing else; what the report says stands in a block of data that no browser runs.
 */
export function renderPage(data: ReportData): string {
  const policy = [
    "default-src 'none'",
    `script-src ${hashSource(PAGE_SCRIPT)}`,
    `style-src ${hashSource(PAGE_STYLE)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Makoto report</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main id="report"><noscript>This report draws and verifies itself with its own script, which this browser does not run.</noscript></main>
<script type="application/json" id="report-data">${escapeJson(data)}</script>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
<!--
${PAGE_NOTICES}
-->
`
}

const hashSource = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** No byte of a name can end the block, and none is anything but plain ASCII in the file. */
function escapeJson(data: ReportData): string {
  return JSON.stringify(data).replaceAll(/[<>&]|[^ -~]/g, escapeUnit)
}

const escapeUnit = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
