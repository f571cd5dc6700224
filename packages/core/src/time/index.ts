export { type RequestTimestampOptions, requestTimestamp } from './request-timestamp.ts'
export { parseTimestamp, type Timestamp } from './timestamp-token.ts'
export { type VerifiedTime, verifyTimestamp } from './verify-timestamp.ts'
