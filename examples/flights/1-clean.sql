-- Clean the flights, join them with the weather at departure and with the aircraft, and hide the tail numbers.
CREATE TEMPORARY VIEW flights (
  year INT, month INT, day INT, dep_time INT, sched_dep_time INT, dep_delay INT, arr_time INT, sched_arr_time INT,
  arr_delay INT, carrier STRING, flight INT, tailnum STRING, origin STRING, dest STRING, air_time INT, distance INT,
  hour INT, minute INT, time_hour TIMESTAMP
) USING csv OPTIONS (path '.demo/lake/raw/flights.csv', header true, nullValue 'NA');

CREATE TEMPORARY VIEW weather (
  origin STRING, year INT, month INT, day INT, hour INT, temp DOUBLE, dewp DOUBLE, humid DOUBLE, wind_dir INT,
  wind_speed DOUBLE, wind_gust DOUBLE, precip DOUBLE, pressure DOUBLE, visib DOUBLE, time_hour TIMESTAMP
) USING csv OPTIONS (path '.demo/lake/raw/weather.csv', header true, nullValue 'NA');

CREATE TEMPORARY VIEW planes (
  tailnum STRING, year INT, type STRING, manufacturer STRING, model STRING, engines INT, seats INT, speed INT,
  engine STRING
) USING csv OPTIONS (path '.demo/lake/raw/planes.csv', header true, nullValue 'NA');

CREATE TABLE clean_flights
USING parquet
PARTITIONED BY (month)
AS SELECT /*+ REPARTITION(2, month) */
  flights.time_hour, flights.carrier, flights.flight, sha2(flights.tailnum, 256) AS plane,
  flights.origin, flights.dest, flights.dep_delay, flights.arr_delay, flights.distance,
  weather.temp, weather.wind_speed, weather.precip, weather.visib,
  planes.manufacturer, planes.seats, flights.year - planes.year AS plane_age,
  flights.month
FROM flights
LEFT JOIN weather ON flights.origin = weather.origin AND flights.time_hour = weather.time_hour
LEFT JOIN planes ON flights.tailnum = planes.tailnum
WHERE flights.dep_time IS NOT NULL AND flights.tailnum IS NOT NULL;
