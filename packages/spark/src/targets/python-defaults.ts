/**
 * Python functions, as they stand inside `with_makoto`: `spark_defaults(submitted)` is what a JVM that is yet to start
 * will read from properties files, found as `bin/load-spark-env.sh` and `SparkSubmitArguments` find them.
 *
 * A `spark-env.sh` that moves the configuration is asked of the shell, as Spark asks it. What cannot be known raises.
 */
export const DEFAULTS_READER = String.raw`
    def spark_defaults(submitted):
        found = {}
        for path in reversed(properties_files(shlex.split(submitted))):
            found.update(read_properties(path))
        return found

    def properties_files(words):
        named = None
        for word, following in zip(words, [*words[1:], None]):
            option, equals, value = word.partition("=")
            if option == "--properties-file":
                named = value if equals else following
        if named is not None and "--load-spark-defaults" not in words:
            return [named]
        path = os.path.join(configuration_folder(), "spark-defaults.conf")
        return [item for item in (named, path if os.path.isfile(path) else None) if item is not None]

    def configuration_folder():
        from pyspark.find_spark_home import _find_spark_home

        home = _find_spark_home()
        folder = os.environ.get("SPARK_CONF_DIR") or os.path.join(home, "conf")
        script = os.path.join(folder, "spark-env.sh")
        if os.environ.get("SPARK_ENV_LOADED") or not os.path.isfile(script):
            return folder
        with open(script, "rb") as file:
            if b"SPARK_CONF_DIR=" not in file.read():
                return folder
        line = 'set -a; . "$0" >&2; printf %s "$SPARK_CONF_DIR"'
        env = dict(os.environ, SPARK_HOME=home, SPARK_CONF_DIR=folder, SPARK_ENV_LOADED="1")
        asked = subprocess.run(["bash", "-c", line, script], env=env, stdin=subprocess.DEVNULL, capture_output=True)
        if not asked.stdout:
            raise LookupError(script + " names no SPARK_CONF_DIR")
        return os.fsdecode(asked.stdout)

    def read_properties(path):
        """What java.util.Properties finds there: key value, key=value, key: value, escapes, continued lines."""
        with open(path, encoding="utf-8", errors="replace") as file:
            natural = iter(file.read().split("\n"))
        found = {}
        for line in natural:
            line = line.lstrip(" \t\f")
            if line in ("", "\\") or line[0] in "#!":
                continue
            while (len(line) - len(line.rstrip("\\"))) % 2:
                line = line[:-1] + next(natural, "").lstrip(" \t\f")
            key, value = re.match(r"((?:\\.|[^\\=: \t\f])*)[ \t\f]*[=:]?[ \t\f]*(.*)", line, re.DOTALL).groups()
            found[unescape(key)] = unescape(value)
        return found

    def unescape(text):
        named = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}
        units = re.sub(
            r"\\(?:u([0-9a-fA-F]{4})|(.))",
            lambda escape: chr(int(escape[1], 16)) if escape[1] else named.get(escape[2], escape[2]),
            text,
            flags=re.DOTALL,
        )
        return units.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
`
