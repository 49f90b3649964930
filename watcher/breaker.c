#include "breaker.h"

/* A clock that went back opens nothing for longer than anybody said. */
static bool
is_sane(const struct breaker *b, instant now)
{
	instant most =
	    b->length > BREAKER_ASKED_MOST ? b->length : BREAKER_ASKED_MOST;

	return b->until - now <= most;
}

bool
breaker_is_open(const struct breaker *b, instant now)
{
	return b->until > now && is_sane(b, now);
}

size_t
breaker_lets(const struct breaker *b, size_t wanted, instant now)
{
	if (b->until == 0 || wanted == 0)
		return wanted;
	return breaker_is_open(b, now) ? 0 : 1;
}

static bool
opens(struct breaker *b, instant until, instant now)
{
	if (breaker_is_open(b, now) && b->until >= until)
		return false;
	b->until = until;
	return true;
}

bool
breaker_hears(struct breaker *b, enum breaker_heard heard, instant wait,
    instant now)
{
	bool was_open = b->until != 0;

	if (b->length == 0)
		return false;
	switch (heard) {
	case BREAKER_READ:
		b->unknowns = was_open ? b->unknowns : 0;
		return false;
	case BREAKER_TOLD:
		b->unknowns = 0;
		b->until = 0;
		return was_open;
	case BREAKER_MISMATCH:
		return opens(b, now + b->length, now);
	default:
		break;
	}
	if (b->unknowns < BREAKER_UNKNOWNS)
		b->unknowns++;
	if (wait > 0)
		return opens(b,
		    now +
			(wait > BREAKER_ASKED_MOST ? BREAKER_ASKED_MOST : wait),
		    now);
	if (!was_open && b->unknowns < BREAKER_UNKNOWNS)
		return false;
	return !breaker_is_open(b, now) && opens(b, now + b->length, now);
}
