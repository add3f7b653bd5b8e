//! A shared location: it says where the learner is, so it sets the time zone without asking.

use super::turn::Turn;
use super::{settings, setup};
use crate::chat::intent::Place;
use crate::chat::token::{Question, Setting, Topic};
use crate::store::StoreError;
use crate::store::learner::Dialog;
use crate::study::calendar::{Located, zone_at};
use crate::wording::place as words;

/// Sets the zone of the place; among the first questions that is the answer to "Where are you?".
pub(super) fn shared(turn: &mut Turn<'_>, place: Place) -> Result<(), StoreError> {
    if turn.is_new {
        setup::begin(turn, None);
    }
    let question = match turn.learner.dialog {
        Some(Dialog::Setup(question)) => Some(question),
        _ => None,
    };
    let (latitude, longitude) = place.degrees();
    let Some(located) = zone_at(latitude, longitude) else {
        if question.is_none() {
            turn.learner.dialog = Some(Dialog::Ask(Topic::Zone));
        }
        turn.send(words::unknown(turn.learner.zone.name(), question.is_some()));
        return Ok(());
    };
    let (Located::Zone(zone) | Located::Sea(zone)) = located;
    settings::apply(turn, &Setting::Zone(zone.name().to_owned()))?;
    let shown = words::Shown {
        zone: zone.name().to_owned(),
        time: turn.local_time(),
        at_sea: matches!(located, Located::Sea(_)).then(|| zone.offset_seconds(turn.now) / 3600),
    };
    match question {
        None => {
            let next = turn.learner.next_reminder_at.map(|at| turn.when(at));
            turn.send(words::set(&shown, next.as_deref()));
            Ok(())
        }
        // The second question begins with the zone.
        Some(Question::Zone) => setup::go_on(turn, Question::Zone),
        Some(question) => {
            if question == Question::Start {
                turn.send(words::set_in_setup(&shown));
            }
            turn.learner.start_day = turn.today();
            setup::ask(turn, question);
            Ok(())
        }
    }
}
