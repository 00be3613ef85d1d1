// error: switch must be exhaustive
import Inkstone

/// A router over a type of one's own cannot forget a way.
enum Language { case chinese, english }

let greeting = Chain { Transform("greet") { (text: String) in "Hello, " + text } }
let route = Route(choose: { (text: String) in text.utf8.count > text.count ? Language.chinese : .english }) {
  (language: Language) -> Chain<String, String> in
  switch language {
  case .english: greeting
  #if !MISUSE
    case .chinese: Chain { Transform("greet in Chinese") { (text: String) in "你好，" + text } }
  #endif
  }
}
