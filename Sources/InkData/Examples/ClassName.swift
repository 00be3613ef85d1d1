/// A class as data sets write it.
public enum ClassName: Sendable, Hashable, CustomStringConvertible {
  case name(String)
  /// The place in the list of classes, from 0.
  case number(Int)

  /// The name or the number.
  public var description: String {
    switch self {
    case .name(let name): name
    case .number(let number): "\(number)"
    }
  }
}
