//! One group of the command line, resolved.

use std::ffi::OsStr;
use std::sync::Arc;

use super::{
    Credentials, Request, Settings, cookies, headers, netrc, network, time_condition, transfers,
};
use crate::data::{self, Body};
use crate::exit::{Code, Failure, Manner};
use crate::flags::Group;
use crate::form::Form;
use crate::help::version;
use crate::messages::Name;
use crate::os_text;
use crate::secret::Secret;
use crate::settings::Resume;
use crate::terminal;
use crate::whole::MAX_TEXT_BYTES;
use crate::writeout::Template;

pub(super) fn resolve(
    mut group: Group,
    name: Name,
    warnings: &mut Vec<String>,
) -> Result<transfers::Group, Failure> {
    check(&group)?;
    warnings.extend(about_method(&group));
    let data = data::assemble(&group.data)?;
    let query = query(&group, data.as_ref())?;
    let is_json = data.as_ref().is_some_and(|body| body.json);
    let fields = std::mem::take(&mut group.form);
    let form = Form::resolve(fields, group.form_escape)?;
    let mut request = request(&group, data, form)?;
    let slots = transfers::slots(&mut group, warnings)?;
    let mut header_lines = headers::read(&group.headers, warnings)?;
    if is_json {
        headers::add_json(&mut header_lines);
    }
    if let Request::Form(form) = &mut request {
        form.media_type = headers::take_content_type(&mut header_lines);
    }
    let proxy_user = group.proxies.user.as_ref().map(|user| credentials(user, "proxy"));
    let proxy_user = proxy_user.transpose()?;
    let user_agent = group.user_agent.unwrap_or_else(|| version::user_agent(name));
    let settings = Settings {
        request,
        method: group.method,
        headers: header_lines,
        user: group.user.as_ref().map(|user| user_of(user, group.bearer.is_some())).transpose()?,
        netrc: netrc::load(&group.netrc, warnings)?,
        auth: group.auth,
        bearer: group.bearer,
        user_agent: Some(user_agent).filter(|text| !text.is_empty()),
        referer: group.referer,
        auto_referer: group.auto_referer,
        range: group.range,
        http_version: group.http_version,
        request_target: group.request_target,
        path_as_is: group.path_as_is,
        compressed: group.compressed,
        reading: group.reading,
        max_filesize: group.max_filesize.filter(|&bytes| bytes > 0),
        append: group.append,
        crlf: group.crlf,
        time_condition: time_condition::resolve(group.time_condition.as_deref(), warnings),
        fail: group.fail,
        include: group.include,
        dump_header: group.dump_header,
        write_out: group.write_out.map(|format| template(&format)).transpose()?,
        redirects: group.redirects,
        protocols: group.protocols,
        redirect_protocols: group.redirect_protocols,
        format: group.format,
        output: group.output,
        timeouts: group.timeouts,
        retry: group.retry,
        connection: group.connection,
        proxy_headers: headers::read(&group.proxies.headers, warnings)?,
        proxy_user,
        proxies: group.proxies,
        resolve: network::resolve(&group.resolve)?,
        connect_to: network::connect_to(&group.connect_to)?,
        tls: group.tls,
        start_tls: group.start_tls,
        ftp: group.ftp,
        tftp: group.tftp,
        sasl: group.sasl,
        mail: group.mail,
        remembered: group.remembered,
        etag: group.etag,
        cookies: cookies::resolve(group.cookies, warnings),
        telnet_options: group.telnet_options,
    };
    Ok(transfers::Group {
        slots,
        query,
        default_protocol: group.default_protocol,
        settings: Arc::new(settings),
    })
}

/// What `-X` does that is often not meant.
fn about_method(group: &Group) -> Option<String> {
    let method = group.method.as_deref()?;
    let follows_with_it = group.redirects.follow && !group.redirects.as_specified;
    match method {
        "HEAD" if !group.head => Some(
            "Setting custom HTTP method to HEAD with -X/--request may not work the way you want. \
             Consider using -I/--head instead."
                .into(),
        ),
        "GET" | "HEAD" => None,
        _ if follows_with_it => Some(format!(
            "{method} is sent with every redirect that -L follows, with --follow in its place \
             only where HTTP says so"
        )),
        _ => None,
    }
}

/// What can be wrong with a group as a whole.
fn check(group: &Group) -> Result<(), Failure> {
    if group.slots.iter().all(|slot| slot.url.is_none()) {
        return Err(Failure::usage("no URL specified!"));
    }
    let tags = &group.etag;
    if (tags.save.is_some() || tags.compare.is_some()) && group.slots.len() > 1 {
        return Err(Failure::usage("The etag options only work on a single URL"));
    }
    let output = &group.output;
    let goes_on = !matches!(output.resume, None | Some(Resume::At(0)));
    if output.remote_header_name && goes_on {
        let text = "--continue-at and --remote-header-name cannot be combined";
        return Err(Failure::usage(text));
    }
    if output.remote_header_name && group.include {
        // The file would be open before its name is known.
        let text = "showing headers and --remote-header-name cannot be combined";
        return Err(Failure::usage(text));
    }
    if output.checksum.is_some() && output.resume.is_some() {
        // The file would be there before it is known to be right.
        return Err(Failure::usage("--continue-at and --checksum cannot be combined"));
    }
    if group.crlf && output.resume.is_some() {
        // What is there counts the CR bytes, the file here does not have them.
        return Err(Failure::usage("--continue-at and --crlf cannot be combined"));
    }
    Ok(())
}

/// What goes onto every URL of the group.
fn query(group: &Group, data: Option<&Body>) -> Result<Option<String>, Failure> {
    let mut pieces = Vec::new();
    if let Some(body) = data.filter(|_| group.get) {
        pieces.push(body.bytes.clone());
    }
    for value in &group.url_query {
        pieces.push(data::query_piece(value)?);
    }
    let text = |bytes: Vec<u8>| {
        let text = String::from_utf8(bytes);
        text.map_err(|_| Failure::usage("data for the URL is not UTF-8; --data-urlencode helps"))
    };
    if pieces.is_empty() { Ok(None) } else { text(pieces.join(&b'&')).map(Some) }
}

/// Two options that each choose the method are a mistake, as with curl.
fn request(group: &Group, data: Option<Body>, form: Option<Form>) -> Result<Request, Failure> {
    let uploads = group.slots.iter().any(|slot| slot.upload.is_some());
    // Beside another body, data is a second one whatever -G says.
    let body = data.filter(|_| !group.get || form.is_some() || uploads);
    let chosen = [
        (body.is_some(), "POST (-d, --data)"),
        (group.head, "HEAD (-I, --head)"),
        (uploads, "PUT (-T, --upload-file)"),
        (form.is_some(), "multipart formpost (-F, --form)"),
    ];
    let names: Vec<&str> = chosen.iter().filter(|one| one.0).map(|one| one.1).collect();
    if names.len() > 1 {
        let names = names.join(" and ");
        let text =
            format!("You can only select one HTTP request method! You asked for both {names}.");
        // curl warns, so that -s silences it, and ends all the same.
        return Err(Failure { manner: Manner::Warning, ..Failure::new(Code::USAGE, text) });
    }
    Ok(match (body, form) {
        (Some(body), _) => Request::Post(body),
        (None, Some(form)) => Request::Form(Box::new(form)),
        (None, None) if group.head => Request::Head,
        (None, None) => Request::Get,
    })
}

/// Who has a token needs no password.
fn user_of(user: &Secret, has_token: bool) -> Result<Credentials, Failure> {
    match user.reveal() {
        name if has_token && !name.contains(':') => {
            Ok(Credentials { user: name.to_owned(), password: Secret::new("") })
        }
        _ => credentials(user, "host"),
    }
}

/// `whose` password is asked for where there is none.
fn credentials(user: &Secret, whose: &str) -> Result<Credentials, Failure> {
    let (user, password) = match user.reveal().split_once(':') {
        Some((user, password)) => (user.to_owned(), Secret::new(password)),
        None => {
            let user = user.reveal().to_owned();
            let prompt = format!("Enter {whose} password for user '{user}':");
            let answer = terminal::ask_password(&prompt).map_err(|error| {
                let reason = data::os_reason(&error);
                Failure::usage(format!("no password for user '{user}': {reason}"))
            })?;
            (user, Secret::new(answer))
        }
    };
    Ok(Credentials { user, password })
}

fn template(format: &OsStr) -> Result<Template, Failure> {
    let bytes = match os_text::after_at(format) {
        None => os_text::bytes(format).to_vec(),
        Some(file) => {
            let mut text = data::read_source(&file, MAX_TEXT_BYTES)?;
            text.retain(|byte| !matches!(byte, b'\r' | b'\n' | 0));
            text
        }
    };
    Ok(Template::parse(&String::from_utf8_lossy(&bytes)))
}
