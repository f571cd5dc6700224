import type { SparkConfig } from './config.ts'

/**
 * One way to start Spark, as the text that this way reads.
 *
 * `render` merges into `existing` (text of the same kind): what it does not know stays as it was, an existing list of
 * listeners or JARs is added to, and rendering its own result again changes nothing. `defaults` is the text of the
 * `spark-defaults.conf` below it: a way that would replace its lists keeps what stands there, the others pass over it.
 */
export interface ConfigTarget {
  readonly name: 'submit' | 'defaults' | 'python'
  render(config: SparkConfig, existing?: string, defaults?: string): string
  /**
   * The configuration's properties as the text of the same arguments sets them: a list with what it was added to, and
   * none that the text does without. What is only known where the text is read, such as a variable, stays as written.
   */
  settle(config: SparkConfig, existing?: string, defaults?: string): SparkConfig['properties']
}
