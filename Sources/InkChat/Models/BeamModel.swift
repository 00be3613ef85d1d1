/// Something that can look for the most probable continuation instead of drawing one token after the other.
public protocol BeamModel: Sendable {
  /// The best continuations of a prompt, best first, at most as many as there are beams.
  ///
  /// - Throws: `invalidOption` for a search that cannot be, `contextExceeded` for a prompt without room for an answer,
  ///   `cancelled`, and as the model does for the prompt.
  func beams(continuing prompt: TextPrompt, options: BeamOptions) async throws(GenerationError) -> [BeamAnswer]
}
