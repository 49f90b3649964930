-- code_make - stores a code that is to be sent to a customer, unless there is one.
-- In:     customer and field; the code's id; keyed digests of the value (about)
--         and of value and code; the sealed request; a digest of the place where it
--         goes, the same for all customers; how long it is good; whether the
--         customer has asked for another.
-- Out:    'made'; 'live': the one for this value is good still (asked for another,
--         it is under a minute old); 'often': 5 in an hour or 10 in a day, for the
--         customer or to the place.
-- Units:  seconds.
-- Errors: constraints.
-- Writes: contact_code (instead of the one before), code_place, audit.
create or replace function windlass.code_make(
    p_customer uuid, p_name text, p_id uuid, p_about bytea, p_digest bytea, p_sealed bytea,
    p_place bytea, p_life integer, p_again boolean) returns text
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
declare
    per_hour constant integer := 5;
    per_day  constant integer := 10;
    t    timestamptz := clock_now();
    old  contact_code;
    past timestamptz[] := '{}';
begin
    -- Two at once are one after the other: whoever is second sees a live one.
    perform from customer c where c.id = p_customer for no key update;
    if not found then
        return 'live'; -- erased meanwhile: nothing to prove
    end if;
    select * into old from contact_code k
        where k.customer = p_customer and k.name = p_name for update;
    if found then
        if old.about = p_about and old.state in ('new', 'sent', 'right') and old.expires_at > t
                and not (p_again and old.issued[1] <= t - interval '1 minute') then
            return 'live';
        end if;
        past := array(select i from unnest(old.issued) as i where i > t - interval '1 day'
            order by i desc);
        if cardinality(past) >= per_day
                or (select count(*) from unnest(past) as i where i > t - interval '1 hour')
                    >= per_hour then
            return 'often';
        end if;
    end if;

    -- Who makes customers to no end sends no more to one place than one would.
    delete from code_place where place in (select p.place from code_place p
        where p.last <= t - interval '1 day' order by p.last limit 10 for update skip locked);
    insert into code_place as p (place, issued, last) values (p_place, array[t], t)
        on conflict (place) do update
            set last = t,
                issued = t || array(select i from unnest(p.issued) as i
                    where i > t - interval '1 day' order by i desc)
            where (select count(*) < per_day and count(*) filter (
                        where i > t - interval '1 hour') < per_hour
                    from unnest(p.issued) as i where i > t - interval '1 day');
    if not found then
        return 'often';
    end if;
    insert into contact_code as k
        (customer, name, id, about, digest, sealed, state, expires_at, issued, next_at)
        values (p_customer, p_name, p_id, p_about, p_digest, p_sealed, 'new',
            t + p_life * interval '1 second', t || past, t)
        on conflict (customer, name) do update
            set id = excluded.id, about = excluded.about, digest = excluded.digest,
                sealed = excluded.sealed, state = excluded.state,
                expires_at = excluded.expires_at, issued = excluded.issued,
                next_at = excluded.next_at, wrong = 0, tries = 0;
    insert into audit (what, subject, detail) values ('code_make', p_customer::text,
        jsonb_build_object('field', p_name, 'code', p_id));
    return 'made';
end
$$;
