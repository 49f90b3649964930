"""The members of a customer request that the platform knows, in its order."""

IDENTITY = ('id', 'account', 'memo', 'memo_type', 'transaction_id', 'type')
LOOKUP = IDENTITY + ('lang',)

FIELDS = (
    'first_name', 'last_name', 'additional_name', 'address_country_code', 'state_or_province',
    'city', 'postal_code', 'address', 'mobile_number', 'email_address', 'birth_date',
    'birth_place', 'birth_country_code', 'bank_name', 'bank_account_number', 'bank_account_type',
    'bank_number', 'bank_phone_number', 'bank_branch_number', 'external_transfer_memo',
    'clabe_number', 'cbu_number', 'cbu_alias', 'mobile_money_number', 'mobile_money_provider',
    'crypto_address', 'crypto_memo', 'tax_id', 'tax_id_name', 'occupation', 'employer_name',
    'employer_address', 'language_code', 'id_type', 'id_country_code', 'id_issue_date',
    'id_expiration_date', 'id_number', 'photo_id_front', 'photo_id_back',
    'notary_approval_of_photo_id', 'ip_address', 'photo_proof_residence', 'sex',
    'photo_proof_of_income', 'proof_of_liveness', 'referral_id', 'mobile_number_verification',
    'email_address_verification',
)
BINARY = frozenset((
    'photo_id_front', 'photo_id_back', 'notary_approval_of_photo_id', 'photo_proof_residence',
    'photo_proof_of_income', 'proof_of_liveness',
))
DATES = ('birth_date', 'id_issue_date', 'id_expiration_date')
PUT_ORDER = IDENTITY + FIELDS

RATE = ('type', 'sell_asset', 'sell_amount', 'sell_delivery_method', 'buy_asset', 'buy_amount',
        'buy_delivery_method', 'country_code', 'expire_after', 'client_id')


def camel(name):
    """photo_id_front -> photoIdFront, the file name of a part."""
    first, *rest = name.split('_')
    return first + ''.join(word.capitalize() for word in rest)
