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

-- The book, for every program that answers by it.
grant execute on function
    windlass.book_version(),
    windlass.book_get()
to windlass_customer, windlass_rate, windlass_status, windlass_watcher, windlass_operator;

grant execute on function
    windlass.quote_hold(uuid, text, text, boolean, numeric, text, text, text, text, numeric,
        numeric, numeric, text, text, text, text, text, integer, timestamptz, bigint)
to windlass_rate;

grant execute on function
    windlass.quote_get(text)
to windlass_watcher;

grant execute on function
    windlass.book_load(text, json, bigint, jsonb, jsonb, text),
    windlass.pool_show(),
    windlass.pool_verify()
to windlass_operator;

-- Customers: one program writes them, the watcher reads them.
grant execute on function
    windlass.customer_find(uuid, text, text, text, text)
to windlass_customer, windlass_watcher;

grant execute on function
    windlass.customer_put(uuid, text, text, text, bigint, bytea, bytea, jsonb, jsonb, jsonb,
        jsonb),
    windlass.customer_delete(uuid),
    windlass.document_chunk_put(uuid, integer, bytea),
    windlass.document_put(uuid, uuid, text, bytea, bigint, integer),
    windlass.document_drop(uuid, text)
to windlass_customer;
