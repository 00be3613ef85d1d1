import InkFormats
package import InkNN

/// A family in whose attention prompts stand at another place than in LLaMA's.
package protocol PromptPlacing: ModelFamily {
  /// Where what rows of an adapter give joins what the tokens give.
  static var promptPlacement: AttentionPrompt.Placement { get }
}

extension GPT2: PromptPlacing {
  package static var promptPlacement: AttentionPrompt.Placement { .behindOutput }
}

extension DecoderCheckpoint {
  /// Where what rows of an adapter in attention give joins what the tokens give.
  package var promptPlacement: AttentionPrompt.Placement {
    (family as? any PromptPlacing.Type)?.promptPlacement ?? .beforeOutput
  }
}
