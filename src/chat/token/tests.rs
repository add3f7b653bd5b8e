//! Every token there and back.

use proptest::prelude::*;

use super::*;
use crate::study::calendar::Zone;

fn settings() -> impl Strategy<Value = Setting> {
    prop_oneof![
        any::<u16>().prop_map(Setting::New),
        any::<u16>().prop_map(Setting::Reviews),
        (0u16..1440).prop_map(Setting::DayStart),
        any::<bool>().prop_map(Setting::SixQualities),
        any::<bool>().prop_map(Setting::PlainFormulas),
        proptest::sample::select(Zone::all().collect::<Vec<_>>())
            .prop_map(|zone| Setting::Zone(zone.name().to_owned())),
        proptest::option::of(0u16..1440).prop_map(Setting::Reminder),
        (0i32..40_000).prop_map(|days| Setting::Start(NaiveDate::from_epoch_days(days).unwrap())),
        proptest::option::of(0i32..40_000).prop_map(|days| {
            Setting::Interview(days.map(|days| NaiveDate::from_epoch_days(days).unwrap()))
        }),
        (0u8..128).prop_map(Setting::Days),
        (0u8..7, any::<bool>()).prop_map(|(day, on)| Setting::Weekday { day, on }),
        proptest::option::of(0u16..1440).prop_map(Setting::Nudge),
        any::<bool>().prop_map(Setting::DarkPictures),
    ]
}

fn acts() -> impl Strategy<Value = Act> {
    prop_oneof![
        (0u8..=5).prop_map(Act::Rate),
        any::<u8>().prop_map(Act::Pick),
        proptest::sample::select(vec![
            Act::Show,
            Act::DontKnow,
            Act::Next,
            Act::Overrule,
            Act::Skip,
            Act::Menu,
            Act::Back,
            Act::Undo,
            Act::Bury,
            Act::Suspend,
            Act::End,
            Act::Note,
            Act::DropNote,
            Act::Hint,
            Act::Starter,
            Act::Solution,
            Act::Reveal,
        ]),
    ]
}

fn tokens() -> impl Strategy<Value = Token> {
    prop_oneof![
        proptest::sample::select(vec![
            Token::Today,
            Token::Plan,
            Token::Help,
            Token::Review,
            Token::Quiz(None),
            Token::Code(None),
            Token::Settings,
            Token::BringBack,
            Token::Stats(None),
            Token::Stats(Some(false)),
            Token::Stats(Some(true)),
            Token::Moves,
            Token::Portfolio(None),
            Token::NotToday,
            Token::Pause(None),
            Token::Resume,
            Token::SkipSetup(Question::Zone),
            Token::SkipSetup(Question::Reminder),
            Token::SkipSetup(Question::Start),
        ]),
        (1u8..=12).prop_flat_map(|week| proptest::sample::select(vec![
            Token::Week(week),
            Token::Days(week),
            Token::Study(week),
            Token::Quiz(Some(week)),
            Token::Code(Some(week)),
            Token::Checkpoint(week),
            Token::Portfolio(Some(week)),
        ])),
        (any::<i32>(), any::<i16>()).prop_map(|(from, days)| Token::Move { from, days }),
        (1u8..=84, any::<bool>(), any::<bool>()).prop_map(|(day, done, listed)| Token::Done {
            day,
            done,
            listed
        }),
        (1u8..=12, any::<u16>(), any::<bool>()).prop_map(|(week, index, back)| Token::Leaf {
            week,
            index,
            back
        }),
        (any::<i64>(), any::<u32>(), acts()).prop_map(|(id, step, act)| Token::Session { id, step, act }),
        settings().prop_map(Token::Setup),
        settings().prop_map(Token::Set),
        proptest::sample::select(Topic::ALL.to_vec()).prop_map(Token::Choose),
        any::<u8>().prop_map(Token::Snooze),
        any::<u16>().prop_map(|days| Token::Pause(Some(days))),
    ]
}

proptest! {
    #[test]
    fn every_token_fits_64_bytes_and_comes_back(token in tokens()) {
        let data = token.to_string();
        prop_assert!(data.len() <= 64, "{data}");
        prop_assert_eq!(data.parse::<Token>(), Ok(token));
    }

    #[test]
    fn foreign_data_is_refused_without_a_panic(data in ".{0,64}") {
        if let Ok(token) = data.parse::<Token>() {
            prop_assert_eq!(token.to_string().parse::<Token>(), Ok(token));
        }
    }
}

#[test]
fn buttons_of_old_messages_are_still_understood() {
    // Before a button named one day alone it carried the whole set.
    assert_eq!("set:days:21".parse::<Token>(), Ok(Token::Set(Setting::Days(21))));
    assert_eq!("set:weekday:2:1".parse::<Token>(), Ok(Token::Set(Setting::Weekday { day: 2, on: true })));
    for data in ["set:weekday:7:1", "set:weekday:2", "set:weekday:2:2", "set:days:128"] {
        assert_eq!(data.parse::<Token>(), Err(UnknownToken), "{data}");
    }
}

#[test]
fn a_setting_is_found_under_all_its_names() {
    let cases = [
        ("new 15", Some((Topic::New, "15"))),
        ("New cards a day: 15", Some((Topic::New, "15"))),
        ("new cards", Some((Topic::New, ""))),
        ("day 05:00", Some((Topic::DayStart, "05:00"))),
        ("Day start 5 am", Some((Topic::DayStart, "5 am"))),
        ("days Mon  Wed", Some((Topic::Days, "Mon  Wed"))),
        ("timezone Lisbon", Some((Topic::Zone, "Lisbon"))),
        ("TIME ZONE New York", Some((Topic::Zone, "New York"))),
        ("reminder 07:30", Some((Topic::Reminder, "07:30"))),
        ("plan start 1 Dec", Some((Topic::Start, "1 Dec"))),
        ("start", Some((Topic::Start, ""))),
        ("evening nudge off", Some((Topic::Nudge, "off"))),
        ("colour blue", None),
        ("", None),
    ];
    for (text, expected) in cases {
        assert_eq!(Topic::typed(text), expected, "{text}");
    }
    for (name, topic) in ALIASES {
        assert_eq!(Topic::typed(&format!("{name} 5")), Some((topic, "5")), "{name}");
        assert!(Topic::named(name).is_none() && name.split(' ').count() <= MOST_WORDS, "{name}");
    }
}
