//! Log lines, on standard error: standard output belongs to the commands. A line that is written while a request is
//! answered carries the request's number, wherever in the code that is.

use std::env::VarError;
use std::fmt;

use tracing::{Event, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::{JsonFields, Writer, format};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use crate::request_id;
use crate::setting::WrongSetting;

/// Begins to log: `JINQUAN_LOG` says what (`info` where it says nothing), `JINQUAN_LOG_FORMAT` how: `json`, or `text`
/// for people.
///
/// # Errors
/// [`WrongSetting`] names the one of the two that cannot be followed.
pub fn begin() -> Result<(), WrongSetting> {
    let filter = filter(&said("JINQUAN_LOG")?)?;
    let for_people = is_for_people(&said("JINQUAN_LOG_FORMAT")?)?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if for_people {
        lines.init();
    } else {
        let json = Numbered(format().json());
        lines.fmt_fields(JsonFields::new()).event_format(json).init();
    }
    Ok(())
}

/// What a variable says; nothing where it is not set.
#[expect(clippy::disallowed_methods, reason = "logging begins before the settings are read")]
fn said(name: &str) -> Result<String, WrongSetting> {
    match std::env::var(name) {
        Ok(value) => Ok(value),
        Err(VarError::NotPresent) => Ok(String::new()),
        Err(VarError::NotUnicode(_)) => Err(WrongSetting(format!("{name} is not a text."))),
    }
}

fn filter(said: &str) -> Result<EnvFilter, WrongSetting> {
    let said = if said.is_empty() { "info" } else { said };
    let wrong = |error| {
        WrongSetting(format!(
            "JINQUAN_LOG {said}: not a filter such as warn,server=debug ({error})."
        ))
    };
    EnvFilter::try_new(said).map_err(wrong)
}

fn is_for_people(said: &str) -> Result<bool, WrongSetting> {
    match said {
        "text" => Ok(true),
        "json" | "" => Ok(false),
        _ => Err(WrongSetting(format!("JINQUAN_LOG_FORMAT {said}: must be json or text."))),
    }
}

/// Adds the member `request_id` to lines of JSON.
struct Numbered<F>(F);

impl<S, N, F> FormatEvent<S, N> for Numbered<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let Some(id) = request_id::current() else {
            return self.0.format_event(context, writer, event);
        };
        let mut line = String::new();
        self.0.format_event(context, Writer::new(&mut line), event)?;
        match line.trim_end().strip_suffix('}') {
            Some(line) => writeln!(writer, "{line},\"request_id\":\"{id}\"}}"),
            None => writer.write_str(&line),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{filter, is_for_people};

    #[test]
    fn what_cannot_be_followed_is_named() {
        for right in ["", "off", "warn", "info,server=debug"] {
            assert!(filter(right).is_ok(), "{right}");
        }
        for wrong in ["server=loud", "=", "info,["] {
            let sentence = filter(wrong).unwrap_err().0;
            assert!(sentence.starts_with(&format!("JINQUAN_LOG {wrong}: ")), "{sentence}");
        }
        assert!(is_for_people("text").unwrap());
        assert!(!is_for_people("json").unwrap() && !is_for_people("").unwrap());
        assert!(is_for_people("xml").unwrap_err().0.starts_with("JINQUAN_LOG_FORMAT xml: "));
    }
}
