use super::*;
use crate::study::card::ChoiceOption;
use proptest::prelude::*;

const TODAY: StudyDay = StudyDay(20_780);

/// Cards named `d0`, `d1`, … with their days overdue and concepts.
#[derive(Debug)]
struct Cards {
    due: Vec<(CardId, StudyDay, String)>,
    new: Vec<(CardId, String)>,
    drill: Vec<(CardId, String)>,
}

impl Cards {
    fn new(due: &[(i64, &str)], new: &[&str], drill: &[&str]) -> Self {
        let id = |kind: char, number: usize| CardId(format!("{kind}{number}"));
        let named = |kind: char, concepts: &[&str]| {
            concepts.iter().enumerate().map(|(n, concept)| (id(kind, n), (*concept).to_owned())).collect()
        };
        let due = due.iter().enumerate();
        Self {
            due: due.map(|(n, (late, concept))| (id('d', n), TODAY - *late, (*concept).to_owned())).collect(),
            new: named('n', new),
            drill: named('r', drill),
        }
    }

    fn queue(&self, seed: u64, limits: Limits) -> Vec<Entry> {
        let due: Vec<_> =
            self.due.iter().map(|(card, due, concept)| DueCandidate { card, due: *due, concept }).collect();
        let new: Vec<_> = self.new.iter().map(|(card, concept)| Candidate { card, concept }).collect();
        let drill: Vec<_> = self.drill.iter().map(|(card, concept)| Candidate { card, concept }).collect();
        build(&Day { seed, today: TODAY, limits, due: &due, new: &new, drill: &drill })
    }
}

fn limits(new_per_day: u32, reviews_per_day: u32) -> Limits {
    Limits { new_per_day, reviews_per_day, new_done_today: 0, reviews_done_today: 0 }
}

fn names(queue: &[Entry]) -> String {
    queue.iter().map(|entry| entry.card.0.as_str()).collect::<Vec<_>>().join(" ")
}

#[test]
fn queues_by_name() {
    let check = |name: &str, cards: &Cards, limits: Limits, expected: &str| {
        assert_eq!(names(&cards.queue(7, limits)), expected, "{name}");
    };
    let mixed = Cards::new(&[(0, "a"), (5, "b"), (2, "c"), (-1, "e")], &["f", "g", "h"], &["i"]);
    check("most overdue first, new in order, drill last", &mixed, limits(10, 100), "d1 d2 d0 n0 n1 n2 r0");
    check("new per day", &mixed, limits(2, 100), "d1 d2 d0 n0 n1 r0");
    check("no new", &mixed, limits(0, 100), "d1 d2 d0 r0");
    check("due and new share the reviews", &mixed, limits(10, 4), "d1 d2 d0 n0 r0");
    check("the most overdue are kept", &mixed, limits(10, 2), "d1 d2 r0");
    check("the drill needs no review left", &mixed, limits(10, 0), "r0");
    let done = Limits { new_done_today: 2, reviews_done_today: 5, ..limits(3, 9) };
    check("what is done counts", &mixed, done, "d1 d2 d0 n0 r0");
    let beyond = Limits { new_done_today: 9, reviews_done_today: 99, ..limits(3, 9) };
    check("limits lowered in the middle of a day", &mixed, beyond, "r0");
    let same = Cards::new(&[(9, "a"), (5, "a"), (2, "b"), (1, "c")], &[], &[]);
    check("same concepts apart, else by overdueness", &same, limits(10, 100), "d0 d2 d1 d3");
}

#[test]
fn a_card_in_two_places_comes_once() {
    let card = CardId::from("twice");
    let due = [DueCandidate { card: &card, due: TODAY, concept: "a" }; 2];
    let one = [Candidate { card: &card, concept: "a" }];
    let queue =
        build(&Day { seed: 1, today: TODAY, limits: limits(9, 9), due: &due, new: &one, drill: &one });
    assert_eq!(queue, [Entry { card: card.clone(), mode: Mode::Due }]);
}

#[test]
fn ties_are_chance_and_stay_when_cards_are_answered() {
    let ties: Vec<(i64, &str)> = vec![(3, ""); 12];
    let mut cards = Cards::new(&ties, &[], &[]);
    let whole = cards.queue(day_seed(1, TODAY), limits(0, 100));
    assert_ne!(names(&whole), "d0 d1 d2 d3 d4 d5 d6 d7 d8 d9 d10 d11");
    assert_ne!(whole, cards.queue(day_seed(2, TODAY), limits(0, 100)), "another learner");
    assert_ne!(whole, cards.queue(day_seed(1, TODAY + 1), limits(0, 100)), "another day");
    let (first, rest) = whole.split_first().expect("twelve cards");
    cards.due.retain(|(card, ..)| *card != first.card);
    cards.due.reverse();
    assert_eq!(cards.queue(day_seed(1, TODAY), limits(0, 100)), rest);
}

#[test]
fn chance_is_the_same_in_every_version() {
    let ties: Vec<(i64, &str)> = vec![(3, ""); 6];
    let seed = day_seed(42, StudyDay(20_780));
    assert_eq!(seed, SEED_OF_42);
    assert_eq!(names(&Cards::new(&ties, &[], &[]).queue(seed, limits(0, 9))), ORDER_OF_42);
    assert_eq!(option_order(&"adam-bias".into(), &choice(5, false), seed), OPTIONS_OF_42);
}

const SEED_OF_42: u64 = 2_951_706_516_991_210_948;
const ORDER_OF_42: &str = "d3 d5 d1 d4 d0 d2";
const OPTIONS_OF_42: [usize; 5] = [4, 2, 1, 3, 0];

fn choice(options: usize, keep_order: bool) -> Choice {
    let option =
        |number: usize| ChoiceOption { text: number.to_string(), correct: number == 0, why: String::new() };
    Choice { options: (0..options).map(option).collect(), explain: String::new(), keep_order }
}

#[test]
fn options_are_shuffled_fairly_unless_ordered() {
    let card = CardId::from("adam-bias");
    assert_eq!(option_order(&card, &choice(4, true), 9), [0, 1, 2, 3]);
    assert_eq!(option_order(&card, &choice(0, false), 9), [0; 0]);
    let mut places = [0_u32; 4];
    for seed in 0..4000 {
        let order = option_order(&card, &choice(4, false), seed);
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, [0, 1, 2, 3]);
        places[order.iter().position(|option| *option == 0).expect("option 0")] += 1;
    }
    assert!(places.iter().all(|times| (900..1100).contains(times)), "{places:?}");
}

#[test]
fn backlogs() {
    let check = |name: &str, due, left, per_day, coming: &[u32], days| {
        assert_eq!(backlog_days(due, left, per_day, coming), days, "{name}");
    };
    check("nothing due", 0, 0, 0, &[], Some(0));
    check("today will do", 100, 100, 100, &[], Some(1));
    check("one too many", 101, 100, 100, &[], Some(2));
    check("today is spent", 100, 0, 100, &[], Some(2));
    check("half the pace goes to what comes", 200, 100, 100, &[50, 50], Some(3));
    check("a burst", 100, 50, 50, &[100, 0, 0, 0], Some(4));
    check("as much comes as goes", 200, 100, 100, &[100, 100], None);
    check("no reviews at all", 10, 0, 0, &[], None);
    check("large numbers", u32::MAX, u32::MAX, 1, &[u32::MAX; 3], Some(1));
}

fn any_cards() -> impl Strategy<Value = Cards> {
    let concept = || prop_oneof![Just(""), Just("a"), Just("b"), Just("c"), Just("d")];
    let due = proptest::collection::vec((-3_i64..9, concept()), 0..25);
    let new = proptest::collection::vec(concept(), 0..12);
    let drill = proptest::collection::vec(concept(), 0..6);
    (due, new, drill).prop_map(|(due, new, drill)| Cards::new(&due, &new, &drill))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_rules_of_a_day_hold(
        cards in any_cards(), seed in any::<u64>(),
        (new_per_day, reviews_per_day, new_done_today, reviews_done_today) in (0_u32..12, 0_u32..30, 0_u32..4, 0_u32..8)
    ) {
        let limits = Limits { new_per_day, reviews_per_day, new_done_today, reviews_done_today };
        let queue = cards.queue(seed, limits);
        prop_assert_eq!(&queue, &cards.queue(seed, limits));

        let of = |mode: Mode| queue.iter().filter(|entry| entry.mode == mode).map(|entry| &entry.card).collect::<Vec<_>>();
        let (due, new, drill) = (of(Mode::Due), of(Mode::New), of(Mode::Drill));
        prop_assert!(queue.is_sorted_by_key(|entry| entry.mode as u8));
        prop_assert_eq!(queue.iter().map(|entry| &entry.card).collect::<HashSet<_>>().len(), queue.len());

        let waiting = cards.due.iter().filter(|(_, due, _)| *due <= TODAY).count();
        let left = count(reviews_per_day.saturating_sub(reviews_done_today));
        prop_assert_eq!(due.len(), waiting.min(left));
        let new_left = count(new_per_day.saturating_sub(new_done_today));
        prop_assert_eq!(new.len(), cards.new.len().min(new_left).min(left - due.len()));
        prop_assert_eq!(drill.len(), cards.drill.len());

        let late = |card: &CardId| cards.due.iter().find(|(id, ..)| id == card).map(|(_, due, _)| *due);
        let latest_kept = due.iter().filter_map(|card| late(card)).max();
        for (card, day, _) in cards.due.iter().filter(|(_, day, _)| *day <= TODAY) {
            prop_assert!(due.contains(&card) || Some(*day) >= latest_kept, "{} is more overdue", card);
        }
        for (place, card) in cards.new.iter().map(|(card, _)| card).enumerate() {
            prop_assert_eq!(new.contains(&card), place < new.len());
        }
    }
}
