/// The exact decimal digits of a binary floating-point number, for rounding that never doubles an error.
///
/// The value is 0.d₁d₂d₃… × 10^`pointPosition`; zero has no digits.
struct ExactDecimal {
  private(set) var digits: [UInt8]
  private(set) var pointPosition: Int

  private static let limbBase: UInt64 = 1_000_000_000

  /// The digits of the magnitude of a finite number.
  init(_ value: Double) {
    digits = []
    pointPosition = 0
    guard value.isFinite, value != 0 else { return }
    let isSubnormal = value.exponentBitPattern == 0
    var significand = value.significandBitPattern | (isSubnormal ? 0 : 1 << 52)
    var exponent = Int(isSubnormal ? 1 : value.exponentBitPattern) - 1075
    let zeros = significand.trailingZeroBitCount
    significand >>= UInt64(zeros)
    exponent += zeros
    // m·2^e is whole for e ≥ 0; for e < 0 it is m·5^(-e) with -e places after the point.
    var limbs: [UInt64] = []
    while significand > 0 {
      limbs.append(significand % Self.limbBase)
      significand /= Self.limbBase
    }
    let (factor, chunk): (UInt64, Int) = exponent >= 0 ? (2, 29) : (5, 12)
    var remaining = abs(exponent)
    while remaining > 0 {
      let count = min(chunk, remaining)
      var power: UInt64 = 1
      for _ in 0..<count { power *= factor }
      Self.multiply(&limbs, by: power)
      remaining -= count
    }
    for (index, limb) in limbs.reversed().enumerated() {
      let text = String(limb)
      if index > 0 { digits += [UInt8](repeating: 0, count: 9 - text.utf8.count) }
      digits += text.utf8.map { $0 - 0x30 }
    }
    pointPosition = digits.count - (exponent < 0 ? -exponent : 0)
  }

  private static func multiply(_ limbs: inout [UInt64], by factor: UInt64) {
    var carry: UInt64 = 0
    for index in limbs.indices {
      let product = limbs[index] * factor + carry
      limbs[index] = product % limbBase
      carry = product / limbBase
    }
    while carry > 0 {
      limbs.append(carry % limbBase)
      carry /= limbBase
    }
  }

  /// Rounds half to even after `count` digits counted from the first one; `count` may be negative.
  mutating func round(toDigits count: Int) {
    guard count < digits.count else { return }
    guard count >= 0 else {
      digits = []
      pointPosition = 0
      return
    }
    let rest = digits[count...]
    let first = rest.first ?? 0
    let isTie = first == 5 && rest.dropFirst().allSatisfy { $0 == 0 }
    let lastIsOdd = count > 0 && digits[count - 1] % 2 == 1
    let roundsUp = first > 5 || (first == 5 && (!isTie || lastIsOdd))
    digits.removeSubrange(count...)
    guard roundsUp else { return }
    var index = count - 1
    while index >= 0 {
      if digits[index] < 9 {
        digits[index] += 1
        return
      }
      digits[index] = 0
      index -= 1
    }
    digits.insert(1, at: 0)
    pointPosition += 1
  }

  /// `123.46` with exactly `places` digits after the point.
  func fixed(places: Int) -> String {
    var copy = self
    copy.round(toDigits: copy.pointPosition + places)
    let whole = copy.pointPosition > 0 ? (0..<copy.pointPosition).map { copy.digit($0) } : [0x30]
    guard places > 0 else { return String(decoding: whole, as: UTF8.self) }
    let fraction = (0..<places).map { copy.digit(copy.pointPosition + $0) }
    return String(decoding: whole + [UInt8(ascii: ".")] + fraction, as: UTF8.self)
  }

  /// `1.235e+02` with `places` digits after the point.
  func scientific(places: Int) -> String {
    var copy = self
    copy.round(toDigits: places + 1)
    let exponent = digits.isEmpty ? 0 : copy.pointPosition - 1
    var text = [copy.digit(0)]
    if places > 0 { text += [UInt8(ascii: ".")] + (1...places).map { copy.digit($0) } }
    let power = String(abs(exponent))
    return String(decoding: text, as: UTF8.self) + (exponent < 0 ? "e-" : "e+") + (power.utf8.count < 2 ? "0" : "")
      + power
  }

  /// The decimal exponent after rounding to `count` significant digits.
  func exponent(significant count: Int) -> Int {
    var copy = self
    copy.round(toDigits: count)
    return digits.isEmpty ? 0 : copy.pointPosition - 1
  }

  private func digit(_ index: Int) -> UInt8 {
    0x30 + (index >= 0 && index < digits.count ? digits[index] : 0)
  }
}
