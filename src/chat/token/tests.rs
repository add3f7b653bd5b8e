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
