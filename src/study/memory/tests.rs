use super::*;

const TODAY: StudyDay = StudyDay(20_780);

fn card(number: usize) -> CardId {
    CardId(format!("c{number}"))
}

/// The first `count` learners.
fn minds(count: i64) -> impl Iterator<Item = Mind> {
    (0..count).map(|learner| Mind::new(1, learner))
}

/// The share of cards, of fifty minds with forty cards each, that pass `asked` of.
fn share(mut asked: impl FnMut(&mut Mind, &CardId) -> bool) -> f64 {
    let mut yes = 0;
    for mut mind in minds(50) {
        yes += (0..40).filter(|number| asked(&mut mind, &card(*number))).count();
    }
    yes as f64 / 2000.0
}

#[test]
fn the_same_seed_gives_the_same_learner_and_another_seed_another() {
    let course = |seed, learner| {
        let mut mind = Mind::new(seed, learner);
        (0..60).map(|step| mind.answer(&card(step % 20), TODAY + step as i64)).collect::<Vec<_>>()
    };
    assert_eq!(course(1, 1), course(1, 1));
    assert_ne!(course(1, 1), course(2, 1));
    assert_ne!(course(1, 1), course(1, 2));
}

#[test]
fn a_card_does_not_depend_on_the_cards_before_it() {
    let mut alone = Mind::new(1, 1);
    let mut among = alone.clone();
    (10..20).for_each(|number| _ = among.answer(&card(number), TODAY));
    for day in [0, 1, 7, 30] {
        assert_eq!(alone.answer(&card(1), TODAY + day), among.answer(&card(1), TODAY + day));
    }
}

#[test]
fn recall_is_certain_at_first_and_falls_from_day_to_day() {
    for mut mind in minds(50) {
        let known = mind.recall(&card(0), TODAY);
        assert!(known == 0.0 || known == 1.0);
        mind.answer(&card(0), TODAY);
        let recall: Vec<_> = (0..200).map(|day| mind.recall(&card(0), TODAY + day)).collect();
        assert_eq!(recall[0], 1.0);
        assert!(recall.windows(2).all(|pair| pair[0] > pair[1] && pair[1] > 0.0));
        assert_eq!(mind.recall(&card(0), TODAY - 5), 1.0);
    }
}

#[test]
fn asking_does_not_change_what_a_look_sees() {
    let mind = Mind::new(1, 1);
    let seen: Vec<_> = (0..50).map(|number| mind.recall(&card(number), TODAY)).collect();
    let mut asked = mind.clone();
    let luck = (0..50).filter(|number| {
        let passes = asked.answer(&card(*number), TODAY).quality.passes();
        f64::from(u8::from(passes)) != seen[*number]
    });
    assert!(luck.count() < 10, "what is known passes and what is not fails, but for slips and luck");
}

#[test]
fn answers_come_as_often_as_recall_says() {
    // After a day and after ten: slips take a little away, lucky guesses add a little.
    for days in [1, 10] {
        let mut expected = 0.0;
        let passed = share(|mind, card| {
            mind.answer(card, TODAY);
            expected += mind.recall(card, TODAY + days) / 2000.0;
            mind.answer(card, TODAY + days).quality.passes()
        });
        assert!((passed - expected).abs() < 0.03, "{passed} passed, expected {expected}");
    }
}

#[test]
fn a_failure_does_not_decide_the_next_answer() {
    let [mut expected, mut passed, mut failed] = [0.0; 3];
    for mut mind in minds(50) {
        for number in 0..40 {
            let card = card(number);
            mind.answer(&card, TODAY);
            if !mind.answer(&card, TODAY + 5).quality.passes() {
                failed += 1.0;
                expected += mind.recall(&card, TODAY + 6);
                passed += f64::from(u8::from(mind.answer(&card, TODAY + 6).quality.passes()));
            }
        }
    }
    assert!(
        failed > 200.0 && (passed - expected).abs() / failed < 0.06,
        "{passed} of {failed}, not {expected}"
    );
}

#[test]
fn spaced_reviews_make_it_last_and_a_lapse_does_not() {
    // The middle card: after a slip of the finger a few of the failed ones are remembered all the better.
    let mut ratios = [Vec::new(), Vec::new()];
    for mut mind in minds(50) {
        for number in 0..40 {
            let card = card(number);
            mind.answer(&card, TODAY);
            let before = mind.traces[&card].stability;
            let passed = mind.answer(&card, TODAY + 2).quality.passes();
            ratios[usize::from(passed)].push(mind.traces[&card].stability / before);
        }
    }
    let [failed, passed] = ratios.map(|mut ratios| {
        ratios.sort_by(f64::total_cmp);
        ratios[ratios.len() / 2]
    });
    assert!(passed > 2.0, "passed: {passed}");
    assert!(failed < 0.9, "failed: {failed}");
}

#[test]
fn repeats_on_one_day_mostly_pass_and_leave_no_more_behind() {
    let passed = share(|mind, card| {
        mind.answer(card, TODAY);
        let before = mind.recall(card, TODAY + 5);
        let passed = mind.answer(card, TODAY).quality.passes();
        assert_eq!(mind.recall(card, TODAY + 5), before);
        passed
    });
    assert!((0.8..0.96).contains(&passed), "{passed}");
}

#[test]
fn all_grades_but_two_are_given_and_take_seconds() {
    let mut count = [0; 6];
    for mut mind in minds(50) {
        for day in [0, 1, 7, 22] {
            for number in 0..40 {
                let answer = mind.answer(&card(number), TODAY + day);
                count[usize::from(answer.quality.get())] += 1;
                assert!((2..=600).contains(&answer.seconds));
            }
        }
    }
    assert_eq!(count[2], 0);
    assert!(count.iter().enumerate().all(|(quality, count)| quality == 2 || *count > 100), "{count:?}");
}

#[test]
fn habits_differ() {
    let days = || (0..84).map(|day| TODAY + day);
    let studied = |habit: &Habit| days().filter(|day| habit.seconds_on(*day) > 0).count();
    let daily = Habit::daily(1, 1, 900);
    assert_eq!(studied(&daily), 84);
    assert!(days().all(|day| (450..=1800).contains(&daily.seconds_on(day))));
    let all: Vec<_> = (0..300).map(|learner| Habit::of_chance(1, learner)).collect();
    for habit in &all {
        let share = studied(habit) as f64 / 84.0;
        let expected = (1.0 - habit.skips) * (1.0 - habit.breaks);
        assert!((share - expected).abs() < 0.35, "{share} of {habit:?}");
    }
    let breaks = all.iter().filter(|habit| habit.breaks > 0.0);
    let weeks = |habit: &Habit| {
        (0..12)
            .filter(|week| (0..7).all(|day| habit.seconds_on(StudyDay((2_969 + week) * 7 + day)) == 0))
            .count()
    };
    assert!((80..120).contains(&breaks.clone().count()));
    assert!(breaks.map(weeks).sum::<usize>() > 150);
}
