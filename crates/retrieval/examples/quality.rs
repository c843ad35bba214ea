//! Measures a search: `cargo run -p docent-retrieval --example quality -- PATH[=BASE_URL] QUESTIONS.tsv`
//!
//! Each line of the file is a question, a tab, and parts of the addresses that answer it, parted by `|`. Reported are
//! the questions that are missed, and how often the answer is the first passage (recall@1) or one of three (recall@3).

use docent_retrieval::{Library, Question, Search, SearchIndex, Source};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let source: Source = arguments.next().ok_or("give a path and a file of questions")?.parse()?;
    let questions = std::fs::read_to_string(arguments.next().ok_or("give a file of questions")?)?;
    let index = SearchIndex::build(Library::load(&[source])?)?;
    let (mut count, mut first, mut third) = (0, 0, 0);
    for (text, answers) in questions.lines().filter_map(|line| line.split_once('\t')) {
        let found = index.search(&Question::new(text));
        let is_answer = |url: &str| answers.split('|').any(|answer| url.contains(answer));
        let place = found.passages.iter().position(|passage| is_answer(&passage.url));
        count += 1;
        first += usize::from(place == Some(0));
        third += usize::from(place.is_some_and(|place| place < 3));
        if place != Some(0) {
            let urls: Vec<_> = found.passages.iter().take(3).map(|passage| passage.url.as_str()).collect();
            eprintln!(
                "{} {text}\n    {}",
                place.map_or("-".into(), |place| place.to_string()),
                urls.join("\n    ")
            );
        }
    }
    eprintln!("recall@1 {first}/{count}, recall@3 {third}/{count}");
    Ok(())
}
