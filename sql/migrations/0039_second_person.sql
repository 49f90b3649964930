-- 0039_second_person: above an amount that the book has for a currency, money leaves
-- only when another person than whoever sends it has approved it.

-- Who last sent the payment on by hand; '' is nobody: it came here by itself.
alter table windlass.payment add column sent_on_by text not null default '';

-- What was approved: that attempt, of that way out, of that amount to that
-- beneficiary.  If any of it is another by now, nothing was approved.
alter table windlass.approval
    add column way         text        not null default 'payout' check (way in ('payout', 'refund')),
    add column amount      numeric     not null default 0 check (amount >= 0 and amount < 1e20),
    add column beneficiary bytea       not null default '',
    add column reason      text        not null default '',
    add column approved_at timestamptz not null default 'infinity';

-- The book's second_person_above, by currency: what every claim and every sending
-- looks at, without reading the document.
create table windlass.second_person (
    currency text    primary key check (currency ~ '^[A-Z]{3}$'),
    above    numeric not null check (above >= 0 and above < 1e20)
);

create function windlass.second_person_of_book() returns trigger
language plpgsql security definer
set search_path = windlass, pg_catalog, pg_temp
as $$
begin
    delete from second_person;
    insert into second_person
        select split_part(e ->> 'asset', ':', 2), (e ->> 'second_person_above')::numeric
            from json_array_elements(new.document -> 'payouts') e
            where e ->> 'asset' like 'iso4217:%' and e ->> 'second_person_above' is not null;
    return null;
end
$$;
create trigger second_person_of_book after insert or update on windlass.book_document
    for each row when (new.kind = 'limits') execute function windlass.second_person_of_book();

-- Those that wait for a second person, for the figure of them.
create index payment_second_person on windlass.payment (tx_id)
    where state = 'out' and reason like 'second_person:%';

-- They show more now.
drop function if exists windlass.payments_claim(text, integer, integer);
drop function if exists windlass.operator_payments(text[], bigint, integer);
