import InkChat
import InkTokenizers

extension ConstrainedText {
  /// The text that a form demands; nil for any.
  init?(_ form: AnswerForm) { return nil }

  var grammar: Grammar { get throws(GrammarError) { try Grammar(choices: ["TODO"]) } }
}
