//! The pictures over sockets: they arrive, or the words come without them.

use liftoff::localchat::{Fault, FaultKind, Seen};

use crate::common::edge::{SOON, Stage, say, settle_in, tap};

/// Width, height and the corner's colour of a picture that has arrived.
fn png(seen: &Seen) -> (u32, u32, [u8; 3]) {
    let file = seen.file.as_ref().filter(|file| file.photo).expect("a photo");
    let mut reader = png::Decoder::new(std::io::Cursor::new(&file.bytes)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    (frame.width, frame.height, [pixels[0], pixels[1], pixels[2]])
}

#[tokio::test]
async fn pictures_arrive_and_turn_dark() {
    for rich in [true, false] {
        let stage = Stage::with(rich).await;
        let (ann, handle) = (&stage.ann, &stage.handle);
        settle_in(ann, handle).await;
        let words = say(ann, handle, "/stats", |seen| seen.text.contains("Your progress")).await;
        assert!(words.rich == rich && words.text.contains("Readiness is a forecast. Model: "));
        let photos =
            |handle: &[Seen]| handle.iter().filter(|seen| seen.file.is_some()).map(png).collect::<Vec<_>>();
        let white = [255; 3];
        let sent = photos(&ann.messages());
        assert!(
            matches!(sent[..], [(1080, 200..=1280, a), (1080, 200..=1280, b)] if [a, b] == [white; 2]),
            "{sent:?}"
        );
        let captions: Vec<String> =
            ann.messages().into_iter().filter(|seen| seen.file.is_some()).map(|seen| seen.text).collect();
        assert!(
            captions[0].starts_with("Streak 0 days") && captions[1].starts_with("By week"),
            "{captions:?}"
        );
        tap(ann, handle, words.id, "Dark", |seen| seen.text.contains("Your progress") && seen.id != words.id)
            .await;
        let sent = photos(&ann.messages());
        assert!(matches!(sent[2..], [(_, _, [0x11, 0x16, 0x1d]), (_, _, [0x11, 0x16, 0x1d])]), "{sent:?}");
        assert!(ann.message(words.id).unwrap().buttons.is_empty());
        if rich {
            stage.end().await;
        } else {
            stage.bot.stop().await;
        }
    }
}

#[tokio::test]
async fn words_come_also_where_pictures_do_not() {
    let stage = Stage::new().await;
    let (ann, handle) = (&stage.ann, &stage.handle);
    settle_in(ann, handle).await;
    handle.inject(Fault::once("sendPhoto", FaultKind::Refused));
    handle.inject(Fault::once("sendPhoto", FaultKind::Dropped).times(3));
    let since = handle.revision();
    ann.send_text("/stats").unwrap();
    ann.wait_for_bot(since, 2 * SOON, |seen| seen.text.contains("Your progress")).await.unwrap();
    assert_eq!((handle.faults_left(), handle.calls("sendPhoto")), (0, 4));
    assert!(ann.messages().iter().all(|seen| seen.file.is_none()));
    say(ann, handle, "/stats", |seen| seen.text.contains("Your progress")).await;
    assert_eq!(ann.messages().iter().filter(|seen| seen.file.is_some()).count(), 2, "the next come");
    stage.end().await;
}
