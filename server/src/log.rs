//! Log lines, on standard error: standard output belongs to the commands. A line that is written while a request is
//! answered carries the request's number, wherever in the code that is.

use std::fmt;

use tracing::{Event, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::{JsonFields, Writer, format};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use crate::request_id;

/// Begins to log: `JINQUAN_LOG` says what (`info` where it says nothing), `JINQUAN_LOG_FORMAT` how: `json`, or `text`
/// for people.
#[expect(clippy::disallowed_methods, reason = "logging begins before the settings are read")]
pub fn begin() {
    let filter = EnvFilter::try_from_env("JINQUAN_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::env::var("JINQUAN_LOG_FORMAT").is_ok_and(|format| format == "text") {
        lines.init();
    } else {
        let json = Numbered(format().json());
        lines.fmt_fields(JsonFields::new()).event_format(json).init();
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
