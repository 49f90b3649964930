/*
 * Borrowed text stays const, also by a cast.
 *
 * refused by: [-Werror=cast-qual]
 */
char *borrowed(char *mine, const char *theirs);

char *
borrowed(char *mine, const char *theirs)
{
#ifdef MUST_FAIL
	return (char *)theirs + (mine == theirs);
#else
	return mine + (mine == theirs);
#endif
}
