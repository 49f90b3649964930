-- keys_part - a part of all wrapped keys.
-- In:     what is customer, kept, outflow or fingerprint; the id to begin after, '' for
--         the first; how many at most.
-- Out:    in the order of their ids: whose it is, and by which key it is wrapped;
--         the wrapped key itself only if that is not the one given.
-- Errors: none.
create or replace function windlass.keys_part(
    p_what text, p_after text, p_most integer, p_but bigint)
returns table (id text, number bigint, wrapped bytea)
language plpgsql stable security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    if p_what = 'customer' then
        return query select c.id::text, key_number(c.wrapped_key),
                case when key_number(c.wrapped_key) <> p_but then c.wrapped_key end
            from customer c
            where c.id > case when p_after = '' then '00000000-0000-0000-0000-000000000000'
                else p_after end::uuid
            order by c.id limit p_most;
    elsif p_what = 'kept' then
        return query select c.id::text, key_number(c.wrapped_key),
                case when key_number(c.wrapped_key) <> p_but then c.wrapped_key end
            from customer_kept c
            where c.id > case when p_after = '' then '00000000-0000-0000-0000-000000000000'
                else p_after end::uuid
            order by c.id limit p_most;
    elsif p_what = 'outflow' then
        return query select o.tx_id, key_number(o.sealed_key),
                case when key_number(o.sealed_key) <> p_but then o.sealed_key end
            from outflow o where o.tx_id > p_after and o.sealed_key is not null order by o.tx_id limit p_most;
    else
        return query select 'fingerprint', key_number(f.wrapped),
                case when key_number(f.wrapped) <> p_but then f.wrapped end
            from fingerprint_key f where p_after = '';
    end if;
end
$$;
