//! Which message leaves next. No input or output here: the queue's decisions, by given instants.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use crate::chat::intent::Op;
use crate::store::outbox::{Class, Outgoing};

/// A message on its way, with what was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parcel {
    pub outgoing: Outgoing,
    /// Tries so far.
    pub tries: u32,
    /// Parts of a split message that have left.
    pub parts_sent: usize,
    /// What names its queue.
    lane: Lane,
}

/// Messages of one chat keep their order; a toast and a sign of work keep none, so each has a lane of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Lane {
    Chat(i64),
    Toast(i64),
}

#[derive(Debug, Default)]
struct Queue {
    waiting: VecDeque<Parcel>,
    /// One of its messages is under way.
    busy: bool,
    held_until: Option<Instant>,
}

/// All lanes, and the pace over them.
#[derive(Debug)]
pub(super) struct Lanes {
    lanes: HashMap<Lane, Queue>,
    /// Lanes with something to send, in the order in which their first message came, answers first.
    ready: BTreeMap<(Class, u64), Lane>,
    place: HashMap<Lane, (Class, u64)>,
    counter: u64,
    /// Messages that may leave now, in thousandths, and when that was so.
    allowance: Option<(u64, u64, Instant)>,
}

impl Lanes {
    pub fn new(per_second: Option<u32>, now: Instant) -> Self {
        let allowance = per_second.map(|rate| (u64::from(rate.max(1)), u64::from(rate.max(1)) * 1000, now));
        Self { lanes: HashMap::new(), ready: BTreeMap::new(), place: HashMap::new(), counter: 0, allowance }
    }

    /// Adds a message at the end of its lane; an answer goes before waiting reminders of the same chat.
    pub fn push(&mut self, outgoing: Outgoing) {
        let lane = match outgoing.op {
            Op::Toast { .. } | Op::Typing => Lane::Toast(outgoing.id),
            _ => Lane::Chat(outgoing.chat),
        };
        let class = outgoing.class;
        let parcel = Parcel { outgoing, tries: 0, parts_sent: 0, lane };
        let queue = self.lanes.entry(lane).or_default();
        let behind = match class {
            Class::Reminder => queue.waiting.len(),
            Class::Answer => queue
                .waiting
                .iter()
                .position(|other| other.outgoing.class == Class::Reminder && other.tries == 0)
                .unwrap_or(queue.waiting.len()),
        };
        queue.waiting.insert(behind, parcel);
        self.line_up(lane);
    }

    /// Puts a lane where its first message belongs.
    fn line_up(&mut self, lane: Lane) {
        if let Some(place) = self.place.remove(&lane) {
            self.ready.remove(&place);
        }
        let Some(queue) = self.lanes.get(&lane) else { return };
        let Some(first) = queue.waiting.front().filter(|_| !queue.busy) else { return };
        self.counter += 1;
        let place = (first.outgoing.class, self.counter);
        self.ready.insert(place, lane);
        self.place.insert(lane, place);
    }

    /// Takes the next message that may leave now. Its chat is busy until [`Self::done`] or [`Self::hold`].
    pub fn next(&mut self, now: Instant) -> Option<Parcel> {
        let may_pace = self.refill(now) >= 1000;
        let lane = self
            .ready
            .values()
            .find(|lane| {
                let held = self.lanes.get(lane).and_then(|queue| queue.held_until);
                held.is_none_or(|until| until <= now) && (may_pace || matches!(lane, Lane::Toast(_)))
            })
            .copied()?;
        if let (Some((_, allowance, _)), Lane::Chat(_)) = (&mut self.allowance, lane) {
            *allowance -= 1000;
        }
        let queue = self.lanes.get_mut(&lane)?;
        let mut parcel = queue.waiting.pop_front()?;
        parcel.tries += 1;
        queue.busy = true;
        queue.held_until = None;
        self.line_up(lane);
        Some(parcel)
    }

    fn refill(&mut self, now: Instant) -> u64 {
        let Some((rate, allowance, since)) = &mut self.allowance else { return u64::MAX };
        let millis = u64::try_from(now.saturating_duration_since(*since).as_millis()).unwrap_or(u64::MAX);
        *allowance = allowance.saturating_add(millis.saturating_mul(*rate)).min(*rate * 1000);
        *since = now;
        *allowance
    }

    /// How long until something may leave that may not now; `None` when nothing waits for time.
    pub fn wake(&mut self, now: Instant) -> Option<Duration> {
        let missing = 1000u64.saturating_sub(self.refill(now));
        let pace = self.allowance.map(|(rate, _, _)| Duration::from_millis(missing.div_ceil(rate)));
        let held = |lane: &Lane| {
            let until = self.lanes.get(lane).and_then(|queue| queue.held_until);
            until.map_or(Duration::ZERO, |until| until.saturating_duration_since(now))
        };
        let soonest = self.ready.values().map(held).min()?;
        Some(soonest.max(pace.unwrap_or_default()).max(Duration::from_millis(1)))
    }

    /// A message has left, or never will: its chat's next may leave.
    pub fn done(&mut self, parcel: &Parcel) {
        self.release(parcel.lane);
    }

    fn release(&mut self, lane: Lane) {
        if let Some(queue) = self.lanes.get_mut(&lane) {
            queue.busy = false;
            if queue.waiting.is_empty() {
                self.lanes.remove(&lane);
            }
        }
        self.line_up(lane);
    }

    /// A message has to wait, and all of its chat with it.
    pub fn hold(&mut self, parcel: Parcel, until: Instant) {
        let lane = parcel.lane;
        let queue = self.lanes.entry(lane).or_default();
        queue.busy = false;
        queue.held_until = Some(until);
        queue.waiting.push_front(parcel);
        self.line_up(lane);
    }

    /// A chat refuses: what waits for it is let go.
    pub fn drop_chat(&mut self, parcel: &Parcel) {
        if let Some(queue) = self.lanes.get_mut(&parcel.lane) {
            queue.waiting.clear();
        }
        self.release(parcel.lane);
    }

    /// A task was lost without telling which message it carried: no lane may stay busy for ever.
    pub fn release_lost(&mut self) {
        let busy: Vec<Lane> =
            self.lanes.iter().filter(|(_, queue)| queue.busy).map(|(lane, _)| *lane).collect();
        busy.into_iter().for_each(|lane| self.release(lane));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::screen::Screen;

    fn message(id: i64, chat: i64, class: Class) -> Outgoing {
        let op = Op::Send { screen: Screen::line("x"), session: None };
        Outgoing { id, chat, class, plain_formulas: false, op, expires_at: None }
    }

    fn toast(id: i64, chat: i64) -> Outgoing {
        Outgoing { op: Op::Toast { callback: "1".into(), text: None }, ..message(id, chat, Class::Answer) }
    }

    fn ids(lanes: &mut Lanes, now: Instant) -> Vec<i64> {
        std::iter::from_fn(|| lanes.next(now)).map(|parcel| parcel.outgoing.id).collect()
    }

    #[tokio::test]
    async fn a_chat_keeps_its_order_and_others_do_not_wait() {
        let now = Instant::now();
        let mut lanes = Lanes::new(None, now);
        for outgoing in
            [message(1, 7, Class::Answer), message(2, 7, Class::Answer), message(3, 8, Class::Answer)]
        {
            lanes.push(outgoing);
        }
        let first = lanes.next(now).unwrap();
        assert_eq!((first.outgoing.id, ids(&mut lanes, now)), (1, vec![3]));
        lanes.done(&first);
        assert_eq!(ids(&mut lanes, now), [2]);
    }

    #[tokio::test]
    async fn answers_go_before_reminders_also_in_one_chat() {
        let now = Instant::now();
        let mut lanes = Lanes::new(Some(2), now);
        lanes.push(message(1, 1, Class::Reminder));
        lanes.push(message(2, 2, Class::Reminder));
        lanes.push(message(3, 3, Class::Answer));
        lanes.push(message(4, 1, Class::Answer));
        assert_eq!(ids(&mut lanes, now), [3, 4], "two a second, answers first");
        assert_eq!(lanes.wake(now), Some(Duration::from_millis(500)));
        assert_eq!(ids(&mut lanes, now + Duration::from_millis(500)), [2], "chat 1 is still busy");
    }

    #[tokio::test]
    async fn a_hold_names_one_chat() {
        let now = Instant::now();
        let mut lanes = Lanes::new(None, now);
        lanes.push(message(1, 1, Class::Answer));
        let held = lanes.next(now).unwrap();
        lanes.hold(held, now + Duration::from_secs(3));
        lanes.push(message(2, 1, Class::Answer));
        lanes.push(message(3, 2, Class::Answer));
        lanes.push(toast(4, 1));
        assert_eq!(ids(&mut lanes, now), [3, 4], "only chat 1 waits; a toast never does");
        assert_eq!(lanes.wake(now), Some(Duration::from_secs(3)));
        let later = now + Duration::from_secs(3);
        let again = lanes.next(later).unwrap();
        assert_eq!((again.outgoing.id, again.tries), (1, 2));
        lanes.done(&again);
        assert_eq!(ids(&mut lanes, later), [2]);
    }

    #[tokio::test]
    async fn a_chat_that_refuses_is_let_go() {
        let now = Instant::now();
        let mut lanes = Lanes::new(None, now);
        lanes.push(message(1, 1, Class::Answer));
        lanes.push(message(2, 1, Class::Answer));
        let refused = lanes.next(now).unwrap();
        lanes.drop_chat(&refused);
        assert_eq!(ids(&mut lanes, now), Vec::<i64>::new());
        lanes.push(message(3, 1, Class::Answer));
        assert_eq!(ids(&mut lanes, now), [3]);
    }
}
