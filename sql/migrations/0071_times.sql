-- 0071_times: microseconds cost no call.
--
-- What is written as one expression, bound to what it names when it is made, is a part
-- of the statement that has it: a claim reads a dozen times a payment.  It is as stable
-- as what it calls, not more.
create or replace function windlass.us(t timestamptz) returns bigint
language sql stable strict parallel safe
return (extract(epoch from t) * 1000000)::bigint;

create or replace function windlass.from_us(us bigint) returns timestamptz
language sql stable strict parallel safe
return timestamptz '1970-01-01 00:00:00+00' + us * interval '1 microsecond';

create or replace function windlass.micros(t timestamptz) returns bigint
language sql stable parallel safe
return case when t is null then null
    when isfinite(t) then (extract(epoch from t) * 1000000)::bigint
    when t > timestamptz '1970-01-01 00:00:00+00' then 9223372036854775807 else 0 end;
