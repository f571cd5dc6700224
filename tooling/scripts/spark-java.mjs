// The options that Spark 3.5 and 4.1 ask of a Java 17 runtime: their own launcher would add them.
const OPENED = [
  'java.lang',
  'java.lang.invoke',
  'java.lang.reflect',
  'java.io',
  'java.net',
  'java.nio',
  'java.util',
  'java.util.concurrent',
  'java.util.concurrent.atomic',
  'jdk.internal.ref',
  'sun.nio.ch',
  'sun.nio.cs',
  'sun.security.action',
  'sun.util.calendar',
]

export const SPARK_JAVA_OPTIONS = OPENED.map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`)
