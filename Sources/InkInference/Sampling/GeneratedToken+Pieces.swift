import InkChat
import InkTokenizers

extension Tokenizer {
  /// The same tokens with their own texts filled in.
  func naming(_ token: GeneratedToken) -> GeneratedToken {
    var named = token
    named.chosen.piece = text(of: token.chosen.token)
    for index in named.alternatives.indices {
      named.alternatives[index].piece = text(of: token.alternatives[index].token)
    }
    return named
  }

  /// A token's own text, lossy where its bytes are a part of a character.
  func text(of token: Int32) -> String { (try? decode([token], specialTokens: .keep)) ?? "" }
}
