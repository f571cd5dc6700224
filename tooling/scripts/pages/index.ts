import { renderExitCodes } from './exit-codes.ts'
import type { Page } from './page.ts'
import { renderPolicySchemas } from './policy-schemas.ts'
import { renderReportSchema } from './report-schema.ts'
import { renderRequirements } from './requirements.ts'

/** Every page that is made from code. */
export const renderPages = (): Page[] => [
  renderExitCodes(),
  renderRequirements(),
  renderReportSchema(),
  ...renderPolicySchemas(),
]
