-- 0058_hold_by: who holds all money: a person, or '' where something contradicted
-- the books.
alter table windlass.money_hold add column set_by text not null default '',
    add check (is_on or set_by = '');
