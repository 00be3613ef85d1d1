/// Where identifiers of answers, calls and requests come from.
public struct IdentifierSource: Sendable {
  private let next: @Sendable () -> UInt64

  /// Identifiers made of random numbers.
  public init(next: @escaping @Sendable () -> UInt64) {
    self.next = next
  }

  /// The machine's random numbers.
  public static let random = IdentifierSource { UInt64.random(in: .min ... .max) }

  /// The prefix and 24 hexadecimal digits, such as `chatcmpl-0f3a…`.
  public func make(_ prefix: String) -> String {
    let digits = [next(), next()].map { number in
      let text = String(number, radix: 16)
      return String(repeating: "0", count: 16 - text.count) + text
    }
    return prefix + digits.joined().prefix(24)
  }
}
