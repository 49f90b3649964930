-- Which role may execute which function: data, applied whole at each deploy.
-- First everything is taken back, so that a line removed here is a right lost.

revoke execute on all functions in schema windlass from
    windlass_customer, windlass_rate, windlass_event, windlass_status,
    windlass_watcher, windlass_operator;

grant execute on function
    windlass.now(),
    windlass.clock_now(),
    windlass.us(timestamptz),
    windlass.from_us(bigint)
to windlass_customer, windlass_rate, windlass_event, windlass_status,
    windlass_watcher, windlass_operator;
