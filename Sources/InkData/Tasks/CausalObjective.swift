/// What a token sees in causal training.
public enum CausalObjective: Sendable, Hashable {
  /// Only the tokens before it.
  case causal
  /// All tokens of a prefix see each other (Raffel et al., "Exploring the Limits of Transfer Learning with a Unified
  /// Text-to-Text Transformer", 2020). The prefix is what is only read, such as a prompt; a text is cut at a random place.
  case prefix
}
