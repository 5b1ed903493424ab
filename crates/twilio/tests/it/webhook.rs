use switchboard_twilio::address::Address;
use switchboard_twilio::webhook::decode_form;

proptest::proptest! {
    #[test]
    fn what_was_encoded_comes_back(
        params in proptest::collection::vec(("\\PC{1,8}", "\\PC{0,20}"), 0..6),
    ) {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&params).finish();
        proptest::prop_assert_eq!(decode_form(body.as_bytes()), Ok(params));
    }

    /// Where the body is UTF-8 we read it as every browser does; where it is not, we say so.
    #[test]
    fn decoding_agrees_with_the_url_standard(body in proptest::collection::vec(proptest::num::u8::ANY, 0..60)) {
        let lossy: Vec<_> = form_urlencoded::parse(&body).into_owned().collect();
        match decode_form(&body) {
            Ok(params) => proptest::prop_assert_eq!(params, lossy),
            Err(_) => {
                let replaced = |text: &str| text.contains(char::REPLACEMENT_CHARACTER);
                proptest::prop_assert!(lossy.iter().any(|(n, v)| replaced(n) || replaced(v)));
            }
        }
    }

    #[test]
    fn every_address_is_kept_as_sent(raw in "(sip:|client:|whatsapp:|\\+)?\\PC{0,20}") {
        proptest::prop_assert_eq!(Address::parse(&raw).to_string(), raw);
    }
}
