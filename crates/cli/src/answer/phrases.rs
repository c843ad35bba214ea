//! The few words of our own around what the documents say, in the reader's language.

/// Our words in one language. `{}` marks where a name, a link or a number goes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Phrases {
    pub(super) searching: &'static str,
    pub(super) from: &'static str,
    pub(super) from_this_page: &'static str,
    pub(super) around_selection: &'static str,
    pub(super) more: &'static str,
    pub(super) about_page: &'static str,
    pub(super) corrected: &'static str,
    pub(super) nothing: &'static str,
    pub(super) try_this: &'static str,
    pub(super) nearest: &'static str,
    pub(super) hello: &'static str,
}

const ENGLISH: Phrases = Phrases {
    searching: "Searching the documentation",
    from: "From {}:",
    from_this_page: "On this page, under {}:",
    around_selection: "Your selection is from {}. In its context:",
    more: "See also",
    about_page: "{} covers:",
    corrected: "No page mentions {}, so this is about {}.",
    nothing: "I found nothing about this in the documentation.",
    try_this: "Try other words, such as the name of an option, a command or an error message.",
    nearest: "These pages come nearest:",
    hello: "Hello! Ask me anything about these pages, or select a passage and ask about it. You could begin here:",
};

const GERMAN: Phrases = Phrases {
    searching: "Die Dokumentation wird durchsucht",
    from: "Aus {}:",
    from_this_page: "Auf dieser Seite, unter {}:",
    around_selection: "Die Auswahl stammt aus {}. Im Zusammenhang:",
    more: "Siehe auch",
    about_page: "{} behandelt:",
    corrected: "Keine Seite erwähnt {}; hier geht es um {}.",
    nothing: "Dazu steht nichts in der Dokumentation.",
    try_this: "Versuchen Sie andere Wörter, etwa den Namen einer Option, eines Befehls oder einer Fehlermeldung.",
    nearest: "Diese Seiten kommen dem am nächsten:",
    hello: "Hallo! Fragen Sie etwas zu diesen Seiten, oder wählen Sie eine Stelle aus. Ein guter Anfang:",
};

const FRENCH: Phrases = Phrases {
    searching: "Recherche dans la documentation",
    from: "Extrait de {} :",
    from_this_page: "Sur cette page, sous {} :",
    around_selection: "Votre sélection vient de {}. Dans son contexte :",
    more: "Voir aussi",
    about_page: "{} traite de :",
    corrected: "Aucune page ne mentionne {} ; voici ce qui concerne {}.",
    nothing: "Je n’ai rien trouvé à ce sujet dans la documentation.",
    try_this: "Essayez d’autres mots : le nom d’une option, d’une commande ou un message d’erreur.",
    nearest: "Ces pages s’en approchent le plus :",
    hello: "Bonjour ! Posez une question sur ces pages, ou sélectionnez un passage. Pour commencer :",
};

const SPANISH: Phrases = Phrases {
    searching: "Buscando en la documentación",
    from: "De {}:",
    from_this_page: "En esta página, en {}:",
    around_selection: "Su selección es de {}. En su contexto:",
    more: "Véase también",
    about_page: "{} trata de:",
    corrected: "Ninguna página menciona {}; esto es sobre {}.",
    nothing: "No he encontrado nada sobre esto en la documentación.",
    try_this: "Pruebe con otras palabras: el nombre de una opción, de un comando o un mensaje de error.",
    nearest: "Estas páginas son las más cercanas:",
    hello: "¡Hola! Pregunte algo sobre estas páginas, o seleccione un pasaje. Puede empezar aquí:",
};

const JAPANESE: Phrases = Phrases {
    searching: "ドキュメントを検索しています",
    from: "{} より：",
    from_this_page: "このページの {} より：",
    around_selection: "選択箇所は {} にあります。前後の内容：",
    more: "関連項目",
    about_page: "{} の内容：",
    corrected: "{} に触れているページはないため、{} について表示します。",
    nothing: "ドキュメントに該当する内容は見つかりませんでした。",
    try_this: "オプション名、コマンド名、エラーメッセージなど、別の言葉でお試しください。",
    nearest: "近いページ：",
    hello: "こんにちは。このサイトについて質問するか、文章を選択してください。まずはこちら：",
};

const CHINESE: Phrases = Phrases {
    searching: "正在搜索文档",
    from: "来自 {}：",
    from_this_page: "本页 {}：",
    around_selection: "所选内容来自 {}。上下文：",
    more: "另请参阅",
    about_page: "{} 的内容：",
    corrected: "没有页面提到 {}，以下是关于 {} 的内容。",
    nothing: "文档中没有找到相关内容。",
    try_this: "请换用其他词语，例如选项名、命令名或错误信息。",
    nearest: "最接近的页面：",
    hello: "您好！可以提问，也可以选中一段文字再提问。可以从这里开始：",
};

/// The phrases for a BCP 47 language; English where there are none.
pub(super) fn phrases(lang: Option<&str>) -> &'static Phrases {
    let primary =
        lang.and_then(|lang| lang.split(['-', '_']).next()).unwrap_or_default().to_ascii_lowercase();
    match primary.as_str() {
        "de" => &GERMAN,
        "fr" => &FRENCH,
        "es" => &SPANISH,
        "ja" => &JAPANESE,
        "zh" => &CHINESE,
        _ => &ENGLISH,
    }
}

/// Puts the parts into the places marked `{}`, in order.
pub(super) fn fill(phrase: &str, parts: &[&str]) -> String {
    let mut filled = String::new();
    let mut parts = parts.iter();
    for (position, piece) in phrase.split("{}").enumerate() {
        if position > 0 {
            filled.push_str(parts.next().copied().unwrap_or_default());
        }
        filled.push_str(piece);
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_the_same_places_to_fill() {
        for other in [&GERMAN, &FRENCH, &SPANISH, &JAPANESE, &CHINESE] {
            let places = |phrases: &Phrases| {
                [
                    phrases.from,
                    phrases.from_this_page,
                    phrases.around_selection,
                    phrases.about_page,
                    phrases.corrected,
                ]
                .map(|phrase| phrase.matches("{}").count())
            };
            assert_eq!(places(other), places(&ENGLISH));
        }
        assert_eq!(fill("{} in {}.", &["a", "b"]), "a in b.");
        assert_eq!(phrases(Some("de-CH")), &GERMAN);
        assert_eq!(phrases(Some("tlh")), &ENGLISH);
    }
}
