/// A token and its logit packed into one comparable number: the higher logit is greater, the lower id wins a tie.
///
/// Sorting and heaps then compare integers, and their result is unique whatever the order they started from.
struct Candidate: Sendable, Hashable, Comparable {
  private let key: UInt64

  init(token: Int32, logit: Float) {
    let bits = (logit + 0).bitPattern  // + 0 makes one zero of the two
    let ordered = bits & 0x8000_0000 == 0 ? bits | 0x8000_0000 : ~bits
    key = UInt64(ordered) << 32 | UInt64(~UInt32(bitPattern: token))
  }

  var token: Int32 {
    Int32(bitPattern: ~UInt32(truncatingIfNeeded: key))
  }

  var logit: Float {
    let ordered = UInt32(truncatingIfNeeded: key >> 32)
    return Float(bitPattern: ordered & 0x8000_0000 == 0 ? ~ordered : ordered & 0x7FFF_FFFF)
  }

  static func < (left: Candidate, right: Candidate) -> Bool { left.key < right.key }
}
