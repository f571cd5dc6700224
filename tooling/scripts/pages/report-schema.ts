import { reportJsonSchema } from '../../../packages/core/src/index.ts'
import type { Page } from './page.ts'

export function renderReportSchema(): Page {
  const text = `${JSON.stringify(reportJsonSchema(), null, 2)}\n`
  return { file: 'schemas/verification-report-v1.schema.json', text }
}
