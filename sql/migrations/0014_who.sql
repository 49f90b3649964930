-- 0014_who: one customer for one memo, however it was spelt.

-- A hash of 32 bytes comes in base64 from the platform and in hex from some
-- wallets; it is kept in base64.  Where both spellings have a customer of their
-- own already, the one in base64 is the account's from now on, and the other is
-- found by its id.
update windlass.customer as c
    set memo = encode(decode(c.memo, 'hex'), 'base64')
    where c.memo_type = 'hash' and c.memo ~ '^[0-9A-Fa-f]{64}$' and not exists (
        select from windlass.customer as o
        where o.account = c.account and o.memo_type = 'hash' and o.id <> c.id
            and (o.memo = encode(decode(c.memo, 'hex'), 'base64')
                or (lower(o.memo) = lower(c.memo) and o.id < c.id)));

-- It returns less than it did.  A new database has none of it yet.
drop function if exists windlass.customer_find(uuid, text, text, text, text);
