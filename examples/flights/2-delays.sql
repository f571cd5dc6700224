-- How late are flights, by destination and month, and what was the weather like when they left?
CREATE TEMPORARY VIEW airports (
  faa STRING, name STRING, lat DOUBLE, lon DOUBLE, alt INT, tz INT, dst STRING, tzone STRING
) USING csv OPTIONS (path '.demo/lake/raw/airports.csv', header true);

INSERT OVERWRITE DIRECTORY '.demo/lake/marts/delays'
USING parquet
SELECT /*+ COALESCE(1) */
  airports.name AS destination, flights.month,
  count(*) AS flights, round(avg(flights.dep_delay), 1) AS mean_delay,
  percentile_approx(flights.dep_delay, 0.9) AS ninth_decile_delay,
  round(avg(flights.wind_speed), 1) AS mean_wind, round(avg(flights.precip), 3) AS mean_rain
FROM parquet.`.demo/lake/curated/clean_flights` AS flights
JOIN airports ON flights.dest = airports.faa
GROUP BY airports.name, flights.month;
