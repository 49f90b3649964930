#include "kyc_words.h"

#include <string.h>
#include <strings.h>

#include "arena.h"

enum { EN, ES, FR, PT, LANGS };

static const char *const langs[LANGS] = {"en", "es", "fr", "pt"};

struct words {
	const char *code;
	const char *text[LANGS];
};

// clang-format off
static const struct words table[] = {
	/* About the customer. */
	{ "status_processing", {
	    "The information is being reviewed.",
	    "La información se está revisando.",
	    "Les informations sont en cours d'examen.",
	    "As informações estão em análise." } },
	{ "status_rejected", {
	    "The information was reviewed and cannot be accepted.",
	    "La información fue revisada y no puede ser aceptada.",
	    "Les informations ont été examinées et ne peuvent pas être acceptées.",
	    "As informações foram analisadas e não podem ser aceitas." } },
	{ "status_mend", {
	    "Some of the information has to be sent again.",
	    "Parte de la información debe enviarse de nuevo.",
	    "Certaines informations doivent être envoyées à nouveau.",
	    "Algumas informações precisam ser enviadas novamente." } },
	{ "status_proof", {
	    "A code has to confirm the mobile number or the e-mail address.",
	    "Un código debe confirmar el número móvil o el correo electrónico.",
	    "Un code doit confirmer le numéro de mobile ou l'adresse e-mail.",
	    "Um código precisa confirmar o celular ou o endereço de e-mail." } },
	/* About a field. */
	{ "rejected", { "was rejected", "fue rechazado", "a été refusé",
	    "foi recusado" } },
	{ "expired", { "has expired", "ha caducado", "a expiré", "expirou" } },
	{ "unfit", { "is not well formed", "no tiene un formato válido",
	    "n'est pas dans un format valable",
	    "não está em um formato válido" } },
	{ "unlisted", { "is none of the choices",
	    "no es ninguna de las opciones", "ne fait pas partie des choix",
	    "não é nenhuma das opções" } },
	{ "unproven", { "has to be confirmed by a code",
	    "debe confirmarse con un código",
	    "doit être confirmé par un code",
	    "precisa ser confirmado por um código" } },
	{ "blurred", { "is blurred", "está borroso", "est flou",
	    "está desfocado" } },
	{ "illegible", { "cannot be read", "no se puede leer",
	    "est illisible", "está ilegível" } },
	{ "incomplete", { "is incomplete", "está incompleto",
	    "est incomplet", "está incompleto" } },
	{ "wrong_document", { "is another document than was asked for",
	    "es un documento distinto del solicitado",
	    "est un autre document que celui demandé",
	    "é um documento diferente do solicitado" } },
	{ "mismatch", { "does not match the other information",
	    "no coincide con los demás datos",
	    "ne correspond pas aux autres informations",
	    "não confere com as demais informações" } },
	{ "not_found", { "was not found at the bank or register",
	    "no se encontró en el banco o registro",
	    "est introuvable auprès de la banque ou du registre",
	    "não foi encontrado no banco ou registro" } },
	{ "account_closed", { "is an account that is closed",
	    "es una cuenta cerrada", "est un compte clôturé",
	    "é uma conta encerrada" } },
};
// clang-format on

enum { ROWS = sizeof(table) / sizeof(table[0]) };

const char *
kyc_words_at(size_t i)
{
	return i < ROWS ? table[i].code : NULL;
}

const char *
kyc_words_lang(size_t i)
{
	return i < LANGS ? langs[i] : NULL;
}

static size_t
lang_of(const char *lang)
{
	size_t len = lang == NULL ? 0 : strcspn(lang, "-_");

	for (size_t i = 0; i < LANGS; i++)
		if (strlen(langs[i]) == len &&
		    strncasecmp(langs[i], lang, len) == 0)
			return i;
	return EN;
}

const char *
kyc_words(struct arena *a, const char *code, const char *lang)
{
	char *plain;

	for (size_t i = 0; i < ROWS; i++)
		if (strcmp(table[i].code, code) == 0)
			return table[i].text[lang_of(lang)];
	plain = arena_strdup(a, code);
	for (char *c = plain; *c != '\0'; c++)
		if (*c == '_')
			*c = ' ';
	return plain;
}
