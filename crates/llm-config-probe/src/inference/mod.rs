//! The smallest generation call that a model answers, and what its outcome says.
//!
//! Most calls of this kind that fail at working configurations fail because of what was sent
//! besides the message. So almost nothing is, and the cap is changed where it is refused.

mod conclusion;
mod echo;
mod operation;
mod question;
mod reading;
#[cfg(test)]
mod tests;

use serde_json::Value;

pub(crate) use conclusion::{Strictness, conclude};
pub(crate) use echo::Echo;
pub(crate) use operation::Operation;
pub(crate) use question::Question;
pub(crate) use reading::Heard;

use crate::report::Shown;
use crate::run::{Run, Stop};
use llm_config_egress::{Request, Response};

/// What came of asking a model.
pub(crate) enum Inferred {
    /// It answered, or was stopped by the cap alone.
    Answered { status: u16, echo: Echo },
    /// The call was let in, and refused for the cap that checks set.
    CapRefused,
    /// The provider refused it.
    Refused(Response),
    /// There was no answer.
    Stopped(Stop),
}

/// Asks the model. `make` makes the request from its body: where to, with which credential and
/// headers, signed or not. It is called again when the cap is refused, as long as the check has
/// requests left: once with the cap's other name, once with a larger cap.
pub(crate) async fn infer(
    run: &mut Run<'_>,
    shown: Shown,
    question: Question<'_>,
    make: impl Fn(&Value) -> Request,
) -> Inferred {
    let first = question.cap;
    let mut question = question;
    loop {
        let answer = match ask(run, shown, &question, &make).await {
            Ok(answer) => answer,
            Err(stop) => return Inferred::Stopped(stop),
        };
        let heard = Heard::of(&question, &answer);
        match question.mended(heard, first).filter(|_| run.left() > 0) {
            Some(mended) => question = mended,
            None => return outcome(heard, answer),
        }
    }
}

async fn ask(
    run: &mut Run<'_>,
    shown: Shown,
    question: &Question<'_>,
    make: &impl Fn(&Value) -> Request,
) -> Result<Response, Stop> {
    let (body, left) = (question.body(), run.left());
    let answer = run.call(shown, || make(&body)).await;
    // A provider that was away for a moment was asked twice; one that may not be called, never.
    for _ in run.left()..left {
        run.may_generate(question.cap.tokens);
    }
    answer
}

fn outcome(heard: Heard, answer: Response) -> Inferred {
    match heard {
        Heard::Model(echo) => Inferred::Answered { status: answer.status, echo },
        Heard::CapNameRefused | Heard::CapSizeRefused | Heard::CapWithoutThought => Inferred::CapRefused,
        Heard::Failure | Heard::Refusal => Inferred::Refused(answer),
    }
}
