/// Work of which one runs at a time, and another if asked meanwhile.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InFlight {
    #[default]
    No,
    Yes,
    AndAgain,
}

impl InFlight {
    /// Whether to start now.
    pub(crate) fn ask(&mut self) -> bool {
        let starts = *self == InFlight::No;
        *self = if starts { InFlight::Yes } else { InFlight::AndAgain };
        starts
    }

    /// It ended; whether to start another.
    pub(crate) fn ended(&mut self) -> bool {
        let again = *self == InFlight::AndAgain;
        *self = InFlight::No;
        again
    }
}
