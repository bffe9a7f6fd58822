use super::super::{Category, Flag, Refusal, Value, values};
use super::switch;
use crate::settings::MaxRedirects;

pub(super) static FLAGS: &[Flag] = &[
    Flag {
        long: "follow",
        short: None,
        value: Value::Switch,
        category: Category::Http,
        help: "Follow redirects as the specification says",
        doc: "As --location, and lets a redirect change the method of -X where HTTP says so: 303 \
              makes GET of everything but HEAD, 301 and 302 make it of POST, 307 and 308 keep the \
              method. Of --follow and --location the last one counts.",
        update: Some(|low, given| {
            low.group.redirects.follow = given.on;
            low.group.redirects.as_specified = given.on;
            Ok(())
        }),
    },
    Flag {
        long: "location",
        short: Some('L'),
        value: Value::Switch,
        category: Category::Http,
        help: "Follow redirects",
        doc: "Follows a reply that points elsewhere, at most 50 times (--max-redirs). POST \
              becomes GET after 301, 302 and 303. Redirects lead to http and https only. User, \
              password and other secrets go to no other origin, see --location-trusted.",
        update: Some(|low, given| {
            low.group.redirects.follow = given.on;
            low.group.redirects.as_specified = false;
            Ok(())
        }),
    },
    Flag {
        long: "location-trusted",
        short: None,
        value: Value::Switch,
        category: Category::Http,
        help: "Follow redirects and send secrets along",
        doc: "As --location, but user, password and headers given with -H go to every host the \
              server points to.",
        update: Some(|low, given| {
            low.group.redirects.follow = given.on;
            low.group.redirects.as_specified = false;
            low.group.redirects.trusted = given.on;
            Ok(())
        }),
    },
    Flag {
        long: "max-redirs",
        short: None,
        value: Value::One("num"),
        category: Category::Http,
        help: "How many redirects to follow",
        doc: "The most redirects --location follows; one more is exit code 47. The default is \
              50, and -1 means no limit.",
        update: Some(|low, given| {
            let text = given.text()?;
            low.group.redirects.max = match text {
                "-1" => MaxRedirects::Unlimited,
                _ => match values::number(text).map(u32::try_from) {
                    Ok(number) => MaxRedirects::At(number.map_err(|_| Refusal::TooLarge)?),
                    Err(Refusal::Negative) => return Err(Refusal::NotANumber),
                    Err(other) => return Err(other),
                },
            };
            Ok(())
        }),
    },
    Flag {
        long: "post301",
        short: None,
        value: Value::Switch,
        category: Category::Http,
        help: "Stay with POST after a 301",
        doc: "Sends POST and its data again after a 301, where browsers turn to GET.",
        update: switch!(group.redirects.keep_post_on_301),
    },
    Flag {
        long: "post302",
        short: None,
        value: Value::Switch,
        category: Category::Http,
        help: "Stay with POST after a 302",
        doc: "Sends POST and its data again after a 302, where browsers turn to GET.",
        update: switch!(group.redirects.keep_post_on_302),
    },
    Flag {
        long: "post303",
        short: None,
        value: Value::Switch,
        category: Category::Http,
        help: "Stay with POST after a 303",
        doc: "Sends POST and its data again after a 303, which asks for a GET. Servers that want \
              this are broken.",
        update: switch!(group.redirects.keep_post_on_303),
    },
];
