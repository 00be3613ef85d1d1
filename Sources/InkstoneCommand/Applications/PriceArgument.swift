import ArgumentParser
package import InkChains

/// A price as the command line says it: numbers with slashes between them.
package struct PriceArgument: ExpressibleByArgument, Sendable, Equatable {
  /// The price.
  package let price: TokenPrice

  package init?(argument: String) {
    let words = argument.split(separator: "/", omittingEmptySubsequences: false)
    let numbers = words.compactMap { Double($0) }.filter { $0 >= 0 && $0.isFinite }
    guard numbers.count == words.count else { return nil }
    switch numbers.count {
    case 2: price = TokenPrice(prompt: numbers[0], completion: numbers[1])
    case 3: price = TokenPrice(prompt: numbers[0], cachedPrompt: numbers[1], completion: numbers[2])
    default: return nil
    }
  }
}
