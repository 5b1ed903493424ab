use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use switchboard_twilio::rest::{Api, Method, Request};

use crate::operations;

#[derive(Deserialize)]
struct Description {
    operations: Vec<Operation>,
}

#[derive(Deserialize)]
struct Operation {
    host: String,
    template: String,
    method: String,
    path: BTreeMap<String, Schema>,
    query: BTreeMap<String, Schema>,
    form: BTreeMap<String, Schema>,
    #[serde(default)]
    required: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Schema {
    r#type: String,
    pattern: Option<String>,
    r#enum: Option<Vec<String>>,
    items: Option<Box<Schema>>,
}

impl Operation {
    /// What stands for the template's names in `path`, if it is of this template.
    fn path_values<'a>(&'a self, path: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
        let (template, path) = (self.template.split('/'), path.split('/'));
        if template.clone().count() != path.clone().count() {
            return None;
        }
        let mut values = Vec::new();
        for (expected, part) in template.zip(path) {
            match expected.strip_prefix('{').and_then(|expected| expected.split_once('}')) {
                Some((name, rest)) => values.push((name, part.strip_suffix(rest)?)),
                None if expected == part => {}
                None => return None,
            }
        }
        Some(values)
    }
}

impl Schema {
    fn allows(&self, value: &str) -> bool {
        if let Some(items) = &self.items {
            return items.allows(value);
        }
        // An empty value takes away what was set.
        let pattern =
            self.pattern.as_deref().is_none_or(|pattern| value.is_empty() || matches(pattern, value));
        let listed = self.r#enum.as_ref().is_none_or(|values| values.iter().any(|known| known == value));
        let typed = match self.r#type.as_str() {
            "string" => true,
            "boolean" => ["true", "false"].contains(&value),
            "integer" => value.parse::<i64>().is_ok(),
            other => panic!("a value of type {other}"),
        };
        pattern && listed && typed
    }
}

/// All patterns of the description are one of a few prefixes and 32 hexadecimal digits.
fn matches(pattern: &str, value: &str) -> bool {
    let prefixes = pattern.strip_prefix('^').and_then(|rest| rest.strip_suffix("[0-9a-fA-F]{32}$"));
    let prefixes = prefixes.unwrap_or_else(|| panic!("a pattern of another kind: {pattern}"));
    let digits = prefixes.trim_matches(['(', ')']).split('|').find_map(|prefix| value.strip_prefix(prefix));
    digits.is_some_and(|digits| digits.len() == 32 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
}

fn description() -> Vec<Operation> {
    let file = include_str!("../data/openapi-reduced.json");
    serde_json::from_str::<Description>(file).expect("the description").operations
}

/// What the description has against a request.
fn objections(request: &Request, description: &[Operation]) -> Vec<String> {
    let method = match request.method {
        Method::Get => "GET",
        Method::Post => "POST",
        Method::Delete => "DELETE",
    };
    let host = match request.api {
        Api::Core => "api.twilio.com",
        Api::Messaging => "messaging.twilio.com",
    };
    let found = description.iter().filter(|operation| operation.host == host && operation.method == method);
    let found = found.filter_map(|operation| Some((operation, operation.path_values(&request.path)?))).next();
    let Some((operation, path)) = found else {
        return vec![format!("{method} {} is not described", request.path)];
    };
    let query = request.query.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let form = request.form.iter().map(|(name, value)| (*name, value.as_str()));
    let mut objections = Vec::new();
    let mut check = |schemas: &BTreeMap<String, Schema>, name: &str, value: &str| match schemas.get(name) {
        None => objections.push(format!("{}: {name} is not described", operation.template)),
        Some(schema) if !schema.allows(value) => objections.push(format!("{name}: not {value:?}")),
        Some(_) => {}
    };
    path.into_iter().for_each(|(name, value)| check(&operation.path, name, value));
    query.for_each(|(name, value)| check(&operation.query, name, value));
    form.clone().for_each(|(name, value)| check(&operation.form, name, value));
    let repeated = form.clone().filter(|(name, _)| {
        let list = operation.form.get(*name).is_some_and(|schema| schema.items.is_some());
        !list && form.clone().filter(|(other, _)| other == name).count() > 1
    });
    objections.extend(repeated.map(|(name, _)| format!("{name} is no list")));
    let missing =
        operation.required.iter().filter(|name| !form.clone().any(|(sent, _)| sent == name.as_str()));
    objections.extend(missing.map(|name| format!("{name} is required")));
    objections
}

#[test]
fn twilios_description_knows_all_that_we_ask() {
    let description = description();
    for (op, request) in operations::given().into_iter().chain(operations::ours()) {
        assert_eq!(objections(&request, &description), Vec::<String>::new(), "{op}");
    }
    // Files are left out of the description; ours stand where their own descriptions are.
    for mut file in operations::files() {
        file.path = format!("{}.json", file.path.trim_end_matches(".mp3"));
        assert_eq!(objections(&file, &description), Vec::<String>::new());
    }
}

#[test]
fn the_check_finds_what_twilio_would_not_know() {
    let description = description();
    let ac = operations::sid("AC");
    let ca = operations::sid("CA");
    let wrong = [
        Request::set(&ac, &["Calls", &ca]).form("Status", "cancelled"),
        Request::set(&ac, &["Calls", &ca]).form("Statuss", "canceled"),
        Request::set(&ac, &["Calls", &operations::sid("SM")]).form("Status", "canceled"),
        Request::set(&ac, &["Calls", "CA1"]).form("Status", "canceled"),
        Request::set(&ac, &["Call", &ca]).form("Status", "canceled"),
        Request::get(&ac, &["Messages"]).query("PageSize", "many"),
        Request::get(&ac, &["Messages"]).query("Body", "hi"),
        Request::create(&ac, &["Messages"]).form("Body", "hi"),
        Request::create(&ac, &["Messages"]).form("To", "+1").form("Body", "a").form("Body", "b"),
        Request::create(&ac, &["Messages"]).form("To", "+1").form("MessagingServiceSid", "MG1"),
        Request::set(&ac, &["Conferences", &operations::sid("CF"), "Participants", &ca]).form("Hold", "yes"),
        Request::delete(&ac, &["Conferences", &operations::sid("CF")]),
        Request::set_service("MG1"),
    ];
    for request in wrong {
        assert_ne!(objections(&request, &description), Vec::<String>::new(), "{request:?}");
    }
    let right =
        Request::create(&ac, &["Messages"]).form("To", "+1").form("MediaUrl", "a").form("MediaUrl", "b");
    assert_eq!(objections(&right, &description), Vec::<String>::new());
}
