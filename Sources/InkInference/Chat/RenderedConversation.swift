/// A conversation as its model reads it.
package struct RenderedConversation: Sendable {
  /// The text of the prompt.
  package let text: String
  /// What the answer to it is made of.
  package let layout: AnswerLayout
}
