/*
 * Functions nobody here may call: naming one is enough.
 *
 * refused names: strcpy strcat strncpy strncat stpcpy sprintf vsprintf gets
 * refused names: strtok atoi atol atoll atof strtod strtof strtold
 * refused names: gmtime localtime ctime asctime tmpnam mktemp system popen
 * refused names: rand srand random srandom
 */
void banned(void);

void
banned(void)
{
#ifdef MUST_FAIL
	int BANNED = 1; /* even as a name of its own */

	(void)BANNED;
#endif
}
