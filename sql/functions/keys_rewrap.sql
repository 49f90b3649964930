-- keys_rewrap - wrapped keys are replaced by the same keys, wrapped anew.
-- In:     what is customer, kept, outflow or fingerprint; array of {id, old, new}, both
--         in hex.
-- Out:    how many were; one that is gone, or another by now, is left alone.
-- Errors: WL030 if new is not under the key that counts.
-- Writes: customer, customer_kept, outflow or fingerprint_key, only the wrapped key.
create or replace function windlass.keys_rewrap(p_what text, p_rows jsonb) returns bigint
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    count bigint;
begin
    if p_what = 'customer' then
        with one as materialized (
            select r.id::uuid as id, decode(r.old, 'hex') as old, decode(r.new, 'hex') as new
                from jsonb_to_recordset(p_rows) as r(id text, old text, new text)
        ), free as materialized ( -- in one order, so that nobody waits in a circle
            select c.id from customer c join one on one.id = c.id order by c.id for no key update of c
        )
        update customer c set wrapped_key = one.new from one join free on free.id = one.id
            where c.id = one.id and c.wrapped_key = one.old;
    elsif p_what = 'kept' then
        with one as materialized (
            select r.id::uuid as id, decode(r.old, 'hex') as old, decode(r.new, 'hex') as new
                from jsonb_to_recordset(p_rows) as r(id text, old text, new text)
        ), free as materialized (
            select c.id from customer_kept c join one on one.id = c.id order by c.id
                for no key update of c
        )
        update customer_kept c set wrapped_key = one.new from one join free on free.id = one.id
            where c.id = one.id and c.wrapped_key = one.old;
    elsif p_what = 'outflow' then
        with one as materialized (
            select r.id, decode(r.old, 'hex') as old, decode(r.new, 'hex') as new
                from jsonb_to_recordset(p_rows) as r(id text, old text, new text)
        ), free as materialized (
            select o.tx_id from outflow o join one on one.id = o.tx_id order by o.tx_id
                for no key update of o
        )
        update outflow o set sealed_key = one.new from one join free on free.tx_id = one.id
            where o.tx_id = one.id and o.sealed_key = one.old;
    else
        update fingerprint_key f set wrapped = decode(r.new, 'hex')
            from jsonb_to_recordset(p_rows) as r(id text, old text, new text)
            where f.wrapped = decode(r.old, 'hex');
    end if;
    get diagnostics count = row_count;
    return count;
end
$$;
