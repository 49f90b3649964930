-- review_make - stores a review that is to be sent, or that none is needed.
-- In:     customer, type, and the version of the customer that was looked at; the
--         review's id and its sealed request, both null if none is needed.
-- Out:    false if the customer has changed meanwhile: look again.
-- Errors: constraints.
-- Writes: review (an open one of before is superseded), review_wanted, audit.
create or replace function windlass.review_make(
    p_customer uuid, p_type text, p_version bigint, p_id uuid, p_sealed bytea) returns boolean
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    perform from customer c where c.id = p_customer and c.version = p_version for share;
    if not found then
        return false;
    end if;
    delete from review_wanted w where w.customer = p_customer and w.type = p_type;
    -- Another watcher may have made the same.
    if exists (select from review r where r.customer = p_customer and r.type = p_type
            and r.version = p_version and r.state in ('new', 'pending') and p_id is not null) then
        return true;
    end if;
    update review r set state = 'superseded', sealed = ''
        where r.customer = p_customer and r.type = p_type and r.state in ('new', 'pending');
    if p_id is not null then
        insert into review (id, customer, type, version, sealed)
            values (p_id, p_customer, p_type, p_version, p_sealed);
        insert into audit (what, subject, detail) values ('review_make', p_customer::text,
            jsonb_build_object('review', p_id, 'type', p_type, 'version', p_version));
    end if;
    return true;
end
$$;
