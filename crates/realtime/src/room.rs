use switchboard_domain::access::Caller;

/// The rooms a member is in, for those who look at the hub from outside; each name starts with what it is for, each
/// is minted from ids that the session proved, and no client names one.
pub(crate) fn rooms_of(caller: &Caller) -> [String; 3] {
    [
        format!("org:{}", caller.scope.org()),
        format!("user:{}", caller.user),
        format!("session:{}", caller.session),
    ]
}
