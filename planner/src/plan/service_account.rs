//! The service account of the shoot's VMs, for shoots that have one of their own.

use super::context::Context;
use super::draft::Draft;
use super::resource::{Body, Kind, NewServiceAccount, ResourceRef};
use super::{Action, Finding, Reason, StepId};
use crate::journal::{SERVICE_ACCOUNT_EMAIL, SERVICE_ACCOUNT_EXISTS, SERVICE_ACCOUNT_PENDING};
use crate::text::Quoted;

/// Creates the account if it is missing; its address is stored in the state, from which it is reported.
pub(super) fn plan(context: Context<'_>, draft: &mut Draft) {
    let target = context.target;
    if !target.service_account {
        return;
    }
    let email = target.service_account_email();
    let data = &mut draft.state.data;
    let Some(account) = &context.seen.cloud.service_account else {
        // Written ahead, so that a deletion looks for the account even after a crash right after the insert. Provider-gcp's key
        // is not used for it: it would stay set for an account that was never created.
        if !context.seen.state.is_marked(SERVICE_ACCOUNT_EXISTS) {
            data.insert(SERVICE_ACCOUNT_PENDING.to_owned(), "true".to_owned());
        }
        let body =
            NewServiceAccount { id: target.cluster.to_string(), display_name: target.cluster.to_string() };
        let action = Action::Insert {
            object: ResourceRef::global(Kind::ServiceAccount, email),
            body: Body::ServiceAccount(body),
        };
        draft.act(StepId::ServiceAccount, action, Reason::Missing);
        return;
    };
    data.remove(SERVICE_ACCOUNT_PENDING);
    data.insert(SERVICE_ACCOUNT_EMAIL.to_owned(), email);
    // An account with another display name was created by somebody else; it is used, but not deleted with the shoot.
    if account.display_name == target.cluster {
        data.insert(SERVICE_ACCOUNT_EXISTS.to_owned(), "true".to_owned());
    }
}

/// Deletes the account if it was created for the shoot.
pub(super) fn remove(context: Context<'_>, draft: &mut Draft) {
    if context.seen.cloud.service_account_unread.is_some() {
        unread(context, draft);
    }
    let Some(account) =
        context.seen.cloud.service_account.as_ref().filter(|_| context.target.service_account)
    else {
        return;
    };
    let marked = context.seen.state.is_marked(SERVICE_ACCOUNT_EXISTS);
    if marked || account.display_name == context.target.cluster {
        let action = Action::delete(ResourceRef::global(Kind::ServiceAccount, &account.email));
        draft.act(StepId::ServiceAccount, action, Reason::Deleted);
    } else {
        // The creation was announced but not confirmed; somebody else may have created the account.
        draft.findings.push(Finding::warn(
            "service-account",
            format!(
                "the service account {} is called {}, not {}: somebody else made or renamed it, and it is left alone",
                account.email, Quoted(&account.display_name), Quoted(&context.target.cluster)
            ),
        ));
    }
}

/// Adds a warning that the account could not be read. Everything else is deleted without it; an account that is known to exist is
/// waited for at the end, another one is left behind.
fn unread(context: Context<'_>, draft: &mut Draft) {
    let email = context.target.service_account_email();
    let text = if context.seen.must_read_service_account() {
        format!("IAM does not tell whether the service account {email} is there: it goes as soon as IAM does")
    } else {
        format!(
            "IAM does not tell whether the service account {email} is there, which was to be made: delete it by hand if it is"
        )
    };
    draft.findings.push(Finding::warn("service-account-unread", text));
}
