/*
 * check - is this text of that shape?  For tables of fields.
 *
 * Shape:  each answers for one non-empty text; arg is the row's.
 */
#ifndef WINDLASS_CHECK_H
#define WINDLASS_CHECK_H

#include <stdbool.h>

bool is_text(const char *value, const char *arg);      /* UTF-8, no controls */
bool is_lines(const char *value, const char *arg);     /* ... but line breaks */
bool is_word(const char *value, const char *words);    /* one of "a b c" */
bool is_code_text(const char *value, const char *arg); /* ASCII, no blank */
bool is_digits(const char *value, const char *count);  /* exactly so many */
/* ISCO-08: a minor group (of "011 021 ...") or a unit group below it. */
bool is_occupation(const char *value, const char *minor_groups);
bool is_date_text(const char *value, const char *arg); /* or date-time */
bool is_email(const char *value, const char *arg);
bool is_phone(const char *value, const char *arg); /* E.164 */
bool is_ip_address(const char *value, const char *arg);
bool is_asset_name(const char *value, const char *arg);
/* A number above 0; whether it is too large or too fine is told elsewhere. */
bool is_amount_text(const char *value, const char *arg);
bool is_instant_text(const char *value, const char *arg);
bool is_account_text(const char *value, const char *arg);

#endif
