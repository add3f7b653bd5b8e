//! Faults that a test injects into the Bot API, and what the bot did wrong.

/// Something that goes wrong on purpose with the next calls.
#[derive(Clone, Debug)]
pub struct Fault {
    /// The method, as in `sendMessage`, in any case; `*` for every method but `getUpdates`.
    pub method: String,
    /// Only calls for this chat, or all.
    pub chat: Option<i64>,
    /// How many calls it befalls.
    pub times: u32,
    /// What happens.
    pub kind: FaultKind,
}

/// How a call goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// 429 with `retry_after` in seconds; the call has no effect.
    TooManyRequests {
        /// Seconds to wait.
        retry_after: u32,
    },
    /// 500 without effect.
    ServerError,
    /// 403 "bot was blocked by the user", without effect.
    Blocked,
    /// 403 "user is deactivated", without effect.
    Deactivated,
    /// 400 for good, without effect: the chat does not take such a message.
    Refused,
    /// The connection breaks before the call has an effect.
    Dropped,
    /// The call has its effect, then the connection breaks before the answer.
    DroppedAfter,
}

impl Fault {
    /// Befalls the next call of `method` in any chat.
    #[must_use]
    pub fn once(method: &str, kind: FaultKind) -> Self {
        Self { method: method.to_owned(), chat: None, times: 1, kind }
    }

    /// The same fault, only for calls that name this chat.
    #[must_use]
    pub fn in_chat(self, chat: i64) -> Self {
        Self { chat: Some(chat), ..self }
    }

    /// The same fault, `times` times.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times, ..self }
    }

    fn befalls(&self, method: &str, chat: Option<i64>) -> bool {
        let named = if self.method == "*" {
            !method.eq_ignore_ascii_case("getUpdates")
        } else {
            self.method.eq_ignore_ascii_case(method)
        };
        self.times > 0 && named && (self.chat.is_none() || self.chat == chat)
    }
}

/// Takes one call's worth from the first fault that fits.
pub(super) fn strike(faults: &mut Vec<Fault>, method: &str, chat: Option<i64>) -> Option<FaultKind> {
    let at = faults.iter().position(|fault| fault.befalls(method, chat))?;
    let fault = faults.get_mut(at)?;
    fault.times -= 1;
    let kind = fault.kind;
    faults.retain(|fault| fault.times > 0);
    Some(kind)
}

/// An invalid request of the bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The method as called.
    pub method: String,
    /// What was wrong.
    pub problem: String,
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.method, self.problem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_strikes_as_often_as_asked_and_only_where_it_fits() {
        let mut faults = vec![Fault::once("sendMessage", FaultKind::ServerError).in_chat(7).times(2)];
        assert_eq!(strike(&mut faults, "SendMessage", Some(8)), None);
        assert_eq!(strike(&mut faults, "editMessageText", Some(7)), None);
        assert_eq!(strike(&mut faults, "SendMessage", Some(7)), Some(FaultKind::ServerError));
        assert_eq!(strike(&mut faults, "sendMessage", Some(7)), Some(FaultKind::ServerError));
        assert_eq!(strike(&mut faults, "sendMessage", Some(7)), None);
    }
}
