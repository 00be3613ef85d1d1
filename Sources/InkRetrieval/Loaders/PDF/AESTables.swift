/// The tables of AES (FIPS 197), made from the arithmetic they stand for.
enum AESTables {
  /// The substitution: inverses in the field behind an affine map, walked by the generator 3.
  static let substitution: [UInt8] = {
    var box = [UInt8](repeating: 0x63, count: 256)
    var (power, inverse) = (UInt8(1), UInt8(1))
    repeat {
      power ^= doubled(power)
      inverse = product(inverse, 0xF6)
      var value = inverse
      for turn in UInt8(1)...4 { value ^= inverse << turn | inverse >> (8 - turn) }
      box[Int(power)] = value ^ 0x63
    } while power != 1
    return box
  }()

  static let inverseSubstitution: [UInt8] = {
    var box = [UInt8](repeating: 0, count: 256)
    for (index, value) in substitution.enumerated() { box[Int(value)] = UInt8(index) }
    return box
  }()

  /// Products with 9, 11, 13 and 14.
  static let nine = products(9)
  static let eleven = products(11)
  static let thirteen = products(13)
  static let fourteen = products(14)

  /// The field's multiplication by x.
  static func doubled(_ byte: UInt8) -> UInt8 { byte << 1 ^ (byte & 0x80 == 0 ? 0 : 0x1B) }

  private static func product(_ left: UInt8, _ right: UInt8) -> UInt8 {
    var (left, right, sum) = (left, right, UInt8(0))
    while right != 0 {
      if right & 1 == 1 { sum ^= left }
      left = doubled(left)
      right >>= 1
    }
    return sum
  }

  private static func products(_ factor: UInt8) -> [UInt8] { (0..<256).map { product(UInt8($0), factor) } }
}
