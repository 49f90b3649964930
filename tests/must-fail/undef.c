/*
 * A misspelled macro is not 0.
 *
 * refused by: [-Werror=undef]
 */
#ifdef MUST_FAIL
#if WINDLASS_NO_SUCH_MACRO
#endif
#endif

int nothing(void);

int
nothing(void)
{
	return 0;
}
