import * as z from 'zod'
import { REPORT_SCHEMA, reportSchema } from '../verify/report.ts'

/** The report's own schema as JSON Schema 2020-12, for readers in other languages: from the one that validates here. */
export function reportJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(reportSchema, { io: 'output' })
  return {
    $schema,
    $id: REPORT_SCHEMA,
    title: 'Verification report',
    description: 'What `makoto verify --json` prints and `verifyDataset` resolves to.',
    ...schema,
  }
}
