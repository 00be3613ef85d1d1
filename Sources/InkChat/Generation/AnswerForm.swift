/// What the text of an answer must look like, to its last character.
///
/// A local model can only produce such text: tokens that lead out of the form are never chosen, and an answer that is cut
/// at its token limit is closed before it.
public enum AnswerForm: Sendable, Hashable {
  /// Anything.
  case free
  /// One JSON object with any members.
  case jsonObject
  /// JSON text that is valid by a JSON Schema.
  case jsonSchema(JSONValue)
  /// Text that a regular expression matches as a whole.
  case regularExpression(String)
  /// Text of a grammar in the GBNF notation of llama.cpp, from its rule `root`.
  case grammar(String)
  /// One of these texts.
  case choice([String])
}
