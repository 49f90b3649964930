/*
 * book_fee - what a fee rule makes of an amount, forwards and backwards.
 *
 * Within a tier the exact fee F(w) is a sum of lines that are each constant,
 * linear, constant; less than w by a growing part, since all percentages of a
 * tier are together below 100 (book_check).  So the least w that leaves n is
 * found stretch by stretch, between the amounts where a line changes:
 * w - (rate * w + fixed) >= n is w >= (n + fixed) / (1 - rate), and n and fixed
 * being whole units, the fee rounded up leaves n whenever the exact one does.
 * Between tiers a fee may rise or fall by a leap: the lowest tier that has such
 * an amount has the least.
 */
#include "book_fee.h"
#include "book_parts.h"

enum {
	RATE_DECIMALS = 14, /* of a percentage less a discount: exact */
	CUTS_MAX = 2 * FEE_LINES + 2
};

/* A line in whole units. */
struct line {
	struct amount rate, fixed, least, most;
	bool has_most;
};

/* All lines of a tier at some amount: rate * w + fixed. */
struct slope {
	struct amount rate, fixed;
};

int
fee_make(struct fee *fee, const struct fee_rule *rule, unsigned places,
    struct amount discount_percent)
{
	discount_percent.scale += 2; /* percent */
	*fee = (struct fee){.rule = rule, .places = places};
	return amount_sub(amount_of(1), discount_percent, &fee->keep);
}

/* A number of a rule as this client has it, in whole units. */
static int
kept(const struct fee *fee, struct amount number, struct amount *out)
{
	return amount_mul(number, fee->keep, fee->places, ROUND_UP, out);
}

static int
line_of(const struct fee *fee, const struct fee_line *from, struct line *out)
{
	struct amount rate = from->percent;
	int rc;

	rate.scale += 2; /* percent */
	out->has_most = !amount_is_zero(from->maximum);
	if ((rc = amount_mul(rate, fee->keep, RATE_DECIMALS, ROUND_UP,
		 &out->rate)) != 0 ||
	    (rc = kept(fee, from->fixed, &out->fixed)) != 0 ||
	    (rc = kept(fee, from->minimum, &out->least)) != 0)
		return rc;
	return kept(fee, from->maximum, &out->most);
}

/* Where a tier begins, in whole units. */
static int
begin_of(const struct fee *fee, size_t tier, struct amount *out)
{
	return amount_rescale(fee->rule->tiers[tier].from, fee->places,
	    ROUND_UP, out);
}

/* The line's slope at w.  Rounding down decides as the exact value would:
 * bounds are whole units. */
static int
slope_at(const struct fee *fee, const struct line *line, struct amount w,
    struct slope *out)
{
	struct amount exact;
	int rc;

	*out = (struct slope){line->rate, line->fixed};
	if ((rc = amount_mul(w, line->rate, fee->places, ROUND_DOWN, &exact)) !=
		0 ||
	    (rc = amount_add(exact, line->fixed, &exact)) != 0)
		return rc;
	if (line->has_most && amount_cmp(exact, line->most) >= 0)
		*out = (struct slope){amount_of(0), line->most};
	else if (amount_cmp(exact, line->least) < 0)
		*out = (struct slope){amount_of(0), line->least};
	return AMOUNT_OK;
}

static int
tier_at(const struct fee *fee, struct amount whole, const struct fee_tier **out)
{
	struct amount begin;
	size_t i;
	int rc;

	*out = &fee->rule->tiers[0];
	for (i = 1; i < fee->rule->tier_count; i++) {
		if ((rc = begin_of(fee, i, &begin)) != 0)
			return rc;
		if (amount_cmp(begin, whole) > 0)
			break;
		*out = &fee->rule->tiers[i];
	}
	return AMOUNT_OK;
}

int
fee_of(const struct fee *fee, struct amount whole, struct amount *out,
    struct quote_line lines[static FEE_LINES], size_t *count)
{
	/* What the percentages so far are of the whole: rounded up together. */
	struct amount rate = amount_of(0), before = amount_of(0), now, amount;
	struct amount total = amount_of(0);
	const struct fee_tier *tier;
	size_t i;
	int rc = tier_at(fee, whole, &tier);

	*count = 0;
	for (i = 0; rc == 0 && i < tier->line_count; i++) {
		struct slope slope;
		struct line line;

		if ((rc = line_of(fee, &tier->lines[i], &line)) != 0 ||
		    (rc = slope_at(fee, &line, whole, &slope)) != 0 ||
		    (rc = amount_add(rate, slope.rate, &rate)) != 0 ||
		    (rc = amount_mul(whole, rate, fee->places, ROUND_UP,
			 &now)) != 0 ||
		    (rc = amount_sub(now, before, &amount)) != 0 ||
		    (rc = amount_add(amount, slope.fixed, &amount)) != 0 ||
		    (rc = amount_add(total, amount, &total)) != 0)
			return rc;
		before = now;
		if (!amount_is_zero(amount))
			lines[(*count)++] =
			    (struct quote_line){tier->lines[i].name,
				tier->lines[i].description, amount};
	}
	*out = total;
	return rc;
}

/* Keeps cuts ascending; those outside of the tier are of no interest. */
static void
add_cut(struct amount cuts[static CUTS_MAX], size_t *count, struct amount cut)
{
	size_t i = *count;

	if (amount_cmp(cut, cuts[0]) <= 0)
		return;
	for (; amount_cmp(cuts[i - 1], cut) > 0; i--)
		cuts[i] = cuts[i - 1];
	cuts[i] = cut;
	++*count;
}

/* The least w at which the line reaches a bound. */
static void
cut_at(const struct fee *fee, const struct line *line, struct amount bound,
    struct amount cuts[static CUTS_MAX], size_t *count)
{
	struct amount rest;

	/* One that is too large to be written is not reached either. */
	if (!amount_is_zero(line->rate) &&
	    amount_sub(bound, line->fixed, &rest) == AMOUNT_OK &&
	    !amount_is_negative(rest) &&
	    amount_div(rest, line->rate, fee->places, ROUND_UP, &rest) ==
		AMOUNT_OK)
		add_cut(cuts, count, rest);
}

/* The least w from `from` on that leaves net, if nothing changes. */
static int
least_on(const struct fee *fee, const struct line *lines, size_t line_count,
    struct amount from, struct amount net, struct amount *out)
{
	struct amount rate = amount_of(1), sum = net;
	struct slope slope;
	size_t i;
	int rc;

	for (i = 0; i < line_count; i++)
		if ((rc = slope_at(fee, &lines[i], from, &slope)) != 0 ||
		    (rc = amount_sub(rate, slope.rate, &rate)) != 0 ||
		    (rc = amount_add(sum, slope.fixed, &sum)) != 0)
			return rc;
	rc = amount_div(sum, rate, fee->places, ROUND_UP, out);
	if (rc == 0 && amount_cmp(*out, from) < 0)
		*out = from;
	return rc;
}

/* Within a tier that ends before `end` (NULL: never); *found: it has one. */
static int
least_in(const struct fee *fee, size_t tier_no, const struct amount *end,
    struct amount net, struct amount *out, bool *found)
{
	const struct fee_tier *tier = &fee->rule->tiers[tier_no];
	struct amount cuts[CUTS_MAX];
	struct line lines[FEE_LINES];
	size_t count = 1, i;
	int rc = begin_of(fee, tier_no, &cuts[0]);

	for (i = 0; rc == 0 && i < tier->line_count; i++) {
		rc = line_of(fee, &tier->lines[i], &lines[i]);
		if (rc != 0)
			break;
		cut_at(fee, &lines[i], lines[i].least, cuts, &count);
		if (lines[i].has_most)
			cut_at(fee, &lines[i], lines[i].most, cuts, &count);
	}
	*found = false;
	for (i = 0; rc == 0 && !*found && i < count; i++) {
		const struct amount *stop = i + 1 < count ? &cuts[i + 1] : end;

		if (end != NULL && amount_cmp(cuts[i], *end) >= 0)
			break;
		if (end != NULL && stop != end && amount_cmp(*stop, *end) > 0)
			stop = end;
		rc = least_on(fee, lines, tier->line_count, cuts[i], net, out);
		*found = rc == AMOUNT_OK &&
		         (stop == NULL || amount_cmp(*out, *stop) < 0);
		/* Further on a line may have its maximum. */
		if (rc == AMOUNT_TOO_LARGE)
			rc = AMOUNT_OK;
	}
	return rc;
}

int
fee_whole_of(const struct fee *fee, struct amount net, struct amount *out)
{
	size_t i, count = fee->rule->tier_count;
	struct amount end;
	bool found = false;
	int rc = AMOUNT_OK;

	for (i = 0; rc == 0 && !found && i < count; i++) {
		if (i + 1 < count && (rc = begin_of(fee, i + 1, &end)) != 0)
			return rc;
		rc = least_in(fee, i, i + 1 < count ? &end : NULL, net, out,
		    &found);
	}
	return rc != AMOUNT_OK || found ? rc : AMOUNT_TOO_LARGE;
}
